"""Sessions: events cut where the user paused, with the length of such a pause found from the data.

Axes: N events in time order, S sessions, G gaps between events, T points of the gap scale.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import DAY_SECONDS, Flags, Times
from temporec_mcp.timeline.local_time import days_of

MINUTE_SECONDS = 60.0
DEFAULT_GAP_MINUTES = 30.0
"""Used when the gaps show no valley: the convention of web analytics."""
SHORTEST_GAP_MINUTES = 10.0
LONGEST_GAP_MINUTES = 360.0
FEWEST_GAPS = 30
_SCALE_STEP = 0.1  # of the natural logarithm of seconds
_SMOOTHING = 0.4  # standard deviation on the same scale
_VALLEY_DEPTH = 0.5  # the valley is at most this part of the lower one of the peaks beside it
_LEAST_SIDE_SHARE = 0.05  # of the gaps, on each side of the valley


@dataclass(frozen=True, slots=True)
class Sessions:
    """One user's sessions in time order."""

    session_of_N: NDArray[np.int64]
    wall_starts_S: Times
    """Wall-clock seconds of the first event."""
    starts_S: Times
    """UTC seconds of the first event."""
    ends_S: Times
    """UTC seconds of the last event."""
    has_clock_S: Flags
    """False for a day that is known by its date alone."""
    gap_minutes: float

    @property
    def pauses(self) -> Times:
        """Days from each session's end to the next one's start [S - 1]."""
        return np.maximum(self.starts_S[1:] - self.ends_S[:-1], 0.0) / DAY_SECONDS


def find_sessions(times_N: Times, wall_N: Times, date_only_N: Flags) -> Sessions:
    """Cut events in time order into sessions.

    A date-only event joins the first session that begins on its day; else the day is a session of its own.
    """
    clock_N = ~date_only_N
    gap_minutes = session_gap(np.diff(times_N[clock_N]))
    group_N = np.empty(len(times_N), dtype=np.int64)
    group_N[clock_N] = _cut(times_N[clock_N], gap_minutes * MINUTE_SECONDS)
    first_days = _first_of_groups(days_of(wall_N[clock_N]), group_N[clock_N])
    # Days without a session get numbers far from those of the groups; `unique` below closes the ranks.
    days_here = days_of(wall_N[date_only_N])
    place = np.minimum(np.searchsorted(first_days, days_here), max(len(first_days) - 1, 0))
    is_known = first_days[place] == days_here if len(first_days) else np.zeros(len(days_here), dtype=np.bool_)
    group_N[date_only_N] = np.where(is_known, place, len(times_N) + days_here)
    return _collect(times_N, wall_N, (group_N, clock_N), gap_minutes)


def session_gap(gaps_G: Times) -> float:
    """Give the pause in whole minutes that parts sessions: the valley between short and long gaps, on a log scale.

    Falls back to the convention when there are few gaps or the valley is not clear. Equal times are no gap.
    """
    gaps_G = gaps_G[gaps_G > 0]
    if len(gaps_G) < FEWEST_GAPS:
        return DEFAULT_GAP_MINUTES
    logs_G = np.log(np.maximum(gaps_G, 1.0))
    scale_T = np.arange(0.0, max(float(logs_G.max()), np.log(DAY_SECONDS)) + 1.0, _SCALE_STEP)
    counts_T = np.bincount(np.round(logs_G / _SCALE_STEP).astype(np.int64), minlength=len(scale_T))[: len(scale_T)]
    kernel = np.exp(-0.5 * (np.arange(-15, 16) * _SCALE_STEP / _SMOOTHING) ** 2)
    density_T = np.convolve(counts_T, kernel, mode="same")
    left_T, right_T = np.maximum.accumulate(density_T), np.maximum.accumulate(density_T[::-1])[::-1]
    below_T = np.cumsum(counts_T) / len(gaps_G)
    minutes_T = np.exp(scale_T) / MINUTE_SECONDS
    is_valley_T = (minutes_T >= SHORTEST_GAP_MINUTES) & (minutes_T <= LONGEST_GAP_MINUTES)
    is_valley_T &= density_T <= _VALLEY_DEPTH * np.minimum(left_T, right_T)
    is_valley_T &= (below_T >= _LEAST_SIDE_SHARE) & (below_T <= 1.0 - _LEAST_SIDE_SHARE)
    if not is_valley_T.any():
        return DEFAULT_GAP_MINUTES
    lowest = density_T[is_valley_T].min()
    bottom = np.flatnonzero(is_valley_T & (density_T <= lowest * 1.01 + 1e-9))
    return float(np.round(minutes_T[bottom[len(bottom) // 2]]))


def _cut(times_N: Times, gap_seconds: float) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(min(len(times_N), 1)), np.cumsum(np.diff(times_N) > gap_seconds)]).astype(np.int64)


def _first_of_groups(days_N: NDArray[np.int64], group_N: NDArray[np.int64]) -> NDArray[np.int64]:
    return days_N[np.unique(group_N, return_index=True)[1]]


def _collect(times_N: Times, wall_N: Times, groups: tuple[NDArray[np.int64], Flags], gap_minutes: float) -> Sessions:
    group_N, clock_N = groups
    _, session_of_N = np.unique(group_N, return_inverse=True)
    count = int(session_of_N.max()) + 1
    # A session with a clock starts and ends with its timed events; the noon of a date-only one says nothing.
    has_clock_S = np.bincount(session_of_N, weights=clock_N, minlength=count) > 0
    counts_N = clock_N | ~has_clock_S[session_of_N]
    starts_S, ends_S, walls_S = np.full(count, np.inf), np.full(count, -np.inf), np.full(count, np.inf)
    np.minimum.at(starts_S, session_of_N[counts_N], times_N[counts_N])
    np.maximum.at(ends_S, session_of_N[counts_N], times_N[counts_N])
    np.minimum.at(walls_S, session_of_N[counts_N], wall_N[counts_N])
    order = np.argsort(starts_S, kind="stable")
    rank_S = np.empty(count, dtype=np.int64)
    rank_S[order] = np.arange(count)
    return Sessions(
        session_of_N=rank_S[session_of_N],
        wall_starts_S=walls_S[order],
        starts_S=starts_S[order],
        ends_S=ends_S[order],
        has_clock_S=has_clock_S[order],
        gap_minutes=gap_minutes,
    )
