"""What a user sees of the own history and corrects in it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

EditKind = Literal["correct", "remove", "hide", "show", "delete_item"]


@dataclass(frozen=True, slots=True)
class EventQuestion:
    """Which of a user's events are asked for; None sets no limit."""

    user_id: str
    since: datetime | None = None
    """That moment itself counts."""
    until: datetime | None = None
    """That moment itself counts."""
    item_id: str | None = None
    action: str | None = None
    words: str | None = None
    """In title, item id or text, whatever case and accents."""
    recommendation_id: str | None = None
    """Only what that answer could rest on, for its user and its moment."""
    limit: int = 20
    before: tuple[int, int] | None = None
    """The page begins after the event with this time (microseconds since 1970) and arrival number."""


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event as its user sees it."""

    event_seq: int
    """Its arrival number, by which it is corrected."""
    item_id: str | None
    title: str | None
    action: str
    time: datetime
    time_us: int
    """The same in microseconds since 1970."""
    value: float | None
    text: str | None
    is_date_only: bool
    import_id: int | None
    """The import that brought it; None for a logged one."""
    source: str | None
    """What that import read."""
    is_edited: bool
    """Its user has corrected it."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of a user's events, newest first."""

    user_id: str
    events: tuple[SeenEvent, ...]
    found: int
    """Events on this page and all later ones."""


@dataclass(frozen=True, slots=True)
class SeenUser:
    """A user as the owner of the home sees it."""

    user_id: str
    """As it is kept: itself, or its pseudonym."""
    timezone: str | None
    event_count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class SeenImport:
    """An import as a user sees it whose events it brought."""

    import_id: int
    source: str
    received_at: datetime
    event_count: int
    """The user's events of it that are there."""
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing to correct."""

    kind: EditKind
    event_seq: int | None = None
    item_id: str | None = None
    """Instead of an event: the item that is meant."""
    value: float | None = None
    action: str | None = None
    time: datetime | None = None
    is_date_only: bool = False
    """Of `time`."""


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What became of corrections."""

    done: dict[EditKind, int]
    """Events corrected and removed; items hidden, shown and deleted."""
    rejections: tuple[tuple[int, str], ...]
    """Place in the list, and why it was not done."""
    models: tuple[str, ...] = ()
    """Models that have learnt from what was corrected or removed."""


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing an import would remove, and the token that confirms it."""

    import_id: int
    source: str
    user_count: int
    would_remove: dict[str, int]
    confirm: str
    corrections: int
    """Events that the import found there and corrected."""


@dataclass(frozen=True, slots=True)
class UndoReceipt:
    """What undoing an import removed."""

    import_id: int
    removed: dict[str, int]
    models: tuple[str, ...] = field(default_factory=tuple[str, ...])
    """Models that have learnt from it."""
    restored: int = 0
    """Events that it had corrected and that are as before now."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for a user who wants everything."""

    user_id: str
    folder: Path
    event_count: int
    item_count: int
    recommendation_count: int
    models: tuple[str, ...]
    """Models that have learnt from the user's events."""
    files: tuple[str, ...]
