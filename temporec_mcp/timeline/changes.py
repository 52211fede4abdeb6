"""The days from which taste or activity was another, and the stretches over which it drifted.

Axes: S sessions in time order, K labels, G gaps between the starts of sessions.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import DAY_SECONDS, Times
from temporec_mcp.domain.timeline import Change
from temporec_mcp.timeline.interests import SessionShares
from temporec_mcp.timeline.local_time import date_of, days_of
from temporec_mcp.timeline.segments import Caution, Series, find_moves, is_beyond_chance
from temporec_mcp.timeline.sessions import Sessions

INTEREST_CAUTION = Caution(proof=6.5, least_deviation=0.14, fewest=3)
ACTIVITY_CAUTION = Caution(proof=6.5, least_deviation=0.35, fewest=6)
"""Deviations of shares, and of logarithms of gaps and sizes."""
LEAST_MOVED = 0.2
"""Part of the mixture of interests that has to move, and part of the events that one of them has to win or lose."""
EVENTS_OF_A_MOOD = 3.0
"""So many events of a session tell half as much about taste as endless ones would: a session has a mood of its own."""
LEAST_FACTOR = 2.0
"""Events a week after a change of activity over those before, or the other way round."""
CALENDAR_CAUTION = Caution(proof=3.5, least_deviation=0.35, fewest=6)
CALENDAR_PARTS = 40
"""Equal spans of time in which a change of activity has to show as well, so that a run of visits is none."""
FEWEST_BESIDE_A_RAMP = 6
"""Sessions before a drift, or after it, that tell its ends."""
_END_PART = 5  # a drift's ends are told by so many-th parts of the sessions, at least
_WEEK_DAYS = 7
_SHORTEST_GAP_SECONDS = 60.0

Span = tuple[int, int]


def find_changes(by_session: SessionShares, sessions: Sessions) -> tuple[Change, ...]:
    """Give the changes of interest and of activity in order of their date; silent when unsure."""
    found = [*_interest_changes(by_session), *_activity_changes(sessions)]
    return tuple(sorted(found, key=lambda change: (change.date, change.kind)))


def _interest_changes(by_session: SessionShares) -> list[Change]:
    count = len(by_session.shares_SK)
    if count == 0 or len(by_session.names) < 2:
        return []
    moves = find_moves(by_session.shares_SK, _sureness(by_session.sizes_S), by_session.pauses_S, INTEREST_CAUTION)
    if moves.ramp is not None:
        before, after = _ends(moves.ramp, count)
        return _compare(by_session, before, after, moves.ramp)
    edges = (0, *moves.steps, count)
    found: list[Change] = []
    for start, step, end in zip(edges, edges[1:], edges[2:], strict=False):
        found += _compare(by_session, (start, step), (step, end), None)
    return found


def _sureness(sizes_S: Times) -> Times:
    return sizes_S / (sizes_S + EVENTS_OF_A_MOOD)


def _compare(by_session: SessionShares, before: Span, after: Span, ramp: Span | None) -> list[Change]:
    """Tell what fell and what rose from one span to another, when it is enough in sessions and in events."""
    old_K, new_K = (by_session.shares_SK[start:end].mean(axis=0) for start, end in (before, after))
    moved_K = new_K - old_K
    fallen, risen = int(moved_K.argmin()), int(moved_K.argmax())
    strength = float(np.abs(moved_K).sum() + abs(moved_K.sum())) / 2
    fell, rose = (_shares(by_session, label, before, after) for label in (fallen, risen))
    is_seen = fell[0] > fell[1] and rose[1] > rose[0] and max(fell[0] - fell[1], rose[1] - rose[0]) >= LEAST_MOVED
    if not is_seen or strength < LEAST_MOVED:
        return []
    first, last = (after[0], None) if ramp is None else (ramp[0], ramp[1] - 1)
    change = Change(
        date=date_of(int(by_session.days_S[first])),
        before=by_session.names[fallen],
        after=by_session.names[risen],
        kind="interest" if last is None else "drift",
        strength=min(strength, 1.0),
        until=None if last is None else date_of(int(by_session.days_S[last])),
        fell=fell,
        rose=rose,
    )
    return [change]


def _shares(by_session: SessionShares, label: int, before: Span, after: Span) -> tuple[float, float]:
    """Give the part of the events of two spans that belong to a label."""
    sums_S = by_session.shares_SK[:, label] * by_session.sizes_S
    old, new = (float(sums_S[a:b].sum() / by_session.sizes_S[a:b].sum()) for a, b in (before, after))
    return old, new


@dataclass(frozen=True, slots=True)
class _Visits:
    """Each session but the first, with the gap before it."""

    starts_G: Times
    gaps_G: Times
    """Seconds from the start before."""
    sizes_G: Times
    """Events."""
    days_G: NDArray[np.int64]
    """Local day of the start."""

    @property
    def usual_G2(self) -> Times:
        return np.log(np.stack([self.gaps_G, self.sizes_G], axis=1))

    def weekly(self, span: Span) -> float:
        weeks = self.gaps_G[slice(*span)].sum() / DAY_SECONDS / _WEEK_DAYS
        return float(self.sizes_G[slice(*span)].sum() / weeks)


def _activity_changes(sessions: Sessions) -> list[Change]:
    """Find where the gaps between session starts, or the sizes of sessions, move for good."""
    starts_S = sessions.starts_S
    if len(starts_S) < 2:
        return []
    visits = _Visits(
        starts_G=starts_S[1:],
        gaps_G=np.maximum(np.diff(starts_S), _SHORTEST_GAP_SECONDS),
        sizes_G=np.bincount(sessions.session_of_N)[1:].astype(np.float64),
        days_G=days_of(sessions.wall_starts_S)[1:],
    )
    count = len(visits.gaps_G)
    moves = find_moves(visits.usual_G2, np.ones(count), np.ones(count), ACTIVITY_CAUTION)
    if moves.ramp is not None:
        return _turn(visits, *_ends(moves.ramp, count), moves.ramp)
    edges = (0, *moves.steps, count)
    parts = zip(edges, edges[1:], edges[2:], strict=False)
    return [change for start, step, end in parts for change in _turn(visits, (start, step), (step, end), None)]


def _turn(visits: _Visits, before: Span, after: Span, ramp: Span | None) -> list[Change]:
    """Tell a change of the events a week, when it is large, shows in the usual gaps and sizes, and on the calendar."""
    weekly = visits.weekly(before), visits.weekly(after)
    old, new = (visits.usual_G2[slice(*span)].mean(axis=0) for span in (before, after))
    rarer, fuller = (new - old).tolist()
    usual, seen, least = fuller - rarer, math.log(weekly[1] / weekly[0]), math.log(LEAST_FACTOR)
    if abs(seen) < least or usual * seen < 0 or abs(usual) < least / 2:
        return []
    counted_G = visits.sizes_G if abs(fuller) > abs(rarer) else np.ones(len(visits.sizes_G))
    if not _shows_on_calendar(visits, counted_G, before, after):
        return []
    first, last = (after[0], None) if ramp is None else (ramp[0], ramp[1] - 1)
    change = Change(
        date=date_of(int(visits.days_G[first])),
        before="",
        after="",
        kind="activity" if last is None else "drift",
        strength=1.0 - min(weekly) / max(weekly),
        until=None if last is None else date_of(int(visits.days_G[last])),
        weekly=weekly,
    )
    return [change]


def _shows_on_calendar(visits: _Visits, counted_G: Times, before: Span, after: Span) -> bool:
    """Tell whether what is counted at each visit moves from one span of time to the other, empty days included."""
    rows = slice(before[0], after[1])
    first, last = visits.starts_G[before[0]] - visits.gaps_G[before[0]], visits.starts_G[after[1] - 1]
    scale = CALENDAR_PARTS / max(float(last - first), 1.0)
    places = np.minimum((visits.starts_G[rows] - first) * scale, CALENDAR_PARTS - 1).astype(np.int64)
    counts = np.bincount(places, weights=counted_G[rows], minlength=CALENDAR_PARTS)
    series = Series(np.log1p(counts)[:, None], np.ones(CALENDAR_PARTS), np.zeros(CALENDAR_PARTS, dtype=np.int64))
    return is_beyond_chance(series, CALENDAR_CAUTION)


def _ends(ramp: Span, count: int) -> tuple[Span, Span]:
    """Give the sessions before and after a ramp, or its outer parts where it begins or ends with the history."""
    part, (start, end) = count // _END_PART, ramp
    first = start if start >= FEWEST_BESIDE_A_RAMP else part
    return (0, first), (end if count - end >= FEWEST_BESIDE_A_RAMP else count - part, count)
