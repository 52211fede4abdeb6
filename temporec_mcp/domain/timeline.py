"""What can be found in one user's timeline. Every finding carries the figures that its sentence will state."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Trend = Literal["rising", "steady", "fading"]
AnomalyKind = Literal["silence", "burst", "hour", "value", "surprise"]


@dataclass(frozen=True, slots=True)
class Interest:
    """A theme of the history."""

    label: str
    share: float
    """Part of the events that belong to it, 0 to 1; an event of several themes is split evenly."""
    trend: Trend


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which the leading interest changed for good."""

    date: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Period:
    """A habit that repeats."""

    days: float
    strength: float
    """Mean resultant length of the session starts on that cycle, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the user is active, in the user's own time zone, counted in events (date-only ones have no hour)."""

    hours: tuple[int, ...]
    """24 counts from midnight."""
    weekdays: tuple[int, ...]
    """7 counts from Monday."""
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something out of the user's own habit."""

    date: date
    kind: AnomalyKind
    facts: dict[str, str | float]
    """The figures of its sentence, by name."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """When the user will likely be active again, from the user's own gaps between sessions."""

    median_gap_days: float
    low_gap_days: float
    """A tenth of the gaps are shorter."""
    high_gap_days: float
    """A tenth of the gaps are longer."""
    rising: str | None = None
    """The interest on the rise, if one is."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The summary of one user's timeline, as facts."""

    user_id: str
    timezone: str
    first: datetime
    last: datetime
    event_count: int
    active_day_count: int
    session_count: int
    session_gap_minutes: float
    """A longer pause than this starts a new session."""
    action_counts: dict[str, int]
    interests: tuple[Interest, ...]
    interest_source: Literal["labels", "words", "items"]
    """Where the labels come from: the catalogue, words of the titles, or the items themselves."""
    changes: tuple[Change, ...]
    rhythm: Rhythm
    anomalies: tuple[Anomaly, ...]
    outlook: Outlook | None
    """None when there are too few sessions to tell."""
