"""What can be found in one user's timeline. Every finding carries the figures that its sentence will state."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Trend = Literal["rising", "steady", "fading"]
AnomalyKind = Literal["silence", "burst", "hour", "value", "surprise"]
ChangeKind = Literal["interest", "drift", "activity"]
PaceTrend = Literal["shortening", "steady", "lengthening"]
SpanUnit = Literal["week", "month", "quarter", "year"]
Day = date
"""For classes that have a field named date."""


@dataclass(frozen=True, slots=True)
class Interest:
    """A theme of the history."""

    label: str
    share: float
    """Part of the events that belong to it, 0 to 1; an event of several themes is split evenly."""
    trend: Trend
    recent: float | None = None
    """The same part of the newest events, the short-term taste; None where there are too few."""


@dataclass(frozen=True, slots=True)
class SharedInterest:
    """A theme that enough users of a home have in common to be named."""

    label: str
    share: float
    """Part of a user's labelled events, 0 to 1, averaged over the users."""
    users: int
    """How many have events of it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """How the interests moved: one row of events an interest, one column a span of time."""

    unit: SpanUnit
    starts: tuple[date, ...]
    """First day of each span, from the first event to the last, none left out."""
    labels: tuple[str, ...]
    """The interests of the timeline, in its order."""
    events: tuple[tuple[float, ...], ...]
    """Events of each interest in each span; an event of several interests is split evenly."""
    others: tuple[float, ...]
    """Events with an item that belong to none of them, in each span."""


@dataclass(frozen=True, slots=True)
class Change:
    """Taste or activity changed for good: at a day, or by a drift that took a while."""

    date: date
    """The day from which it holds; of a drift the day on which it began."""
    before: str
    """The interest that led, or that lost most by a drift; empty for activity."""
    after: str
    """The interest that took the lead, or that gained most by a drift; empty for activity."""
    kind: ChangeKind = "interest"
    strength: float = 1.0
    """0 to 1: the part of the mixture of interests that moved; of activity, 1 - lower / higher rate."""
    until: Day | None = None
    """The day on which a drift was over; None for a change at a day."""
    fell: tuple[float, float] | None = None
    """Share of `before` before and after, 0 to 1."""
    rose: tuple[float, float] | None = None
    """Share of `after` before and after, 0 to 1."""
    weekly: tuple[float, float] | None = None
    """Events a week before and after; only of activity. The very first session, often a large one, is not counted."""


def rounded_rate(weekly: float) -> str:
    """Give events a week as precisely as reads well, in sentences and pictures alike."""
    if weekly >= 10:
        return f"{weekly:,.0f}"
    return f"{weekly:.{1 if weekly >= 1 else 2}f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Period:
    """A habit that repeats."""

    days: float
    strength: float
    """Mean resultant length of the session starts on that cycle, 0 to 1."""
    share: float | None = None
    """Part of the sessions that begin inside the window below, 0 to 1; None where there is no such window."""
    weekdays: tuple[int, ...] = ()
    """The one or two weekdays that are clearly ahead of all others, 0 is Monday; only for the week."""
    hour_from: int | None = None
    """Start of the four hours in which most sessions begin, in the user's zone; only for the day."""
    hour_to: int | None = None
    """End of those hours, 0 to 23; below `hour_from` when they cross midnight."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the pauses between sessions lie, in days."""

    median: float
    low: float
    """A quarter of the pauses are shorter."""
    high: float
    """A quarter of the pauses are longer."""
    trend: PaceTrend
    bins: tuple[tuple[float, int], ...]
    """Upper edge and number of pauses of each bin, rising and without a break; the first and last are not empty."""


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with events."""

    days: int
    first: date
    current: int
    """Days in a row up to the last active day, when that is the present or the day before; else 0."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the user is active, in the user's own time zone, counted in events (date-only ones have no hour)."""

    hours: tuple[int, ...]
    """24 counts from midnight."""
    weekdays: tuple[int, ...]
    """7 counts from Monday."""
    periods: tuple[Period, ...]
    grid: tuple[tuple[int, ...], ...] = ()
    """7 rows from Monday of 24 counts from midnight; date-only events are in none."""
    pace: Pace | None = None
    """None when there are too few sessions."""
    streak: Streak | None = None
    """The longest one."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something out of the user's own habit."""

    date: date
    kind: AnomalyKind
    facts: dict[str, str | float]
    """The figures of its sentence, by name; dates are ISO 8601 strings, durations are in days.

    All: one_in (by the user's own habit, one history in so many shows such a thing; at most 10,000).
    silence: days, usual_days (median), until (a date; absent while it lasts).
    burst: events, usual_events (median of the active days). hour: hour, minute, sessions (how many there are).
    value: action, value, usual_value (median), count (values of that action), and title where the item has one.
    surprise: events (with an item, in all), title where the item has one, label where it has one, and
    label_events (how many of the events have that label). Or, of an item that the model put far behind: place (1 is the
    first), choices (items that stood to choose), usual_place (nine in ten of the others have it or a better one), count
    (the others), and title.
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
    pause_count: int = 0
    """How many pauses it is drawn from."""
    next_low: datetime | None = None
    """With a chance of a tenth the next session begins before; the silence up to now is taken into account."""
    next_median: datetime | None = None
    next_high: datetime | None = None
    """With a chance of a tenth the next session begins later."""
    doing: str | None = None
    """The interest that the next session is most likely about."""
    doing_share: float | None = None
    """The chance that the next event is of that interest, 0 to 1."""


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
    interest_source: Literal["labels", "words", "items", "clusters"]
    """Where the labels come from: the catalogue, words of the titles, the items themselves, or groups of like items
    named after their words."""
    changes: tuple[Change, ...]
    rhythm: Rhythm
    anomalies: tuple[Anomaly, ...]
    outlook: Outlook | None
    """None when there are too few sessions to tell."""
    stream: Stream | None = None
    """None when there are no interests."""
    calendar: tuple[tuple[date, int], ...] = ()
    """Every active day in the user's zone with its events, in order."""
