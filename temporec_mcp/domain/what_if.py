"""What would be listed if the past, or the moment, were another one: the question and its answer, as facts."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AddedEvent:
    """An event that is only supposed."""

    item_id: str
    action: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class WhatIfRequest:
    """Which list, and what is supposed."""

    user_id: str | None = None
    recommendation_id: str | None = None
    """The answer to change; None asks anew for `user_id` at `at`."""
    at: datetime | None = None
    """Events after it are unknown; None is now."""
    k: int | None = None
    """None takes the length of the answer, else the default."""
    remove: tuple[str, ...] = ()
    """Item ids, all of whose events go, and references of single events."""
    event_seqs: dict[str, int] = field(default_factory=dict[str, int])
    """The store's arrival number behind each entry of `remove` that may be a reference."""
    add: tuple[AddedEvent, ...] = ()
    """Happen at the moment asked for, in this order."""
    later_days: float = 0.0
    """How much later the changed question is asked."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was left out of one item's events."""

    item_id: str
    title: str
    event_count: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A place of the list as it would be."""

    rank: int
    item_id: str
    title: str
    rank_before: int | None
    """Beyond the list the rank by score; None when it was no candidate."""


@dataclass(frozen=True, slots=True)
class Left:
    """A place of the list as it is that would not be listed."""

    item_id: str
    title: str
    rank_before: int
    rank_after: int | None
    """None when it would be no candidate."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """An event that was supposed, as it is told."""

    action: str
    title: str
    value: float | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How a list moves; nothing of it is stored."""

    user_id: str | None
    as_of: datetime
    """The moment that the list as it is was asked for."""
    model_id: str | None
    k: int
    removed: tuple[Removed, ...]
    added: tuple[Supposed, ...]
    later_days: float
    items: tuple[Moved, ...]
    left: tuple[Left, ...]
