"""Where the owner of a home is found: a Unix socket in the home, or a loopback port where there are no such sockets.

A socket's name may be about a hundred bytes long. A longer home is reached through a short link in a private folder.
"""

import json
import os
import socket
from typing import cast

from temporec_mcp.errors import StoreBusyError
from temporec_mcp.relay.locks import PRIVATE_FILE, FileLock

LONGEST_NAME = 100
"""Bytes of a socket's name; Linux takes 107, macOS 103."""
PRIVATE_FOLDER = 0o700
OTHERS_BITS = 0o077
BACKLOG = 128
LOOPBACK = "127.0.0.1"
CONNECT_SECONDS = 5.0
SOCKET, PORT, LOCK, START, LOG = "owner.sock", "owner.port", "owner.lock", "start.lock", "owner.log"
HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")


class Place:
    """The files of a home by which clients and owner meet."""

    def __init__(self, home: str, has_unix_sockets: bool = HAS_UNIX_SOCKETS) -> None:
        """Name the home; nothing is made yet."""
        self.home = home
        self.log = self.within(LOG)
        self.lock = FileLock(self.within(LOCK))
        """Held by the owner as long as it lives."""
        self.start = FileLock(self.within(START))
        """Held by the one client that starts an owner."""
        self.has_unix_sockets = has_unix_sockets
        self.token = ""
        """What a client must say where others could connect too; known once connected or listening."""

    def within(self, name: str) -> str:
        """Give the path of one of the home's files."""
        return os.path.join(self.home, name)

    def make_home(self) -> None:
        """Make the home, readable by its owner only."""
        os.makedirs(self.home, PRIVATE_FOLDER, exist_ok=True)

    def connect(self) -> socket.socket | None:
        """Give a connection to whoever listens; None when nobody does."""
        try:
            return self._connect_unix() if self.has_unix_sockets else self._connect_port()
        except (FileNotFoundError, ConnectionError):
            return None

    def listen(self) -> socket.socket:
        """Listen in this place; only who holds the lock may, so whatever lies there was left by a death."""
        self.leave()
        return self._listen_unix() if self.has_unix_sockets else self._listen_port()

    def leave(self) -> None:
        """Take away what clients connect to."""
        for name in (SOCKET, PORT):
            if os.path.lexists(self.within(name)):
                os.unlink(self.within(name))

    def _connect_unix(self) -> socket.socket:
        name = self._socket_name()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(name)
        except OSError:
            connection.close()
            raise
        return connection

    def _listen_unix(self) -> socket.socket:
        name = self._socket_name()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o777 & ~PRIVATE_FILE)
        try:
            listener.bind(name)
        except OSError:
            listener.close()
            raise
        finally:
            os.umask(mask)
        listener.listen(BACKLOG)
        return listener

    def _connect_port(self) -> socket.socket:
        with open(self.within(PORT), encoding="utf-8") as file:
            found = cast("dict[str, object]", json.load(file))
        self.token = str(found["token"])
        return socket.create_connection((LOOPBACK, int(str(found["port"]))), CONNECT_SECONDS)

    def _listen_port(self) -> socket.socket:
        listener = socket.create_server((LOOPBACK, 0), backlog=BACKLOG)
        self.token = os.urandom(32).hex()
        text = json.dumps({"port": listener.getsockname()[1], "token": self.token})
        unfinished = self.within(f"{PORT}.part")
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(file, "w", encoding="utf-8") as writer:
            writer.write(text)
        os.replace(unfinished, self.within(PORT))
        return listener

    def _socket_name(self) -> str:
        name = self.within(SOCKET)
        return name if len(os.fsencode(name)) <= LONGEST_NAME else f"{_short_link(self.home)}/{SOCKET}"


def _short_link(home: str) -> str:
    """Give a short link to `home`, the same each time, in a folder that only this account can change."""
    from hashlib import blake2b
    from tempfile import gettempdir

    folder = f"{gettempdir()}/temporec-{os.getuid()}"
    os.makedirs(folder, PRIVATE_FOLDER, exist_ok=True)
    about = os.lstat(folder)
    if about.st_uid != os.getuid() or about.st_mode & OTHERS_BITS or not os.path.isdir(folder):
        raise StoreBusyError(
            f"The folder {folder}, which a home with so long a path needs, is not this account's own.",
            "Remove it, or choose a --home with a shorter path.",
        )
    link = f"{folder}/{blake2b(os.fsencode(home), digest_size=8).hexdigest()}"
    if not os.path.islink(link):
        unfinished = f"{link}.{os.getpid()}"
        os.symlink(home, unfinished)
        os.replace(unfinished, link)
    return link
