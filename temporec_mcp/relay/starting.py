"""Reaches the owner of a home, starting one where there is none."""

import os
import socket
import sys
from collections.abc import Sequence

from temporec_mcp.errors import StoreBusyError
from temporec_mcp.relay.locks import PRIVATE_FILE
from temporec_mcp.relay.place import Place

READY = b"ready\n"
"""What an owner writes to its stdout as soon as it listens."""
START_SECONDS = 120.0
"""How long to wait for another client that is just starting the owner."""
ATTEMPTS = 3
LOG_LENGTH = 1_000_000
"""Bytes of the log of owners' own output; a longer one begins anew."""
TOLD_LENGTH = 300
"""Characters of a failed owner's last words that are told."""


def reach(place: Place, choices: Sequence[str]) -> socket.socket:
    """Give a connection to the owner; `choices` is the command line for one that has to be started.

    Raises:
        StoreBusyError: no owner can be started.
    """
    connection = place.connect()
    if connection is not None:
        return connection
    place.make_home()
    if not place.start.acquire(START_SECONDS):
        raise StoreBusyError(
            f"Another program is starting the owner of {place.home} and does not get there.",
            "Run `temporec-mcp doctor` to see which.",
        )
    try:
        return _start(place, choices)
    finally:
        place.start.release()


def _start(place: Place, choices: Sequence[str]) -> socket.socket:
    last_words = ""
    for _ in range(ATTEMPTS):
        connection = place.connect()
        if connection is not None:
            return connection
        last_words = _launch(place, choices)
    raise StoreBusyError(
        f"The process that owns {place.home} cannot be started{last_words and f' ({last_words})'}.",
        f"Read {place.log}, or run `temporec-mcp doctor`.",
    )


def _launch(place: Place, choices: Sequence[str]) -> str:
    """Start an owner and wait until it listens; give the last words of one that does not get there."""
    import subprocess

    log = _open_log(place)
    begins = os.fstat(log).st_size
    try:
        with subprocess.Popen(
            [sys.executable, "-P", "-m", "temporec_mcp.owner", "--home", place.home, *choices],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=place.home,
            start_new_session=True,
        ) as process:
            is_ready = process.stdout is not None and process.stdout.readline() == READY
        if is_ready:
            return ""
        os.lseek(log, begins, os.SEEK_SET)
        written = os.read(log, LOG_LENGTH).decode(errors="replace").strip()
        return written.rpartition("\n")[2][-TOLD_LENGTH:]
    finally:
        os.close(log)


def _open_log(place: Place) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    log = os.open(place.log, flags, PRIVATE_FILE)
    if os.fstat(log).st_size > LOG_LENGTH:
        os.ftruncate(log, 0)
    return log
