"""The days from which taste or activity was another, and the stretches over which it drifted.

Axes: S sessions in time order, K labels, G gaps between the starts of sessions.
"""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import DAY_SECONDS, Times
from temporec_mcp.domain.timeline import Change
from temporec_mcp.timeline.interests import SessionShares
from temporec_mcp.timeline.local_time import date_of, days_of
from temporec_mcp.timeline.segments import Caution, Moves, Series, find_moves, is_beyond_chance
from temporec_mcp.timeline.sessions import Sessions

INTEREST_CAUTION = Caution(proof=6.5, least_deviation=0.14, fewest=3)
"""Of the shares of interests in sessions."""
ACTIVITY_CAUTION = Caution(proof=6.5, least_deviation=0.35, fewest=6)
"""Of the natural logarithms of gaps (seconds) and sizes (events)."""
LEAST_MOVED = 0.2
"""Part of the mixture of interests that has to move, and part of the events that one of them has to win or lose."""
EVENTS_OF_A_MOOD = 3.0
"""So many events of a session tell half as much about taste as endless ones would: a session has a mood of its own."""
LEAST_FACTOR = 2.0
"""Events a week after a change of activity over those before, or the other way round."""
CALENDAR_CAUTION = Caution(proof=3.5, least_deviation=0.35, fewest=6)
"""Of log(1 + count) in the parts below."""
CALENDAR_PARTS = 40
"""Equal spans of time in which a change of activity has to show as well, so that a run of visits is none."""
FEWEST_BESIDE_A_RAMP = 6
"""Sessions before a drift, or after it, that tell its ends."""
_END_PART = 5  # a drift's ends are told by so many-th parts of the sessions, at least
_WEEK_DAYS = 7
_SHORTEST_GAP_SECONDS = 60.0

Span = tuple[int, int]
"""First session and the one after the last."""


@dataclass(frozen=True, slots=True)
class _Move:
    """What is compared: the sessions before, those after, and those of a gradual move between."""

    before: Span
    after: Span
    ramp: Span | None = None

    def dates(self, days_S: NDArray[np.int64]) -> tuple[date, date | None]:
        """Give the day of a step, or the first and last day of a ramp."""
        if self.ramp is None:
            return date_of(int(days_S[self.after[0]])), None
        return date_of(int(days_S[self.ramp[0]])), date_of(int(days_S[self.ramp[1] - 1]))


def find_changes(by_session: SessionShares, sessions: Sessions) -> tuple[Change, ...]:
    """Give the changes of interest and of activity in order of their date; silent when unsure."""
    found = [*_interest_changes(by_session), *_activity_changes(sessions)]
    return tuple(sorted(found, key=lambda change: (change.date, change.kind)))


def _interest_changes(by_session: SessionShares) -> list[Change]:
    count = len(by_session.shares_SK)
    if count == 0 or len(by_session.names) < 2:
        return []
    moves = find_moves(by_session.shares_SK, _sureness(by_session.sizes_S), by_session.pauses_S, INTEREST_CAUTION)
    return [change for move in _apart(moves, count) for change in _tell_interest(by_session, move)]


def _apart(moves: Moves, count: int) -> list[_Move]:
    """Give each move with the sessions before and after it, up to the next move."""
    if moves.ramp is not None:
        return [_Move(*_ends(moves.ramp, count), moves.ramp)]
    edges = (0, *moves.steps, count)
    return [_Move((start, step), (step, end)) for start, step, end in zip(edges, edges[1:], edges[2:], strict=False)]


def _sureness(sizes_S: Times) -> Times:
    """Give how much sessions of so many events tell about taste, 0 to 1."""
    return sizes_S / (sizes_S + EVENTS_OF_A_MOOD)


def _tell_interest(by_session: SessionShares, move: _Move) -> list[Change]:
    """Tell what fell and what rose by a move, when it is enough in sessions and in events; else nothing."""
    old_K, new_K = (by_session.shares_SK[start:end].mean(axis=0) for start, end in (move.before, move.after))
    moved_K = new_K - old_K
    fallen, risen = int(moved_K.argmin()), int(moved_K.argmax())
    strength = float(np.abs(moved_K).sum() + abs(moved_K.sum())) / 2
    fell, rose = (_shares(by_session, label, move) for label in (fallen, risen))
    is_seen = fell[0] > fell[1] and rose[1] > rose[0] and max(fell[0] - fell[1], rose[1] - rose[0]) >= LEAST_MOVED
    if not is_seen or strength < LEAST_MOVED:
        return []
    first, last = move.dates(by_session.days_S)
    change = Change(
        date=first,
        before=by_session.names[fallen],
        after=by_session.names[risen],
        kind="interest" if last is None else "drift",
        strength=min(strength, 1.0),
        until=last,
        fell=fell,
        rose=rose,
    )
    return [change]


def _shares(by_session: SessionShares, label: int, move: _Move) -> tuple[float, float]:
    """Give the parts of the events before and after a move that belong to a label."""
    sums_S = by_session.shares_SK[:, label] * by_session.sizes_S
    old, new = (float(sums_S[a:b].sum() / by_session.sizes_S[a:b].sum()) for a, b in (move.before, move.after))
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
    def logs_G2(self) -> Times:
        """Natural logarithms of gaps and sizes, so that a few long gaps or large sessions do not decide."""
        return np.log(np.stack([self.gaps_G, self.sizes_G], axis=1))

    def weekly(self, span: Span) -> float:
        """Give events a week."""
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
    moves = find_moves(visits.logs_G2, np.ones(count), np.ones(count), ACTIVITY_CAUTION)
    return [change for move in _apart(moves, count) for change in _tell_activity(visits, move)]


def _tell_activity(visits: _Visits, move: _Move) -> list[Change]:
    """Tell a change of the events a week, when it is large, shows in the usual gaps and sizes, and on the calendar."""
    weekly = visits.weekly(move.before), visits.weekly(move.after)
    old, new = (visits.logs_G2[slice(*span)].mean(axis=0) for span in (move.before, move.after))
    rarer, fuller = (new - old).tolist()
    usual, seen, least = fuller - rarer, math.log(weekly[1] / weekly[0]), math.log(LEAST_FACTOR)
    if abs(seen) < least or usual * seen < 0 or abs(usual) < least / 2:
        return []
    counted_G = visits.sizes_G if abs(fuller) > abs(rarer) else np.ones(len(visits.sizes_G))
    if not _shows_on_calendar(visits, counted_G, move):
        return []
    first, last = move.dates(visits.days_G)
    change = Change(
        date=first,
        before="",
        after="",
        kind="activity" if last is None else "drift",
        strength=1.0 - min(weekly) / max(weekly),
        until=last,
        weekly=weekly,
    )
    return [change]


def _shows_on_calendar(visits: _Visits, counted_G: Times, move: _Move) -> bool:
    """Tell whether what is counted at each visit moves somewhere in its span of time, empty days included."""
    start, end = move.before[0], move.after[1]
    rows, first, last = slice(start, end), visits.starts_G[start] - visits.gaps_G[start], visits.starts_G[end - 1]
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
