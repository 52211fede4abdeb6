"""Passes lines between a client's pipes and the owner of a home, whoever that owner is at the moment."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO

from temporec_mcp.errors import StoreBusyError
from temporec_mcp.relay.conversation import MOST_DELIVERIES, Conversation
from temporec_mcp.relay.wire import GOODBYE, WIRE, Fields, decode, differing, encode, is_newer

PAUSE_SECONDS = 0.05
"""Before an owner is looked for again after one that was there could not be talked to."""
OWNER_DIED = (
    "The process that owns this home died each time it worked on this request, which may have been done all the same. "
    "Run `temporec-mcp doctor`, and send the request again only if it was not."
)
UPGRADED = "temporec-mcp was upgraded while this client was open. Restart the client's server to go on."


class Relay:
    """One client's line to the owner; survives the owner's death."""

    def __init__(
        self,
        reach: Callable[[], socket.socket],
        hello: Callable[[], Fields],
        out: BinaryIO,
        tell: Callable[[str], None],
    ) -> None:
        """Connect nothing yet.

        Args:
            reach: gives a connection to the owner, starting one where there is none; raises StoreBusyError.
            hello: gives our first line on a new connection.
            out: where the client reads.
            tell: takes what the person at this client should know.
        """
        self._reach = reach
        self._hello = hello
        self._out = out
        self._tell = tell
        self._conversation = Conversation()
        self._sending = threading.RLock()
        self._printing = threading.Lock()
        self._connection: socket.socket | None = None
        self._is_ending = False
        self._ended = threading.Event()

    def run(self, lines: Iterable[bytes]) -> None:
        """Pass on the client's lines until they end and the last answers are out."""
        for line in lines:
            if line.strip():
                self._pass_in(line if line.endswith(b"\n") else line + b"\n")
        with self._sending:
            self._is_ending = True
            if self._connection is None:
                self._ended.set()
            else:
                _end_sending(self._connection)
        self._ended.wait()

    def _pass_in(self, line: bytes) -> None:
        with self._sending:
            stamped = self._conversation.outgoing(line, time.time())
            if self._connection is None:
                self._connect()
            else:
                _send(self._connection, stamped)  # a dead connection is seen, and mended, by its reader

    def _connect(self) -> None:
        """Find the next owner, tell it what the former one knew, and let a thread read what it says."""
        self._print(self._conversation.give_up(OWNER_DIED, MOST_DELIVERIES))
        try:
            connection = self._reach()
        except (StoreBusyError, OSError) as error:
            self._print(self._conversation.give_up(str(error), 0))
            self._tell(str(error))
            if self._is_ending:
                self._ended.set()
            return
        self._connection = connection
        _send(connection, encode(self._hello()) + b"".join(self._conversation.replay()))
        if self._is_ending:
            _end_sending(connection)
        threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        """Pass on what the owner says until it ends; then find another one if somebody waits for an answer."""
        is_parted = self._pass_out(connection)
        with self._sending:
            connection.close()
            self._connection = None
            if self._is_ending and (is_parted or not self._conversation.is_waiting()):
                self._ended.set()
            elif self._conversation.is_waiting():
                time.sleep(PAUSE_SECONDS)
                self._connect()

    def _pass_out(self, connection: socket.socket) -> bool:
        """Pass on the owner's lines; tell whether it took its leave, rather than died."""
        try:
            with connection.makefile("rb") as lines:
                self._greet(decode(lines.readline()))
                for line in lines:
                    if not line.endswith(b"\n"):
                        return False
                    if line.startswith(b'{"' + GOODBYE.encode()):
                        return True
                    if self._conversation.incoming(line):
                        self._print([line])
        except ConnectionError:
            return False
        return False

    def _greet(self, hello: Mapping[str, object]) -> None:
        """Read the owner's first line: another wire ends us, other settings are told."""
        if not hello or hello.get("is_leaving"):
            return
        if hello.get("wire") != WIRE and is_newer(hello.get("version"), self._hello()["version"]):
            self._tell(UPGRADED)
            self._print(self._conversation.give_up(UPGRADED, 0))
            os._exit(1)  # the main thread waits for the client's next line
        if different := differing(self._hello(), hello):
            self._tell(
                f"This home's owner (pid {hello.get('pid')}) was started with other settings: {different}. "
                "They hold until it ends; run `temporec-mcp stop` to start it anew."
            )

    def _print(self, lines: Iterable[bytes]) -> None:
        with self._printing:
            try:
                for line in lines:
                    self._out.write(line)
                self._out.flush()
            except BrokenPipeError:
                os._exit(1)  # the client is gone, and nobody reads what an ordinary exit would flush


def _send(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except OSError:
        return  # whoever reads this connection finds its end, and there everything is sent again


def _end_sending(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return  # already at its end
