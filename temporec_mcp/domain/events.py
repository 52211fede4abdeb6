"""Events and items as they are once they passed the edge: cleaned, capped, in UTC."""

from dataclasses import dataclass, field
from datetime import datetime

ID_LENGTH = 200
TITLE_LENGTH = 200
TEXT_LENGTH = 4_000
CONTEXT_LENGTH = 200
DEFAULT_USER = "me"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a user did with one item at one time."""

    user_id: str
    item_id: str | None
    """None only for a search, whose words are in `text`."""
    action: str
    time: datetime
    """Aware, in UTC. For a date-only event: noon of that day in the user's zone."""
    value: float | None = None
    """Rating for rate; seconds for play, listen, watch, read and view; price for purchase."""
    text: str | None = None
    session_id: str | None = None
    context: str | None = None
    """Where or for what it was done: a project folder, a device, an occasion."""
    event_id: str | None = None
    """The caller's own identity of the event; never counts twice."""
    recommendation_id: str | None = None
    """The answer that this event responds to."""
    is_date_only: bool = False
    """The source knew the day but not the hour, so the event never feeds the hours."""


@dataclass(frozen=True, slots=True)
class Item:
    """What can be recommended."""

    item_id: str
    title: str | None = None
    description: str | None = None
    categories: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    attributes: dict[str, str | float | bool] = field(default_factory=dict[str, str | float | bool])
    url: str | None = None
    is_available: bool = True
    is_catalogue: bool = True
    """Came with a catalogue, so it may be shown to everybody; False for titles read from one person's history."""
