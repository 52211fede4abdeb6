"""Reasons beyond single past events: what would help, the moment of asking, stretches of time, what bars an item."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MomentKind = Literal["hour", "weekday", "pause"]
PeriodUnit = Literal["month", "week", "day"]
Exclusion = Literal["seen", "refused", "excluded", "category", "unavailable"]
"""Why an item is no candidate: the user had it, spoke against it, the request excluded it or asks for other
categories, or it cannot be had."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a user gave an item."""

    value: float
    top: float | None
    """Upper end of the scale that the user rates on; None where it is not known."""

    @property
    def is_low(self) -> bool:
        """Not above the middle of the scale, so that nobody takes it for liking."""
        return self.top is not None and self.value <= self.top / 2

    @property
    def short(self) -> str:
        """Give it as `4/5`, or `4` where the scale is not known."""
        return f"{self.value:.12g}" if self.top is None else f"{self.value:.12g}/{self.top:.12g}"


MOSTLY = 0.5
"""What is said to be mostly the reason of something makes this share of it."""


@dataclass(frozen=True, slots=True)
class Lift:
    """The single item whose event, if it happened at the moment asked for, would bring the explained item up most."""

    item_id: str
    title: str
    action: str
    rank_before: int
    rank_after: int
    """In the list that such an event would lead to."""
    is_repeat: bool = False
    """The user has had that item before."""


@dataclass(frozen=True, slots=True)
class MomentEffect:
    """What the hour, the weekday or the pause since the last event does to the item.

    For hour and weekday the same past is put with the question into other hours or days, all pauses kept; for the
    pause the same past is put right before the question.
    """

    kind: MomentKind
    effect: float
    """Score now minus the mean score then."""
    rank_now: int
    best_then: int
    """Best rank of those moments; the rank now is outside of best to worst."""
    worst_then: int
    pause_days: float
    """From the last event to the moment asked for."""


@dataclass(frozen=True, slots=True)
class PeriodEffect:
    """What all events of a month, week or day do to the item together."""

    unit: PeriodUnit
    first: datetime
    last: datetime
    """Of its first and last event, inclusive."""
    event_count: int
    label: str | None
    """What more than half of these events are about; None when nothing is."""
    is_return: bool
    """The label was there before, but not in the period with events just before."""
    effect: float
    """Score minus score without these events."""
    rank_now: int
    rank_then: int
