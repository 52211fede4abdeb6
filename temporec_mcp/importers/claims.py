"""What a record of an export says that a user did, and with which item; formats make these, `records` checks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast

from temporec_mcp.domain.action_names import canonical_action
from temporec_mcp.domain.events import ID_LENGTH, TITLE_LENGTH, Item
from temporec_mcp.domain.times import read_time
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.cells import MAX_NUMBER, DroppedRowError, attribute_of, cleaned, labels_of, text_of
from temporec_mcp.importers.items import ATTRIBUTE_LENGTH
from temporec_mcp.importers.json_arrays import Record

MILLISECONDS = 1000.0
"""Milliseconds of a second."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One event as a record tells it, not yet checked."""

    action: str
    when: object
    """A cell with a time or date, or a datetime."""
    item: Item | None = None
    value: float | None = None
    text: object = None
    user_id: object = None
    """None gives the event to the user of the import."""
    session_id: object = None
    event_id: object = None
    context: object = None
    zone: tzinfo | None = None
    """The zone of a time that names none; None takes the import's."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What a record tells about an item beside its title."""

    creators: Sequence[object] = ()
    categories: Sequence[object] = ()
    tags: Sequence[object] = ()
    attributes: Mapping[str, object] = field(default_factory=dict[str, object])


def seen_item(item_id: object, title: object = None, labels: Labels | None = None) -> Item:
    """Give an item that is known from a history only, so it is no catalogue's; an id too long for one is cut.

    Raises:
        DroppedRowError: no_item, when the id is empty.
    """
    known = cleaned(item_id, ID_LENGTH)
    if known is None:
        raise DroppedRowError("no_item")
    labels = labels or Labels()
    attributes = {name: attribute_of(cell, ATTRIBUTE_LENGTH) for name, cell in labels.attributes.items()}
    return Item(
        item_id=known,
        title=cleaned(title, TITLE_LENGTH),
        categories=labels_of(list(labels.categories)),
        creators=labels_of(list(labels.creators)),
        tags=labels_of(list(labels.tags)),
        attributes={name: value for name, value in attributes.items() if value is not None},
        is_catalogue=False,
    )


def recording(by: str | None, name: str | None, album: str | None = None) -> Item:
    """Give the item of a track or episode: known by who made it and its name.

    Raises:
        DroppedRowError: no_item, when it has no name.
    """
    if name is None:
        raise DroppedRowError("no_item")
    labels = Labels(creators=(by,) if by else (), attributes={"album": album})
    return seen_item(f"{by} - {name}" if by else name, name, labels)


def film(name: str | None, year: str | None, labels: Labels | None = None) -> Item:
    """Give the item of a film: known by its name and year, as other lists of films name it.

    Raises:
        DroppedRowError: no_item, when it has no name.
    """
    title = f"{name} ({year})" if name and year else name
    return seen_item(title, title, labels)


def action_of(name: str | None) -> str:
    """Give our name of an action.

    Raises:
        DroppedRowError: bad_action, when it has none.
    """
    try:
        return canonical_action(name or "")
    except InvalidInputError:
        raise DroppedRowError("bad_action") from None


def part_of(event_id: str | None, place: int, count: int) -> str | None:
    """Give the identity of one of `count` events that a record with this identity makes."""
    return event_id if event_id is None or count == 1 else f"{event_id}:{place}"


def seconds_of(record: Record, name: str) -> float:
    """Give the milliseconds of a field as seconds.

    Raises:
        DroppedRowError: bad_value, when they are no such number; zero_duration, when they are none.
    """
    milliseconds = number(record, name)
    if milliseconds is None or not 0 <= milliseconds <= MAX_NUMBER:
        raise DroppedRowError("bad_value")
    if milliseconds == 0:
        raise DroppedRowError("zero_duration")
    return milliseconds / MILLISECONDS


def start_of(end: str | None, seconds: float) -> datetime:
    """Give the start of what ended at `end`, read in UTC where it names no zone, and took `seconds`.

    Raises:
        DroppedRowError: no_time or bad_time.
    """
    if end is None:
        raise DroppedRowError("no_time")
    try:
        return read_time(end, UTC).time - timedelta(seconds=seconds)
    except (InvalidInputError, OverflowError):
        raise DroppedRowError("bad_time") from None


def inner(value: object, *path: str | int) -> object:
    """Follow `path` through objects and lists; None where it ends before."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = cast("dict[str, object]", value).get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(cast("list[object]", value)):
            value = cast("list[object]", value)[step]
        else:
            return None
    return value


def word(value: object, *path: str | int) -> str | None:
    """Give the text or number at `path` as text; None for anything else and for nothing visible."""
    found = inner(value, *path)
    text = text_of(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else None
    return text.strip() or None if text else None


def number(value: object, *path: str | int) -> float | None:
    """Give the number at `path`, also one that is written as text; None for anything else."""
    try:
        return float(word(value, *path) or "")
    except ValueError:
        return None


def entries(value: object, *path: str | int) -> list[Record]:
    """Give the objects of the list at `path`."""
    found = inner(value, *path)
    parts = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("Record", part) for part in parts if isinstance(part, dict)]


def fields_of(value: object, *path: str | int) -> Record:
    """Give the object at `path`; one without fields for anything else."""
    found = inner(value, *path)
    return cast("Record", found) if isinstance(found, dict) else {}
