"""How long the user pauses between sessions, and on how many days in a row there was something.

Axes: D active days, P pauses.
"""

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times
from temporec_mcp.domain.timeline import Pace, PaceTrend, Streak
from temporec_mcp.timeline.chance import trend_p_value
from temporec_mcp.timeline.local_time import date_of

FEWEST_PAUSES = 10
"""Below that a tenth of the pauses is less than one of them."""
FEWEST_FOR_A_TREND = 20
TREND_ALPHA = 0.002
LEAST_TREND_FACTOR = 1.5
"""How many times longer or shorter the median of the last third is than that of the first."""
_HOUR = 1 / 24
BIN_EDGES = (_HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, 1.0, 2.0, 3.0, 5.0, 7.0, 14.0, 30.0, 90.0, 180.0, 365.0, 1e5)
"""Upper edges in days, as people count pauses."""


def measure_pace(pauses_P: Times) -> Pace | None:
    """Give quartiles, trend and counts of the pauses (days, in order); None when there are too few."""
    if len(pauses_P) < FEWEST_PAUSES:
        return None
    low, median, high = (float(value) for value in np.quantile(pauses_P, (0.25, 0.5, 0.75)))
    return Pace(median, low, high, _trend(pauses_P), _bins(pauses_P))


def find_streak(days_D: NDArray[np.int64], today: int) -> Streak:
    """Give the longest run of active days (days since 1970, rising, none twice), the latest of equal ones."""
    run_D = np.concatenate(([0], np.cumsum(np.diff(days_D) > 1)))
    firsts = np.unique(run_D, return_index=True)[1]
    lengths = np.diff(firsts, append=len(days_D))
    longest = len(lengths) - 1 - int(lengths[::-1].argmax())
    current = int(lengths[-1]) if today - int(days_D[-1]) <= 1 else 0
    return Streak(int(lengths[longest]), date_of(int(days_D[firsts[longest]])), current)


def _trend(pauses_P: Times) -> PaceTrend:
    third = len(pauses_P) // 3
    if len(pauses_P) < FEWEST_FOR_A_TREND or trend_p_value(pauses_P) >= TREND_ALPHA:
        return "steady"
    early, late = float(np.median(pauses_P[:third])), float(np.median(pauses_P[-third:]))
    if late >= LEAST_TREND_FACTOR * early:
        return "lengthening"
    return "shortening" if early >= LEAST_TREND_FACTOR * late else "steady"


def _bins(pauses_P: Times) -> tuple[tuple[float, int], ...]:
    counts = np.bincount(np.searchsorted(BIN_EDGES, pauses_P), minlength=len(BIN_EDGES))
    used = np.flatnonzero(counts)
    places: range = range(int(used[0]), int(used[-1]) + 1)
    return tuple((BIN_EDGES[place], int(counts[place])) for place in places)
