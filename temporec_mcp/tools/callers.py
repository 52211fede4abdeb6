"""Who calls: the only client of its process, or one of the many that share a home's owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Connected:
    """A client that is connected to the owner of a home."""

    name: str
    """As the client calls itself, cleaned."""
    pid: int
    since: datetime


def nobody() -> Sequence[Connected]:
    """Give no clients: there is no owner."""
    return ()


@dataclass(frozen=True, slots=True)
class Caller:
    """What a tool may know of the client that calls it."""

    folder: Path | None = None
    """Working folder: relative paths start there, and imports may read there. None takes this process's."""
    import_dirs: tuple[Path, ...] = ()
    """Further folders that this client's person allows imports to read."""
    notes: tuple[str, ...] = ()
    """What this client has to be told: the settings it asked for that do not hold."""
    connected: Callable[[], Sequence[Connected]] = nobody
    """Gives the clients that are connected now."""


ALONE = Caller()
