"""One call of the command line: its progress while it runs, then one reply."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from temporec_mcp.errors import ArgumentsError, InvalidInputError, TemporecError
from temporec_mcp.relay.wire import Fields, decode, encode, members
from temporec_mcp.tools.base import Call, stopping

if TYPE_CHECKING:
    from temporec_mcp.owner.lines import SocketLines
    from temporec_mcp.tools.callers import Caller
    from temporec_mcp.tools.use_cases import UseCases

PROGRESS_SECONDS = 0.2


class Running:
    """A call at work, seen from its thread and from its watchers."""

    def __init__(self) -> None:
        """Begin."""
        self.part, self.phase = 0.0, ""
        self.is_cancelled = threading.Event()

    def report(self, part: float, phase: str) -> None:
        """Note how far it is."""
        self.part, self.phase = part, phase


async def answer_call(app: UseCases, lines: SocketLines, caller: Caller) -> None:
    """Read one call, do it, and send the reply; a client that says anything more, or leaves, cancels it."""
    asked = decode(await lines.receive())
    running = Running()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_report_progress, lines, running)
        tasks.start_soon(_cancel_at_next_word, lines, running)
        work = partial(_reply, app, asked, caller, running)
        reply = await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
        await lines.send(encode(reply))
        tasks.cancel_scope.cancel()


async def _report_progress(lines: SocketLines, running: Running) -> None:
    sent = ("", -1.0)
    while True:
        await anyio.sleep(PROGRESS_SECONDS)
        if running.phase and sent != (running.phase, running.part):
            sent = (running.phase, running.part)
            await lines.send(encode({"progress": running.part, "phase": running.phase}))


async def _cancel_at_next_word(lines: SocketLines, running: Running) -> None:
    await lines.receive()
    running.is_cancelled.set()


def _reply(app: UseCases, asked: Fields, caller: Caller, running: Running) -> Fields:
    """Do the call; a fault that the caller can mend is a reply too."""
    from temporec_mcp.tools.trusted import COMMANDS

    try:
        command = COMMANDS.get(str(asked.get("call")))
        if command is None:
            raise InvalidInputError(f"The owner has no call {asked.get('call')!r}.", "Run `temporec-mcp stop` once.")
        reply = command(app, members(asked, "arguments"), _call(asked, caller, running))
    except TemporecError as error:
        is_usage = isinstance(error, ArgumentsError)
        return {"error": {"what": error.what, "next_step": error.next_step, "is_usage": is_usage}}
    return {"fields": reply.fields(), "text": reply.text()}


def _call(asked: Fields, caller: Caller, running: Running) -> Call:
    arrived, delivery = asked.get("arrived"), asked.get("delivery")
    now = datetime.fromtimestamp(arrived, UTC) if isinstance(arrived, float) else datetime.now(UTC)
    is_cancelled = running.is_cancelled.is_set
    progress = stopping(running.report, is_cancelled)
    return Call(now, progress, is_cancelled, caller, str(delivery) if delivery else None)
