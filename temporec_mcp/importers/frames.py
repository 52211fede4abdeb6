"""What a reading process and its parent say to each other: one JSON value a line, checked where it arrives.

Nothing but numbers, texts and lists crosses, so that a reader which a foreign file has taken over can tell its parent
wrong events, and do nothing else.
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from temporec_mcp.domain.events import CONTEXT_LENGTH, ID_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Event, Item
from temporec_mcp.importers.base import ImportOptions, Parsed

LONGEST_FRAME = 256 * 1024**2
"""Bytes of one line: a batch of events that each have the longest text takes a sixth of it."""
MOST_LABELS = 50
URL_LENGTH = 2_000
NOTE_LENGTH = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Id = Annotated[str, Field(min_length=1, max_length=ID_LENGTH)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH)]
Label = Annotated[str, Field(max_length=TITLE_LENGTH)]
Labels = Annotated[tuple[Label, ...], Field(max_length=MOST_LABELS)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Note = Annotated[str, Field(max_length=NOTE_LENGTH)]
Count = Annotated[int, Field(ge=0)]


class BrokenFrameError(Exception):
    """A line that no reader of ours writes."""


class EventRow(NamedTuple):
    """An event in the order of its fields."""

    user_id: Id
    item_id: Id | None
    action: Id
    microseconds: Annotated[int, Field(ge=-(10**17), le=10**17)]
    """Since 1970, UTC."""
    value: Finite | None
    text: Text | None
    session_id: Id | None
    context: Annotated[str, Field(max_length=CONTEXT_LENGTH)] | None
    event_id: Id | None
    recommendation_id: Id | None
    is_date_only: bool


class ItemRow(NamedTuple):
    """An item in the order of its fields."""

    item_id: Id
    title: Annotated[str, Field(max_length=TITLE_LENGTH)] | None
    description: Text | None
    categories: Labels
    creators: Labels
    tags: Labels
    attributes: dict[Text, bool | Finite | Text]
    url: Annotated[str, Field(max_length=URL_LENGTH)] | None
    is_available: bool
    is_catalogue: bool


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Opened(_Frame):
    """The first word of a reader that found a history."""

    kind: Literal["opened"] = "opened"
    format: Id
    questions: tuple[Note, ...]
    notes: tuple[Note, ...]


class Batch(_Frame):
    """Some rows of the history."""

    kind: Literal["batch"] = "batch"
    events: tuple[EventRow, ...]
    rows: tuple[Count, ...]
    items: tuple[ItemRow, ...]
    row_count: Count
    item_rows: Count = 0
    dropped: dict[Id, Count]


class Done(_Frame):
    """The last word of a reader that read everything."""

    kind: Literal["done"] = "done"
    questions: tuple[Note, ...]
    notes: tuple[Note, ...]


class Failed(_Frame):
    """The last word of a reader that could not go on."""

    kind: Literal["failed"] = "failed"
    what: Note
    next_step: Note


class Order(_Frame):
    """What a reader is told to read."""

    path: str
    format: str | None
    items_path: str | None
    columns: dict[str, str]
    user_id: str
    timezone: str
    date_order: Literal["dmy", "mdy", "ymd"] | None
    now: float
    memory_bytes: Count
    processor_seconds: Count
    processor_seconds_per_mebibyte: Count


Frame = Annotated[Opened | Batch | Done | Failed, Field(discriminator="kind")]
FrameT = TypeVar("FrameT", bound=BaseModel)
_FRAME = TypeAdapter[Opened | Batch | Done | Failed](Frame)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What a reading process may use."""

    memory_bytes: int = 4 * 1024**3
    """Address space, which counts more than the memory that is really used."""
    processor_seconds: int = 60
    processor_seconds_per_mebibyte: int = 10
    """On top, for each 2**20 bytes there are, unpacked; about ten times what is needed."""


def order_line(path: Path, options: ImportOptions, limits: ReadLimits) -> bytes:
    """Give the order to read `path`."""
    items_path = None if options.items_path is None else str(options.items_path)
    choices = asdict(replace(options, items_path=None)) | {"items_path": items_path, "now": options.now.timestamp()}
    return line_of({"path": str(path), **choices, **asdict(limits)})


def read_order(line: bytes) -> tuple[Path, ImportOptions, ReadLimits]:
    """Give what an order asks for."""
    order = Order.model_validate_json(line)
    options = ImportOptions(
        now=datetime.fromtimestamp(order.now, UTC),
        format=order.format,
        items_path=None if order.items_path is None else Path(order.items_path),
        columns=order.columns,
        user_id=order.user_id,
        timezone=order.timezone,
        date_order=order.date_order,
    )
    limits = ReadLimits(order.memory_bytes, order.processor_seconds, order.processor_seconds_per_mebibyte)
    return Path(order.path), options, limits


def batch_line(parsed: Parsed) -> bytes:
    """Give a batch as its line."""
    return line_of(
        {
            "kind": "batch",
            "events": [_event_row(event) for event in parsed.events],
            "rows": parsed.rows,
            "items": [_item_row(item) for item in parsed.items],
            "row_count": parsed.row_count,
            "item_rows": parsed.item_rows,
            "dropped": parsed.dropped,
        }
    )


def line_of(frame: BaseModel | dict[str, object]) -> bytes:
    """Give a frame as its line."""
    fields = frame.model_dump() if isinstance(frame, BaseModel) else frame
    return json.dumps(fields, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def read_frame(line: bytes) -> Opened | Batch | Done | Failed:
    """Give what a reader said.

    Raises:
        BrokenFrameError: it said nothing of ours.
    """
    try:
        return _FRAME.validate_json(line)
    except ValidationError:
        raise BrokenFrameError from None


def parsed_of(batch: Batch) -> Parsed:
    """Give the events and items of a batch."""
    if len(batch.rows) != len(batch.events):
        raise BrokenFrameError
    return Parsed(
        events=[_event(row) for row in batch.events],
        rows=list(batch.rows),
        items=[Item(*row) for row in batch.items],
        row_count=batch.row_count,
        item_rows=batch.item_rows,
        dropped=Counter(batch.dropped),
    )


def _event_row(event: Event) -> tuple[object, ...]:
    return (
        event.user_id,
        event.item_id,
        event.action,
        (event.time - _EPOCH) // _MICROSECOND,
        event.value,
        event.text,
        event.session_id,
        event.context,
        event.event_id,
        event.recommendation_id,
        event.is_date_only,
    )


def _event(row: EventRow) -> Event:
    moment = _EPOCH + timedelta(microseconds=row.microseconds)
    return Event(row.user_id, row.item_id, row.action, moment, *row[4:])


def _item_row(item: Item) -> tuple[object, ...]:
    return (
        item.item_id,
        item.title,
        item.description,
        item.categories,
        item.creators,
        item.tags,
        item.attributes,
        item.url,
        item.is_available,
        item.is_catalogue,
    )
