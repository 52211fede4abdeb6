"""The server over this process's stdin and stdout, which carry protocol lines only, from the first byte to the last.

This module must stay importable without importing MCP: what is printed while MCP and everything else is imported has to
be diverted before.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from io import TextIOWrapper
from types import FrameType

from temporec_mcp.tools.use_cases import UseCases

STDIN, STDOUT, STDERR = 0, 1, 2
SIGNALLED = 128
"""Added to the number of the signal, as shells do."""


def claim_wire() -> tuple[TextIOWrapper, TextIOWrapper]:
    """Take stdin and stdout for the protocol; from here on the rest of the process reads nothing and prints to stderr.

    Gives the protocol's input and output. They stay taken until the process ends, so that nothing printed by exit
    handlers reaches the client either.
    """
    sys.stdout.flush()
    reads, writes = os.dup(STDIN), os.dup(STDOUT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.close(nothing)
    os.dup2(STDERR, STDOUT)
    sys.stdout = sys.stderr
    return (
        TextIOWrapper(os.fdopen(reads, "rb", closefd=False), encoding="utf-8", errors="replace"),
        TextIOWrapper(os.fdopen(writes, "wb", closefd=False), encoding="utf-8", newline="\n"),
    )


def serve_stdio(make_app: Callable[[], UseCases], clock: Callable[[], datetime]) -> None:
    """Serve one client until it closes our stdin."""
    reads, writes = claim_wire()
    import anyio

    from temporec_mcp.server.run import run_stdio

    app = make_app()
    _close_on_signals(app)
    try:
        anyio.run(run_stdio, app, clock, reads, writes)
    finally:
        app.close()


def _close_on_signals(app: UseCases) -> None:
    """Let go of the store when the process is asked to end; a second signal ends it as it stands."""

    def leave(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_DFL)
        app.close()
        os._exit(SIGNALLED + number)  # the thread that waits for stdin would hold up an ordinary exit

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
