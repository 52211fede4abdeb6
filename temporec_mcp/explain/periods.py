"""What a stretch of the past does as a whole: "because you came back to space opera in May"."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from temporec_mcp.domain.log import DAY_SECONDS
from temporec_mcp.domain.reasons import PeriodEffect, PeriodUnit
from temporec_mcp.explain.rescoring import Positions, Rescorer
from temporec_mcp.explain.target import LIMITS, ExplainLimits

MONTHS_FROM_DAYS = 60.0
WEEKS_FROM_DAYS = 14.0
DAYS_FROM_DAYS = 2.0
"""Spans of a history from which on its months, weeks or days are told apart."""
PERIODS = 24
"""Newest periods that are left out."""
LEAST_ITEMS = 2
"""Items of a period; with fewer it is one item's reason."""
LABEL_SHARE = 0.5


def period_effects(rescorer: Rescorer, limits: ExplainLimits = LIMITS) -> tuple[PeriodEffect, ...]:
    """Give the period whose absence lowers the score most, if that changes the rank and is not small."""
    unit, periods = periods_of(rescorer)
    if unit is None or len(periods) < 2:
        return ()
    effects = rescorer.effects(periods)
    best = max(range(len(periods)), key=lambda number: (effects[number], -number))
    is_whole = len(_items(rescorer, periods[best])) >= LEAST_ITEMS
    if effects[best] < limits.small_share * rescorer.spread or not is_whole:
        return ()
    is_told = rescorer.standing_without(periods[best]).rank != rescorer.now.rank
    return (_effect(rescorer, unit, periods, best),) if is_told else ()


def periods_of(rescorer: Rescorer) -> tuple[PeriodUnit | None, list[Positions]]:
    """Give the unit that suits the history's span, and the positions of each period with events, oldest first."""
    times, zone = rescorer.target.history.times_L, rescorer.target.zone
    span_days = float(times[-1] - times[0]) / DAY_SECONDS if len(times) else 0.0
    if span_days < DAYS_FROM_DAYS:
        return None, []
    unit: PeriodUnit = "month" if span_days >= MONTHS_FROM_DAYS else "week" if span_days >= WEEKS_FROM_DAYS else "day"
    places: dict[date, list[int]] = {}
    for place, time in enumerate(times):
        places.setdefault(_start(float(time), unit, zone), []).append(place)
    return unit, [frozenset(found) for _, found in sorted(places.items())][-PERIODS:]


def _start(time: float, unit: PeriodUnit, zone: tzinfo) -> date:
    day = datetime.fromtimestamp(time, zone).date()
    if unit == "month":
        return day.replace(day=1)
    return date.fromordinal(day.toordinal() - day.weekday()) if unit == "week" else day


def _effect(rescorer: Rescorer, unit: PeriodUnit, periods: Sequence[Positions], number: int) -> PeriodEffect:
    period, times = periods[number], rescorer.target.history.times_L
    label = _label(rescorer, period)
    labels_before = [_labels(rescorer, earlier) for earlier in periods[:number]]
    is_known = label is not None and any(label in labels for labels in labels_before[:-1])
    return PeriodEffect(
        unit=unit,
        first=datetime.fromtimestamp(float(times[min(period)]), rescorer.target.zone),
        last=datetime.fromtimestamp(float(times[max(period)]), rescorer.target.zone),
        event_count=len(period),
        label=label,
        is_return=is_known and label not in labels_before[-1],
        effect=rescorer.effects([period])[0],
        rank_now=rescorer.now.rank,
        rank_then=rescorer.standing_without(period).rank,
    )


def _items(rescorer: Rescorer, period: Positions) -> set[int]:
    return {int(rescorer.target.history.items_L[place]) for place in period}


def _label(rescorer: Rescorer, period: Positions) -> str | None:
    """Give what more than half of the period's events are about."""
    counts = _labels(rescorer, period)
    label, count = max(counts.items(), key=lambda entry: (entry[1], entry[0]), default=("", 0))
    return label if count > LABEL_SHARE * len(period) else None


def _labels(rescorer: Rescorer, period: Positions) -> Counter[str]:
    labels = rescorer.target.labels
    if not labels:
        return Counter()
    items = [int(rescorer.target.history.items_L[place]) for place in period]
    return Counter(label for item in items for label in set(labels[item]))
