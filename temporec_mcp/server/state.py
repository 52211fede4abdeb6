"""What one server remembers: the application, the clock, and which users each client has named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from anyio import CancelScope
from anyio.abc import TaskGroup
from mcp.server import ServerRequestContext
from starlette.requests import Request

from temporec_mcp.relay.wire import ARRIVED, DELIVERY
from temporec_mcp.server.tasks import Tasks
from temporec_mcp.tools.callers import ALONE, Caller
from temporec_mcp.tools.use_cases import UseCases

NAMED_USERS = 1_000
"""Ids remembered for each client, the last named ones."""
CLIENTS = 1_000
"""HTTP sessions whose named users are remembered, the last ones."""
SESSION_HEADER = "mcp-session-id"
Followed = tuple[str, str]
"""A client by its name and the URI of a resource."""


@dataclass
class ServerState:
    """Lives as long as a connection over stdio, and as long as the process over HTTP."""

    app: UseCases
    clock: Callable[[], datetime]
    background: TaskGroup
    """For what goes on when a request is answered; it ends with the connection or the process."""
    caller: Caller = ALONE
    """The client of this connection; ALONE where no relay stands between."""
    tasks: Tasks = field(init=False)
    followed: dict[Followed, CancelScope] = field(default_factory=dict[Followed, CancelScope])
    """What stops telling a client of a resource."""
    _named: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])
    """User ids by HTTP session; over stdio there is one client, under the empty name."""

    def __post_init__(self) -> None:
        """Begin with no tasks."""
        self.tasks = Tasks(self.clock)

    def stamps(self, context: "Context") -> tuple[datetime, str | None]:
        """Give when a request arrived and its name; only a relay is believed, others are read off the clock."""
        meta: object = (context.params or {}).get("_meta")
        if self.caller is ALONE or not isinstance(meta, Mapping):
            return self.clock(), None
        stamps = cast("Mapping[str, object]", meta)
        arrived, delivery = stamps.get(ARRIVED), stamps.get(DELIVERY)
        if not isinstance(arrived, float) or not isinstance(delivery, str):
            return self.clock(), None
        return datetime.fromtimestamp(arrived, UTC), delivery

    def remember_user(self, context: "Context", user_id: str) -> None:
        """Note that this client has named a user, whose id completion may now offer to it."""
        client = client_name(context)
        if client is None:
            return
        users = self._named.setdefault(client, {})
        users.pop(user_id, None)
        users[user_id] = None
        _keep_last(users, NAMED_USERS)
        _keep_last(self._named, CLIENTS)

    def named_users(self, context: "Context") -> list[str]:
        """Give the ids that this client has named, the last first."""
        client = client_name(context)
        return [] if client is None else list(reversed(self._named.get(client, {})))


Context = ServerRequestContext[ServerState, Request]


def client_name(context: Context) -> str | None:
    """Give the name of the client; None when HTTP requests of different clients cannot be told apart."""
    return "" if context.request is None else context.request.headers.get(SESSION_HEADER)


def _keep_last(entries: dict[str, dict[str, None]] | dict[str, None], count: int) -> None:
    while len(entries) > count:
        del entries[next(iter(entries))]
