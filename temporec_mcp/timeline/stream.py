"""How the interests moved over time: events per interest and span, the spans as long as reads best.

Axes: N events, E entries (an event has one for each of its labels), C spans of time, K interests.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times
from temporec_mcp.domain.timeline import SpanUnit, Stream
from temporec_mcp.timeline.labels import Labelled
from temporec_mcp.timeline.local_time import EPOCH_WEEKDAY

_LONGEST: tuple[tuple[SpanUnit, int], ...] = (("week", 200), ("month", 1_500), ("quarter", 4_500))
"""Days up to which each unit is used; beyond it is the year."""
_EPOCH_YEAR = 1970
_MONTHS_A_YEAR, _MONTHS_A_QUARTER, _DAYS_A_WEEK = 12, 3, 7


def measure_stream(labelled: Labelled, names: Sequence[str], days_N: NDArray[np.int64]) -> Stream | None:
    """Count the events of each interest of `names` in each span of time.

    Args:
        labelled: the labels of the events.
        names: K interests, labels of `labelled`.
        days_N: local day of each event, in the order of `labelled`.
    """
    if not names:
        return None
    unit = _unit(int(days_N[-1]) - int(days_N[0]))
    spans_N = _spans(days_N, unit)
    first, count = int(spans_N[0]), int(spans_N[-1] - spans_N[0]) + 1
    numbers = {name: number for number, name in enumerate(labelled.names)}
    row_of = np.full(len(labelled.names), len(names), dtype=np.int64)
    row_of[[numbers[name] for name in names]] = np.arange(len(names))
    cell_E = row_of[labelled.labels] * count + spans_N[labelled.rows] - first
    sums = np.bincount(cell_E, weights=labelled.weights, minlength=(len(names) + 1) * count)
    events_KC: Times = sums.reshape(-1, count)[: len(names)].astype(np.float64)
    all_C = np.bincount(spans_N[labelled.item_rows] - first, minlength=count)
    others_C: Times = np.maximum(all_C - events_KC.sum(axis=0), 0.0)
    return Stream(
        unit=unit,
        starts=tuple(_first_day(first + place, unit) for place in range(count)),
        labels=tuple(names),
        events=tuple(_counts(events_C) for events_C in events_KC),
        others=_counts(others_C),
    )


def _counts(events_C: Times) -> tuple[float, ...]:
    return tuple(round(float(events), 3) for events in events_C)


def _unit(days: int) -> SpanUnit:
    for unit, longest in _LONGEST:
        if days <= longest:
            return unit
    return "year"


def _spans(days_N: NDArray[np.int64], unit: SpanUnit) -> NDArray[np.int64]:
    if unit == "week":
        return (days_N + EPOCH_WEEKDAY) // _DAYS_A_WEEK
    months_N = days_N.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months_N // (_MONTHS_A_QUARTER if unit == "quarter" else _MONTHS_A_YEAR if unit == "year" else 1)


def _first_day(span: int, unit: SpanUnit) -> date:
    if unit == "week":
        return date.fromordinal(date(_EPOCH_YEAR, 1, 1).toordinal() + span * _DAYS_A_WEEK - EPOCH_WEEKDAY)
    month = span * (_MONTHS_A_QUARTER if unit == "quarter" else _MONTHS_A_YEAR if unit == "year" else 1)
    return date(_EPOCH_YEAR + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
