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
    share: float | None = None
    """Part of the sessions that begin inside the window below, 0 to 1; None where there is no such window."""
    weekday: int | None = None
    """The weekday on which most sessions begin, 0 is Monday; only for the week."""
    hour_from: int | None = None
    """Start of the four hours in which most sessions begin, in the user's zone; only for the day."""
    hour_to: int | None = None
    """End of those hours, 0 to 23; below `hour_from` when they cross midnight."""


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
    """The figures of its sentence, by name; dates are ISO 8601 strings, durations are in days.

    silence: days, usual_days (median), until (a date; absent while it lasts).
    burst: events, usual_events (median of the active days). hour: hour, minute, sessions (how many there are).
    value: action, value, usual_value (median), count (values of that action), and title where the item has one.
    """


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
