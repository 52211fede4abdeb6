"""The owner at work: it takes clients in, serves each in its own way, and leaves when nobody needs it."""

from __future__ import annotations

import hmac
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from anyio.abc import SocketListener, SocketStream

from temporec_mcp import __version__, logs
from temporec_mcp.app import App
from temporec_mcp.owner.choices import home_settings
from temporec_mcp.owner.clients import Clients, caller_of
from temporec_mcp.owner.lines import SocketLines
from temporec_mcp.relay.wire import CLI, GOODBYE, MCP, STATUS, STOP, Fields, decode, encode, is_newer, owner_hello
from temporec_mcp.server.build import build_server
from temporec_mcp.server.lines import Connection, run_lines
from temporec_mcp.settings import CHOICES

if TYPE_CHECKING:
    import socket

    from temporec_mcp.relay.place import Place
    from temporec_mcp.settings import Settings
    from temporec_mcp.tools.callers import Caller

THREADS = 200
"""Calls at work at once, over all clients."""
IDLE_LOOKS = 8
"""How often in the idle time the owner looks whether it is needed."""
BROKEN = {
    "what": "The call broke off on an internal fault.",
    "next_step": "Try it again; if it stays, run `temporec-mcp doctor` and look into the home's log.",
}
DRAIN_SECONDS = 12.0
"""How long running calls may go on when the owner leaves; a little more than a session's own grace."""


@dataclass
class Owner:
    """The application of a home and its clients."""

    place: Place
    settings: Settings
    app: App
    clients: Clients = field(default_factory=Clients)
    leaving: anyio.Event = field(default_factory=anyio.Event)
    lines: set[SocketLines] = field(default_factory=set[SocketLines])

    async def run(self, listener: SocketListener) -> None:
        """Serve until it is time to leave, then let running calls end."""
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with anyio.create_task_group() as sessions:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listener.serve, self._welcome, sessions)
                tasks.start_soon(self._leave_when_idle)
                tasks.start_soon(self._leave_on_signals)
                await self.leaving.wait()
                self.place.leave()
                tasks.cancel_scope.cancel()
            await listener.aclose()
            for lines in self.lines:
                lines.end_input()
            sessions.cancel_scope.deadline = anyio.current_time() + DRAIN_SECONDS

    async def _welcome(self, stream: SocketStream) -> None:
        lines = SocketLines(stream)
        self.lines.add(lines)
        try:
            async with stream:
                await self._serve(lines)
        except Exception as fault:  # noqa: BLE001 (a fault of ours in one session must not end the others)
            logs.fault("A session broke off.", fault)
        finally:
            self.lines.discard(lines)

    async def _serve(self, lines: SocketLines) -> None:
        hello = decode(await lines.receive())
        if not self._is_welcome(hello):
            return
        if hello.get("kind") == STOP or is_newer(hello.get("version"), __version__):
            self.leaving.set()
        await lines.send(encode(self._hello()))
        if self.leaving.is_set() or hello.get("kind") == STATUS:
            return
        client = self.clients.enter(hello)
        caller = caller_of(hello, self._hello(), self.clients)
        try:
            if hello.get("kind") == MCP:
                server = build_server(self.app, utc_now, caller)
                await run_lines(server, Connection(lines, client.rename))
                await lines.send(encode({GOODBYE: True}))
            elif hello.get("kind") == CLI:
                await self._answer(lines, caller)
        finally:
            self.clients.leave(client)

    async def _answer(self, lines: SocketLines, caller: Caller) -> None:
        from temporec_mcp.owner.calls import answer_call

        try:
            await answer_call(self.app, lines, caller)
        except Exception as fault:  # noqa: BLE001 (a caller that is told nothing would send the call again)
            logs.fault("A call broke off.", fault)
            await lines.send(encode({"error": BROKEN}))

    def _is_welcome(self, hello: Mapping[str, object]) -> bool:
        """Refuse whoever cannot say the token, where a socket's file does not keep others out."""
        said, token = str(hello.get("token", "")), self.place.token
        return bool(hello) and hmac.compare_digest(said.encode(), token.encode())

    def _hello(self) -> Fields:
        choices = {name: getattr(self.settings, name) for name in CHOICES}
        return owner_hello(choices, self.leaving.is_set())

    async def _leave_when_idle(self) -> None:
        needed_at = time.monotonic()
        while time.monotonic() - needed_at < self.settings.idle_seconds:
            await anyio.sleep(self.settings.idle_seconds / IDLE_LOOKS)
            if len(self.clients) or self.app.has_work():
                needed_at = time.monotonic()
        self.leaving.set()

    async def _leave_on_signals(self) -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async for _ in signals:
                self.leaving.set()


def own(place: Place, listener: socket.socket, typed: Mapping[str, str]) -> int:
    """Serve the clients that come to `listener` until nobody needs the home's owner."""
    settings = home_settings(place, typed)
    logs.start_log(settings.home)
    logs.note("The owner began.")
    app = App(settings, utc_now)
    try:
        anyio.run(serve_clients, Owner(place, settings, app), listener)
    finally:
        app.close()
        logs.note("The owner ended.")
    os._exit(0)  # threads of abandoned calls would hold up an ordinary exit


async def serve_clients(owner: Owner, listener: socket.socket) -> None:
    """Serve the clients that come to `listener` until it is time to leave."""
    listener.setblocking(False)
    await owner.run(await SocketListener.from_socket(listener))


def utc_now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)
