"""What the languages share: local dates, durations and numbers as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from temporec_mcp.domain.timeline import Anomaly, Change, Interest, Period, Timeline

LEAST_SHOWN_SHARE = 0.01
MOST_THEMES = 3
LEADING_SHARE = 0.3
LEADING_FACTOR = 1.5
MOST_ACTIONS = 3
FIRM_SHARE = 0.6
SHARE_DIGITS = 4
"""Decimals of a share in a result."""

DAY_MINUTES = 1_440
YEAR_DAYS = 365.25
_WHOLE_FROM = 10
"""From so many hours or days on they are told without decimals."""

Unit = Literal["minute", "hour", "day", "year"]


class Language(Protocol):
    """One language's sentences; an empty string says nothing."""

    def opening(self, timeline: Timeline) -> str:
        """Say what there is: events, days, span, sessions."""
        ...

    def session_rule(self, timeline: Timeline) -> str:
        """Say what parts sessions."""
        ...

    def themes(self, timeline: Timeline) -> str:
        """Say the main interests."""
        ...

    def trends(self, timeline: Timeline) -> str:
        """Say which interests rise and fade."""
        ...

    def period(self, period: Period, timeline: Timeline) -> str:
        """Say a habit."""
        ...

    def change(self, change: Change) -> str:
        """Say that taste or activity changed."""
        ...

    def rate(self, weekly: float) -> str:
        """Say how many events there are a week."""
        ...

    def anomaly(self, anomaly: Anomaly) -> str:
        """Say what was out of habit."""
        ...

    def outlook(self, timeline: Timeline) -> str:
        """Say how long the user usually pauses, when the next session is likely, and what it is likely about."""
        ...


@dataclass(frozen=True, slots=True)
class Amount:
    """A duration in the unit that reads best."""

    number: str
    unit: Unit


def amount(days: float) -> Amount:
    """Give a duration in minutes below two hours, in hours below two days, in days below two years, else in years."""
    if days * DAY_MINUTES < 120:
        return Amount(f"{days * DAY_MINUTES:.0f}", "minute")
    if days < 2:
        return Amount(_rounded(days * 24), "hour")
    return Amount(_rounded(days), "day") if days < 2 * YEAR_DAYS else Amount(plain(round(days / YEAR_DAYS, 1)), "year")


def _rounded(value: float) -> str:
    return f"{value:.0f}" if value >= _WHOLE_FROM else plain(round(value, 1))


def span(timeline: Timeline) -> tuple[date, date]:
    """Give the local dates of the first and last event."""
    zone = ZoneInfo(timeline.timezone)
    return timeline.first.astimezone(zone).date(), timeline.last.astimezone(zone).date()


def is_silent(timeline: Timeline) -> bool:
    """Tell whether a silence that still lasts is told, with the usual pause."""
    return any(anomaly.kind == "silence" and "until" not in anomaly.facts for anomaly in timeline.anomalies)


def next_days(timeline: Timeline) -> tuple[date, date] | None:
    """Give the local dates between which the next session most likely begins."""
    outlook = timeline.outlook
    if outlook is None or outlook.next_low is None or outlook.next_high is None:
        return None
    zone = ZoneInfo(timeline.timezone)
    return outlook.next_low.astimezone(zone).date(), outlook.next_high.astimezone(zone).date()


def actions(timeline: Timeline) -> tuple[list[tuple[str, int]], int]:
    """Give the most frequent actions with their counts, and how many events are of others."""
    ranked = sorted(timeline.action_counts.items(), key=lambda pair: -pair[1])
    shown = ranked[:MOST_ACTIONS]
    return shown, timeline.event_count - sum(count for _, count in shown)


def shown_interests(timeline: Timeline) -> Sequence[Interest]:
    """Give the interests that are named with their share: none that is no larger than one left out."""
    found = [interest for interest in timeline.interests if interest.share >= LEAST_SHOWN_SHARE]
    left_out = max((round(interest.share, SHARE_DIGITS) for interest in found[MOST_THEMES:]), default=0.0)
    return [interest for interest in found[:MOST_THEMES] if round(interest.share, SHARE_DIGITS) > left_out]


def is_leading(interests: Sequence[Interest]) -> bool:
    """Tell whether the first interest is far ahead of the second."""
    first, second = interests[0].share, interests[1].share
    return first >= LEADING_SHARE and first >= LEADING_FACTOR * second


def percent(share: float) -> str:
    """Give a share in whole percent, as one rounds the field that holds it."""
    return f"{100 * round(share, SHARE_DIGITS):.0f}%"


def chance(share: float) -> str:
    """Give a chance in whole percent; nothing where it would read as certain."""
    return "" if percent(share) == "100%" else percent(share)


def plain(value: float) -> str:
    """Give a value with up to two decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def day_in(facts: dict[str, str | float], name: str) -> date:
    """Give a date of an anomaly's facts."""
    return datetime.fromisoformat(str(facts[name])).date()


def figure(facts: dict[str, str | float], name: str) -> float:
    """Give a number of an anomaly's facts."""
    return float(facts[name])


def clock(facts: dict[str, str | float]) -> str:
    """Give the time of day of an anomaly's facts."""
    return f"{figure(facts, 'hour'):02.0f}:{figure(facts, 'minute'):02.0f}"
