"""What every importer shares: the options, the batches, and what a format must offer."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from temporec_mcp.domain.events import DEFAULT_USER, Event, Item
from temporec_mcp.domain.requests import DateOrder
from temporec_mcp.domain.text import clean_text
from temporec_mcp.importers.source import Source

LISTED_LENGTH = 40
"""Characters of a name that a list in a message shows."""
BATCH_ROWS = 10_000
"""Rows read before a batch is handed on; what bounds the memory of an import."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a history is to be read."""

    now: datetime
    """Aware; later events cannot have happened."""
    format: str | None = None
    """One of FORMATS; None finds it by content."""
    items_path: Path | None = None
    """A file, zip or folder with the catalogue."""
    columns: dict[str, str] = field(default_factory=dict[str, str])
    """Column of the file by field; fields that are left out are found by the columns' names."""
    user_id: str = DEFAULT_USER
    """The user of a file that has no column for it."""
    timezone: str = "UTC"
    """Zone of times that name none."""
    date_order: DateOrder | None = None
    """Order of day, month and year in dates such as 5/1/26; None infers it from the whole column."""


@dataclass(slots=True)
class Parsed:
    """One batch of a history; row_count = rows with at least one event + item_rows + sum(dropped)."""

    events: list[Event] = field(default_factory=list[Event])
    rows: list[int] = field(default_factory=list[int])
    """For each event the row of the file it comes from, counted from 0 over all batches."""
    items: list[Item] = field(default_factory=list[Item])
    row_count: int = 0
    """Rows of the events file, or of a catalogue that was named by itself; one beside a history is not counted."""
    item_rows: int = 0
    """Rows of a catalogue that was named by itself which give an item."""
    dropped: Counter[str] = field(default_factory=Counter[str])
    """Rows that gave no event, by reason: bad_row, bad_id, no_user, no_item, no_time, bad_time, future_time ..."""


Row = Sequence[object] | None
"""The cells of the wanted columns, None for an empty one; no sequence where the row cannot be read."""


class Table(Protocol):
    """A file with named columns."""

    @property
    def name(self) -> str:
        """Its path in the source."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        ...

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read from the start, giving the cells of the `wanted` columns, in that order."""
        ...


class EventReader(Protocol):
    """The events of a source, opened but not yet read."""

    @property
    def questions(self) -> tuple[str, ...]:
        """What must be answered before anything is imported."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed; complete once the batches are read."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The members of the source that are read."""
        ...

    def batches(self) -> Iterator[Parsed]:
        """Read from the start, BATCH_ROWS rows at a time."""
        ...


class ItemReader(Protocol):
    """The catalogue of a source, opened but not yet read."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out; complete once the batches are read."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The members of the source that are read."""
        ...

    @property
    def unusable_count(self) -> int:
        """Rows read so far that have no usable id."""
        ...

    def batches(self) -> Iterator[list[Item]]:
        """Read from the start, BATCH_ROWS rows at a time."""
        ...


class HistoryFile(Protocol):
    """A history of a known format: its catalogue first, then its events."""

    @property
    def format(self) -> str:
        """One of FORMATS."""
        ...

    @property
    def questions(self) -> tuple[str, ...]:
        """What must be answered before anything is imported."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed or left out; complete once the batches are read."""
        ...

    def batches(self) -> Iterator[Parsed]:
        """Read from the start: batches of items without rows first, then BATCH_ROWS rows of events at a time."""
        ...


def no_items(source: Source, options: ImportOptions) -> ItemReader | None:
    """Find no catalogue: for formats that have none."""
    return None


@dataclass(frozen=True, slots=True)
class Format:
    """One export format: how to find its events and its catalogue in a source."""

    name: str
    form: str
    """What it is, in words, for messages."""
    find_events: Callable[[Source, ImportOptions], EventReader | None]
    """None when the source is not of this format; raises InvalidInputError when it is, but cannot be used."""
    find_items: Callable[[Source, ImportOptions], ItemReader | None] = no_items
    takes_columns: bool = False
    """The caller may say which column holds what; other forms have their own."""
    is_personal: bool = False
    """One person's export: lists that lie beside the history are theirs as well, and no catalogue for everybody."""


def listed(names: Sequence[str], at_most: int = 12) -> str:
    """Give names as a short list for a message."""
    rest = len(names) - at_most
    return ", ".join(clean_text(name, LISTED_LENGTH) for name in names[:at_most]) + (
        f" and {rest} more" if rest > 0 else ""
    )
