"""When the user is active: hours, weekdays, and habits that repeat beyond chance.

Axes: N events, S sessions.
"""

import math

import numpy as np

from temporec_mcp.domain.log import DAY_SECONDS, Flags, Times
from temporec_mcp.domain.timeline import Period, Rhythm
from temporec_mcp.timeline.chance import Cycle, measure_cycle
from temporec_mcp.timeline.local_time import EPOCH_WEEKDAY, days_of, hours_of, weekdays_of
from temporec_mcp.timeline.pace import find_streak, measure_pace
from temporec_mcp.timeline.sessions import Sessions

DAY, HALF_WEEK, WEEK, FORTNIGHT, MONTH = 1.0, 3.5, 7.0, 14.0, 30.44
PERIODS = (DAY, HALF_WEEK, WEEK, FORTNIGHT, MONTH)
ALPHA = 0.01 / len(PERIODS)
LEAST_STRENGTH = 0.2
"""A weaker preference may be real in a long history, but it is no habit."""
LEAST_KEPT_TURNS = 0.5
LEAST_LEAD = 2.0
"""How far the last weekday that is named must be ahead of the next one, in standard deviations of their difference."""
MOST_WEEKDAYS = 2
"""More of them are no longer certain days."""
WINDOW_HOURS = 4
HOURS, WEEKDAYS = 24, 7
_PEAK_WIDTH = 1 / 8  # of a cycle, to each side; about a day to each side of a weekday
_NEAR = 1 / 6  # of a cycle
_DIVISORS = {WEEK: (FORTNIGHT,), HALF_WEEK: (WEEK, FORTNIGHT), DAY: (WEEK, FORTNIGHT)}


def find_rhythm(wall_N: Times, date_only_N: Flags, sessions: Sessions, today: int) -> Rhythm:
    """Give when the events are (hours, weekdays, days in a row), and the periods and pauses of the sessions.

    `today` is the present day in the user's zone, in days since 1970.
    """
    timed_N = wall_N[~date_only_N]
    weekdays_N, days_D = weekdays_of(wall_N), np.unique(days_of(wall_N))
    cells_N = weekdays_N[~date_only_N] * HOURS + hours_of(timed_N)
    grid = np.bincount(cells_N, minlength=WEEKDAYS * HOURS).reshape(WEEKDAYS, HOURS)
    return Rhythm(
        hours=tuple(grid.sum(axis=0).tolist()),
        weekdays=tuple(np.bincount(weekdays_N, minlength=WEEKDAYS).tolist()),
        periods=tuple(_find_periods(sessions)),
        grid=tuple(tuple(row) for row in grid.tolist()),
        pace=measure_pace(sessions.pauses),
        streak=find_streak(days_D, today),
    )


def _find_periods(sessions: Sessions) -> list[Period]:
    found: dict[float, Cycle] = {}
    for days in reversed(PERIODS):
        starts_S = sessions.wall_starts_S[sessions.has_clock_S] if days == DAY else sessions.wall_starts_S
        cycle = measure_cycle(starts_S, days * DAY_SECONDS)
        if _is_habit(cycle) and _is_kept(starts_S, days) and _stands_alone(starts_S, days, found):
            found[days] = cycle
    return [_describe(days, found[days], sessions) for days in sorted(found)]


def _is_habit(cycle: Cycle) -> bool:
    return cycle.p_value < ALPHA and cycle.strength >= LEAST_STRENGTH


def _is_kept(starts_S: Times, days: float) -> bool:
    """Tell whether a cycle that is told by its length alone has sessions in most of its turns.

    Days and weeks are told by their hours and weekday, which may be preferred by somebody who comes seldom.
    """
    turns_S = np.floor((starts_S - starts_S[0]) / (days * DAY_SECONDS))
    return days in (DAY, WEEK) or len(np.unique(turns_S)) >= LEAST_KEPT_TURNS * (float(turns_S[-1]) + 1)


def _stands_alone(starts_S: Times, days: float, found: dict[float, Cycle]) -> bool:
    """Tell whether a cycle is more than the echo of a longer one: it holds away from the peak of that one, too."""
    longer = [other for other in _DIVISORS.get(days, ()) if other in found]
    if days == HALF_WEEK and longer:
        return False  # two weekdays of unequal use cannot be told from one weekday and its echo
    for other in longer:
        place_S = starts_S / (other * DAY_SECONDS) - found[other].direction
        rest_S = starts_S[np.abs(place_S - np.round(place_S)) > _PEAK_WIDTH]
        if not _is_habit(measure_cycle(rest_S, days * DAY_SECONDS)):
            return False
    return True


def _describe(days: float, cycle: Cycle, sessions: Sessions) -> Period:
    """Add the weekdays or the hours that hold most sessions, where these lie at the cycle's mean place."""
    if days == WEEK:
        weekdays = _leading_weekdays(sessions)
        if weekdays and _is_near(_middle_of(weekdays), cycle.direction):
            is_on_S = np.isin(weekdays_of(sessions.wall_starts_S), weekdays)
            return Period(days, cycle.strength, share=float(is_on_S.mean()), weekdays=weekdays)
    if days == DAY:
        counts = np.bincount(hours_of(sessions.wall_starts_S[sessions.has_clock_S]), minlength=24)
        window = np.convolve(np.tile(counts, 2), np.ones(WINDOW_HOURS, dtype=np.int64), mode="valid")[:24]
        fullest = np.flatnonzero(window == window.max()).tolist()
        start = min(fullest, key=lambda hour: _distance((hour + WINDOW_HOURS / 2) / 24, cycle.direction))
        if _is_near((start + WINDOW_HOURS / 2) / 24, cycle.direction):
            share, end = float(window[start] / counts.sum()), (start + WINDOW_HOURS) % 24
            return Period(days, cycle.strength, share=share, hour_from=start, hour_to=end)
    return Period(days, cycle.strength)


def _leading_weekdays(sessions: Sessions) -> tuple[int, ...]:
    """Give the weekday with most of the active days, or the one or two clearly ahead of all others; none if more lead.

    Ahead is by LEAST_LEAD standard deviations of the difference of two Poisson counts.
    """
    days = np.unique(days_of(sessions.wall_starts_S))
    counts = np.bincount((days + EPOCH_WEEKDAY) % WEEKDAYS, minlength=WEEKDAYS)
    order = np.argsort(-counts, kind="stable").tolist()
    falling: list[int] = counts[order].tolist()
    if falling[0] > len(days) / 2:
        return (order[0],)
    for number in range(1, MOST_WEEKDAYS + 1):
        last, following = falling[number - 1], falling[number]
        if last - following > LEAST_LEAD * math.sqrt(last + following):
            return tuple(sorted(order[:number]))
    return ()


def _middle_of(weekdays: tuple[int, ...]) -> float:
    """Give the mean place of weekdays on the week that begins on the first day of 1970, 0 to 1."""
    places = (np.array(weekdays) - EPOCH_WEEKDAY + 0.5) / WEEKDAYS
    return float(np.angle(np.exp(2j * np.pi * places).sum()) / (2 * np.pi)) % 1.0


def _is_near(place: float, direction: float) -> bool:
    return _distance(place, direction) <= _NEAR


def _distance(place: float, direction: float) -> float:
    """Give the part of the cycle between two places on it, 0 to 0.5."""
    return abs((place - direction + 0.5) % 1.0 - 0.5)
