"""Themes of the history with their share and their trend.

Axes: N events, S sessions with labels, K labels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times
from temporec_mcp.domain.timeline import Interest, Trend
from temporec_mcp.timeline.chance import trend_p_value
from temporec_mcp.timeline.labels import Labelled
from temporec_mcp.timeline.local_time import days_of
from temporec_mcp.timeline.sessions import Sessions

MOST_INTERESTS = 5
MOST_FOLLOWED = 12
"""Labels whose changes are looked for; the others together never lead."""
FEWEST_EVENTS = 5
FEWEST_SESSIONS = 12
RECENT_PART = 0.1
FEWEST_RECENT = 20
"""The short-term taste is that of the newest tenth of the events, of at least so many."""
TREND_ALPHA = 0.005
LEAST_DRIFT = 0.1
"""Change of the share between the first and the last third of the sessions that is worth telling."""


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
    pauses_S: Times
    """Seconds from the start of the one before; 0 for the first."""


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
        pauses_S=np.ediff1d(sessions.starts_S[used_S], to_begin=0.0)[: int(used_S.sum())],
    )


def find_interests(labelled: Labelled, by_session: SessionShares) -> tuple[Interest, ...]:
    """Give the largest themes as parts of the events that have an item; silent below FEWEST_EVENTS of these."""
    if labelled.event_count < FEWEST_EVENTS:
        return ()
    shares: list[float] = (by_session.sizes_S @ by_session.shares_SK / labelled.event_count).tolist()
    recent = _recent_shares(by_session)
    top = list(zip(by_session.names, shares, recent, strict=True))[:MOST_INTERESTS]
    return tuple(
        Interest(name, share, _trend(by_session, label, len(top)), new) for label, (name, share, new) in enumerate(top)
    )


def _recent_shares(by_session: SessionShares) -> list[float] | list[None]:
    """Give the shares in the newest sessions that hold the newest part of the labelled events."""
    total = float(by_session.sizes_S.sum())
    wanted = max(RECENT_PART * total, FEWEST_RECENT)
    if total < 2 * wanted:
        return [None] * len(by_session.names)
    first = len(by_session.sizes_S) - 1 - int(np.searchsorted(np.cumsum(by_session.sizes_S[::-1]), wanted))
    sizes_S: Times = by_session.sizes_S[first:]
    return (sizes_S @ by_session.shares_SK[first:] / sizes_S.sum()).tolist()


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
