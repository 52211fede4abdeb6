"""Events and items as callers write them, and how they become the domain's."""

import re
from datetime import UTC, datetime, tzinfo

from pydantic import Field, JsonValue, StrictBool

from temporec_mcp.domain.action_names import canonical_action
from temporec_mcp.domain.events import CONTEXT_LENGTH, DEFAULT_USER, TEXT_LENGTH, TITLE_LENGTH, Event, Item
from temporec_mcp.domain.text import check_id, clean_text
from temporec_mcp.domain.times import Moment, parse_time
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.tools.base import Request
from temporec_mcp.tools.edge import Timestamp
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.use_cases import UseCases

LABELS_LENGTH = 50
"""Categories, creators or tags of one item."""
ATTRIBUTES_LENGTH = 50
URL_LENGTH = 2_000

_NAMES_ZONE = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$", re.IGNORECASE)


class EventInput(Request):
    """One thing a user did."""

    user_id: str | None = Field(default=None, description="Who did it; me when left out")
    item_id: str | None = Field(default=None, description="With what; may be left out only for a search")
    action: str = Field(
        description="view, click, search, play, listen, watch, read, like, dislike, skip, rate, "
        "comment, share, save, add_to_cart, purchase, dismiss, or a word of your own"
    )
    timestamp: Timestamp | None = Field(default=None, description="ISO 8601 or Unix time; now when left out")
    value: float | None = Field(
        default=None, description="Rating for rate, seconds for play, listen, watch, read and view, price for purchase"
    )
    text: str | None = Field(default=None, description="Words of a search, comment or review")
    session_id: str | None = Field(default=None, description="Groups events of one session")
    context: str | None = Field(default=None, description="Where or for what, up to 200 characters")
    event_id: str | None = Field(default=None, description="Your own id of the event; never counts twice")
    recommendation_id: str | None = Field(default=None, description="The answer that this event responds to")


class ItemInput(Request):
    """One thing that can be recommended."""

    item_id: str = Field(description="Id as in events")
    title: str | None = Field(default=None, description="Name, up to 200 characters")
    description: str | None = Field(default=None, description="What it is, up to 4,000 characters")
    categories: tuple[str, ...] | None = Field(
        default=None, max_length=LABELS_LENGTH, description="Genres, departments, topics"
    )
    creators: tuple[str, ...] | None = Field(
        default=None, max_length=LABELS_LENGTH, description="Authors, artists, brands"
    )
    tags: tuple[str, ...] | None = Field(default=None, max_length=LABELS_LENGTH, description="Further words for it")
    attributes: dict[str, StrictBool | float | str] | None = Field(
        default=None, max_length=ATTRIBUTES_LENGTH, description="Further facts: texts, numbers or truth values by name"
    )
    url: str | None = Field(default=None, max_length=URL_LENGTH, description="Where to find it")
    available: bool | None = Field(default=None, description="false hides it from recommendations; true when left out")


class Zones:
    """The users' remembered zones, each looked up once a batch."""

    def __init__(self, app: UseCases) -> None:
        """Look up in `app`."""
        self._app = app
        self._zones: dict[str, tzinfo] = {}

    def of(self, user_id: str) -> tzinfo:
        """Give the zone of the user's times that name none."""
        if user_id not in self._zones:
            self._zones[user_id] = self._app.user_zone(user_id)
        return self._zones[user_id]


def to_event(entry: JsonValue, zones: Zones, now: datetime) -> Event:
    """Read one event that arrived at `now`.

    Raises:
        InvalidInputError: what is wrong with it, and what would be right.
    """
    given = read_arguments(EventInput, entry, "An event")
    user_id = check_id(given.user_id, "user_id") if given.user_id is not None else DEFAULT_USER
    action = canonical_action(given.action)
    text = _text(given.text, TEXT_LENGTH)
    moment = _moment(given.timestamp, zones, user_id, now)
    return Event(
        user_id=user_id,
        item_id=_item_id(given.item_id, action, text),
        action=action,
        time=moment.time,
        value=given.value,
        text=text,
        session_id=_optional_id(given.session_id, "session_id"),
        context=_context(given.context),
        event_id=_optional_id(given.event_id, "event_id"),
        recommendation_id=_optional_id(given.recommendation_id, "recommendation_id"),
        is_date_only=moment.is_date_only,
    )


def to_item(entry: JsonValue) -> Item:
    """Read one item of a catalogue.

    Raises:
        InvalidInputError: what is wrong with it, and what would be right.
    """
    given = read_arguments(ItemInput, entry, "An item")
    return Item(
        item_id=check_id(given.item_id, "item_id"),
        title=_text(given.title, TITLE_LENGTH),
        description=_text(given.description, TEXT_LENGTH),
        categories=_labels(given.categories),
        creators=_labels(given.creators),
        tags=_labels(given.tags),
        attributes={
            clean_text(name, TITLE_LENGTH): clean_text(value, TEXT_LENGTH) if isinstance(value, str) else value
            for name, value in (given.attributes or {}).items()
        },
        url=_text(given.url, URL_LENGTH),
        is_available=given.available is not False,
    )


def _moment(value: Timestamp | None, zones: Zones, user_id: str, now: datetime) -> Moment:
    if value is None:
        return Moment(now, False)
    # Looking up a zone costs a query, and most times bring their own.
    has_zone = not isinstance(value, str) or _NAMES_ZONE.search(value)
    return parse_time(value, UTC if has_zone else zones.of(user_id), now)


def _item_id(item_id: str | None, action: str, text: str | None) -> str | None:
    if item_id is not None:
        return check_id(item_id, "item_id")
    if action != "search":
        raise InvalidInputError("The item_id is missing.", "Give it; only a search may leave it out.")
    if text is None:
        raise InvalidInputError("The search has no words.", "Give them in text.")
    return None


def _context(context: str | None) -> str | None:
    cleaned = _text(context, CONTEXT_LENGTH + 1)
    if cleaned and len(cleaned) > CONTEXT_LENGTH:
        raise InvalidInputError(
            "The context is too long.", f"Give at most {CONTEXT_LENGTH} characters; longer words belong in text."
        )
    return cleaned


def _optional_id(value: str | None, name: str) -> str | None:
    return None if value is None else check_id(value, name)


def _text(text: str | None, length: int) -> str | None:
    return (clean_text(text, length) or None) if text is not None else None


def _labels(labels: tuple[str, ...] | None) -> tuple[str, ...]:
    cleaned = (clean_text(label, TITLE_LENGTH) for label in labels or ())
    return tuple(dict.fromkeys(label for label in cleaned if label))
