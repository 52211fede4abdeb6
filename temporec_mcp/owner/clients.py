"""Who is connected to the owner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from temporec_mcp.domain.text import clean_text
from temporec_mcp.relay.wire import differing
from temporec_mcp.tools.callers import Caller, Connected

NAME_LENGTH = 60


@dataclass(slots=True)
class Client:
    """One connection."""

    pid: int
    since: datetime
    name: str

    def rename(self, name: str) -> None:
        """Note what the client calls itself."""
        self.name = clean_text(name, NAME_LENGTH) or self.name


@dataclass(slots=True)
class Clients:
    """All connections, in the order in which they came."""

    _present: dict[int, Client] = field(default_factory=dict[int, Client])

    def enter(self, hello: Mapping[str, object]) -> Client:
        """Note a new client by its first line."""
        pid = hello.get("pid")
        client = Client(pid if isinstance(pid, int) else 0, datetime.now(UTC), str(hello.get("kind")))
        self._present[id(client)] = client
        return client

    def leave(self, client: Client) -> None:
        """Note that a client is gone."""
        self._present.pop(id(client), None)

    def __len__(self) -> int:
        """Give how many are connected."""
        return len(self._present)

    def connected(self) -> tuple[Connected, ...]:
        """Give everybody who is connected now."""
        return tuple(Connected(client.name, client.pid, client.since) for client in tuple(self._present.values()))


def caller_of(hello: Mapping[str, object], owner_hello: Mapping[str, object], clients: Clients) -> Caller:
    """Give what tools may know of the client with this first line."""
    dirs = hello.get("import_dirs")
    different = differing(hello, owner_hello)
    note = f"This client asked for other settings than the home's owner was started with: {different}."
    return Caller(
        folder=Path(str(hello.get("folder"))),
        import_dirs=tuple(Path(str(entry)) for entry in cast("list[object]", dirs)) if isinstance(dirs, list) else (),
        notes=(note,) if different else (),
        connected=clients.connected,
    )
