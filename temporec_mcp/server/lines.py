"""The server over any connection that carries one message a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import anyio
import mcp_types as types
from mcp.shared.message import SessionMessage

from temporec_mcp.relay.wire import Fields, members
from temporec_mcp.server.last_answers import Incoming, Unanswered, pass_in

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.server.lowlevel.server import Server

    from temporec_mcp.server.state import ServerState

CLIENT_INFO = "io.modelcontextprotocol/clientInfo"
"""Where clients of the newer era say who they are, in every request."""


class Lines(Protocol):
    """A connection to one client."""

    async def receive(self) -> bytes:
        """Give the next line; empty when no more will come."""
        ...

    async def send(self, line: bytes) -> bool:
        """Send a line; tell whether anybody is there to take it."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """A client's lines, and who wants to know what it calls itself."""

    lines: Lines
    on_name: Callable[[str], None]


async def run_lines(server: Server[ServerState], connection: Connection) -> None:
    """Serve one client until its lines end and its last answers are out."""
    unanswered = Unanswered()
    to_server, incoming = anyio.create_memory_object_stream[Incoming]()
    outgoing, from_server = anyio.create_memory_object_stream[SessionMessage]()
    async with anyio.create_task_group() as reading, anyio.create_task_group() as tasks:
        reading.start_soon(_read, connection, to_server, unanswered)
        tasks.start_soon(_write, from_server, connection, unanswered)
        await server.run(incoming, outgoing, server.create_initialization_options())
        reading.cancel_scope.cancel()


async def _read(connection: Connection, target: MemoryObjectSendStream[Incoming], unanswered: Unanswered) -> None:
    messages = _messages(connection)
    try:
        await pass_in(messages, target, unanswered)
    except anyio.BrokenResourceError:
        return  # the server has ended before its client


async def _messages(connection: Connection) -> AsyncGenerator[Incoming]:
    while line := await connection.lines.receive():
        try:
            message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValueError as error:
            yield error
            continue
        if name := _client_name(message):
            connection.on_name(name)
        yield SessionMessage(message)


async def _write(
    source: MemoryObjectReceiveStream[SessionMessage], connection: Connection, unanswered: Unanswered
) -> None:
    async with source:
        async for message in source:
            text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
            if not await connection.lines.send(text.encode() + b"\n"):
                return
            unanswered.note_outgoing(message)


def _client_name(message: types.JSONRPCMessage) -> str | None:
    """Give what a request says of who sends it, None where it says nothing."""
    params: Fields = (message.params or {}) if isinstance(message, types.JSONRPCRequest) else {}
    name = members(params, "clientInfo").get("name") or members(members(params, "_meta"), CLIENT_INFO).get("name")
    return name if isinstance(name, str) else None
