"""Lets a client that closes its end still get the answers it has asked for.

The SDK drops whatever is at work when its input ends, so `printf ... | temporec-mcp` would lose the last answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse, RequestId

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.shared._stream_protocols import WriteStream

GRACE_SECONDS = 10.0
"""How long calls at work may go on after the client has closed its end."""
NEVER_ANSWERED = "subscriptions/listen"
"""Its answer is the stream of what happens until the client goes."""
Incoming = SessionMessage | Exception


@dataclass
class Unanswered:
    """The requests that wait for their answers."""

    _ids: set[RequestId] = field(default_factory=set[RequestId])
    _changed: anyio.Event = field(default_factory=anyio.Event)

    def note_incoming(self, message: Incoming) -> None:
        """Note a request, or that one is no longer wanted."""
        content = message.message if isinstance(message, SessionMessage) else None
        if isinstance(content, JSONRPCRequest):
            if content.method != NEVER_ANSWERED:
                self._ids.add(content.id)
        elif isinstance(content, JSONRPCNotification) and content.method == "notifications/cancelled":
            self._forget((content.params or {}).get("requestId"))

    def note_outgoing(self, message: SessionMessage) -> None:
        """Note an answer."""
        if isinstance(message.message, JSONRPCResponse | JSONRPCError):
            self._forget(message.message.id)

    def _forget(self, request_id: RequestId | None) -> None:
        self._ids -= {request_id}
        self._changed.set()

    async def wait_for_all(self) -> None:
        """Wait until every request has its answer."""
        while self._ids:
            self._changed = anyio.Event()
            await self._changed.wait()


async def pass_in(
    source: AsyncIterable[Incoming], target: MemoryObjectSendStream[Incoming], unanswered: Unanswered
) -> None:
    """Pass on what the client sends; tell of its end only when its last answers are out, or the grace is over."""
    async with target:
        async for message in source:
            unanswered.note_incoming(message)
            await target.send(message)
        with anyio.move_on_after(GRACE_SECONDS):
            await unanswered.wait_for_all()


async def pass_out(
    source: MemoryObjectReceiveStream[SessionMessage], target: WriteStream[SessionMessage], unanswered: Unanswered
) -> None:
    """Pass on what the server sends."""
    async with target:
        async for message in source:
            await target.send(message)
            unanswered.note_outgoing(message)
