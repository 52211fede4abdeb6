"""Themes of the history with their share, their trend, and the days on which the leading one changed.

Axes: N events, S sessions with labels, K labels.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times
from temporec_mcp.domain.timeline import Change, Interest, Trend
from temporec_mcp.timeline.chance import long_run_ratio, trend_p_value
from temporec_mcp.timeline.labels import Labelled
from temporec_mcp.timeline.local_time import date_of, days_of
from temporec_mcp.timeline.sessions import Sessions

MOST_INTERESTS = 5
MOST_FOLLOWED = 12
"""Labels whose changes are looked for; the others together never lead."""
FEWEST_EVENTS = 5
FEWEST_SESSIONS = 12
TREND_ALPHA = 0.005
LEAST_DRIFT = 0.1
"""Change of the share between the first and the last third of the sessions that is worth telling."""
CHANGE_ALPHA = 0.005
FEWEST_SESSIONS_FOR_PARTS = 60
PART_ALPHA = CHANGE_ALPHA / 4
MOST_CHANGES = 3
FEWEST_SESSIONS_A_SIDE = 8
LEAST_SWING = 0.4
"""Fall of the old leader's share plus rise of the new one's."""
_FITTED = 4  # degrees of freedom that a split and the means of its parts take up
_LEAST_DEVIATION = 0.15  # standard deviation assumed at least, so that few identical sessions prove nothing


@dataclass(frozen=True, slots=True)
class SessionShares:
    """What each session with labels was about."""

    names: tuple[str, ...]
    """The K labels with most events, the largest first."""
    shares_SK: Times
    """Part of the session's labelled events; rows add up to 1 but for the labels that are not followed."""
    sizes_S: Times
    """Labelled events of each session."""
    days_S: NDArray[np.int64]
    """Local day of its start."""


def session_shares(labelled: Labelled, sessions: Sessions) -> SessionShares:
    """Give the shares of the main labels in each session that has any label, in time order."""
    totals = np.bincount(labelled.labels, weights=labelled.weights, minlength=len(labelled.names))
    main: list[int] = np.argsort(-totals, kind="stable")[:MOST_FOLLOWED].tolist()
    column_of = np.full(len(labelled.names), MOST_FOLLOWED, dtype=np.int64)
    column_of[main] = np.arange(len(main))
    count, width = len(sessions.starts_S), MOST_FOLLOWED + 1
    cell = sessions.session_of_N[labelled.rows] * width + column_of[labelled.labels]
    sums_SK = np.bincount(cell, weights=labelled.weights, minlength=count * width).reshape(count, width)
    sizes_S: Times = sums_SK.sum(axis=1)
    used_S = sizes_S > 0
    return SessionShares(
        names=tuple(labelled.names[label] for label in main),
        shares_SK=sums_SK[used_S, : len(main)] / sizes_S[used_S, None],
        sizes_S=sizes_S[used_S],
        days_S=days_of(sessions.wall_starts_S)[used_S],
    )


def find_interests(labelled: Labelled, by_session: SessionShares) -> tuple[Interest, ...]:
    """Give the largest themes as parts of the events that have an item; silent below FEWEST_EVENTS of these."""
    if labelled.event_count < FEWEST_EVENTS:
        return ()
    shares: list[float] = (by_session.sizes_S @ by_session.shares_SK / labelled.event_count).tolist()
    top = list(zip(by_session.names, shares, strict=True))[:MOST_INTERESTS]
    return tuple(Interest(name, share, _trend(by_session, label, len(top))) for label, (name, share) in enumerate(top))


def _trend(by_session: SessionShares, label: int, tested: int) -> Trend:
    """Tell a trend that holds over sessions, is large enough, and shows in the events as well."""
    shares_S = by_session.shares_SK[:, label]
    if len(shares_S) < FEWEST_SESSIONS or trend_p_value(shares_S) >= TREND_ALPHA / tested:
        return "steady"
    third = len(shares_S) // 3
    drift = float(shares_S[-third:].mean() - shares_S[:third].mean())
    sums_S = shares_S * by_session.sizes_S
    in_events = sums_S[-third:].sum() / by_session.sizes_S[-third:].sum() - (
        sums_S[:third].sum() / by_session.sizes_S[:third].sum()
    )
    if abs(drift) < LEAST_DRIFT or drift * in_events <= 0:
        return "steady"
    return "rising" if drift > 0 else "fading"


def find_changes(by_session: SessionShares) -> tuple[Change, ...]:
    """Give the days from which another theme led, for good or until the next change; silent when unsure."""
    bounds = sorted(_splits(by_session.shares_SK, (0, len(by_session.shares_SK)), MOST_CHANGES))
    edges = [0, *bounds, len(by_session.shares_SK)]
    changes: list[Change] = []
    for start, split, end in zip(edges, edges[1:], edges[2:], strict=False):
        before, after = (_leader(by_session, span) for span in ((start, split), (split, end)))
        if before is None or after is None or before == after:
            continue
        if _swing(by_session.shares_SK, (start, split, end), (before, after)) >= LEAST_SWING:
            day = date_of(int(by_session.days_S[split]))
            changes.append(Change(day, by_session.names[before], by_session.names[after]))
    return tuple(changes)


def _splits(shares_SK: Times, span: tuple[int, int], most: int) -> list[int]:
    """Cut a span of sessions where its mixture of themes shifts, and go on inside both parts."""
    cut = _find_split(shares_SK, span) if most else None
    if cut is None:
        return []
    start, end = span
    return [cut, *_splits(shares_SK, (start, cut), most - 1), *_splits(shares_SK, (cut, end), most - 1)]


def _find_split(shares_SK: Times, span: tuple[int, int]) -> int | None:
    """Look in the whole span, then in its first and last two thirds: a shift there and back hides in the whole."""
    start, end = span
    third = (end - start) // 3
    spans = [(start, end, CHANGE_ALPHA)]
    if end - start >= FEWEST_SESSIONS_FOR_PARTS:
        spans += [(start, end - third, PART_ALPHA), (start + third, end, PART_ALPHA)]
    for first, last, alpha in spans:
        split = _best_split(shares_SK[first:last], alpha)
        if split is not None:
            return first + split
    return None


def _best_split(shares_SK: Times, alpha: float) -> int | None:
    """Give the most likely change point when its CUSUM is beyond chance.

    The scaled CUSUM tends to a Brownian bridge, P(sup > x) <= 2 exp(-2 x^2) (Csorgo and Horvath, Limit Theorems in
    Change-Point Analysis, 2.1), here with the tail of Student's t because the scale, the long-run deviation inside both
    parts, is estimated.
    """
    count, width = shares_SK.shape
    if count < 2 * FEWEST_SESSIONS_A_SIDE or width < 2:
        return None
    cusum_SK = np.abs(np.cumsum(shares_SK - shares_SK.mean(axis=0), axis=0))[:-1] / math.sqrt(count)
    side = FEWEST_SESSIONS_A_SIDE
    label = int(cusum_SK[side - 1 : count - side].max(axis=0).argmax())
    split = side + int(cusum_SK[side - 1 : count - side, label].argmax())
    height = float(cusum_SK[split - 1, label]) / _deviation(shares_SK[:, label], split)
    freedom = count - _FITTED
    chance = 2.0 * (1.0 + 4.0 * height**2 / freedom) ** (-(freedom + 1) / 2)
    return split if chance < alpha / width else None


def _deviation(shares_S: Times, split: int) -> float:
    residuals_S = np.concatenate([part_S - part_S.mean() for part_S in (shares_S[:split], shares_S[split:])])
    variance = float(residuals_S @ residuals_S) / (len(shares_S) - _FITTED) * long_run_ratio(residuals_S)
    return max(math.sqrt(variance), _LEAST_DEVIATION)


def _swing(shares_SK: Times, edges: tuple[int, int, int], leaders: tuple[int, int]) -> float:
    """Give how much the old leader fell plus how much the new one rose from one span to the next."""
    start, split, end = edges
    risen_K = shares_SK[split:end].mean(axis=0) - shares_SK[start:split].mean(axis=0)
    return float(risen_K[leaders[1]] - risen_K[leaders[0]])


def _leader(by_session: SessionShares, span: tuple[int, int]) -> int | None:
    """Give the theme that leads a span in sessions and in events, and in both of its halves; None if none does."""
    start, end = span
    middle = (start + end) // 2
    shares_SK, sizes_S = by_session.shares_SK, by_session.sizes_S
    leaders = {int(shares_SK[first:last].mean(axis=0).argmax()) for first, last in ((start, middle), (middle, end))}
    leaders.add(int((sizes_S[start:end] @ shares_SK[start:end]).argmax()))
    return leaders.pop() if len(leaders) == 1 else None
