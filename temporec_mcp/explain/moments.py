"""What the hour, the weekday and the pause do to an item's rank: the same question in other hours, days and pauses."""

from dataclasses import dataclass, replace

import numpy as np

from temporec_mcp.domain.log import DAY_SECONDS, Floats, History, Times
from temporec_mcp.domain.reasons import MomentEffect, MomentKind
from temporec_mcp.explain.rescoring import Rescorer
from temporec_mcp.explain.target import LIMITS, ExplainLimits

MOVES_DAYS: dict[MomentKind, tuple[float, ...]] = {
    "weekday": (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0),
    "hour": (-0.25, 0.25, 0.5),
}
"""Where the past and the question are moved to together, so that only the calendar changes.

Moves to both sides: a slow drift of the world then puts the rank now between the others, and nothing is claimed.
"""
KINDS: tuple[MomentKind, ...] = ("weekday", "hour", "pause")
RETURN_SECONDS = 60.0
"""How long before the question the last event is put, and all before it with it, so that the world stays as it is."""
LEAST_PAUSE_DAYS = 1.0


@dataclass(frozen=True, slots=True)
class Moments:
    """The same question at the other moments of a kind."""

    histories: tuple[History, ...]
    as_of_M: Times

    def score(self, rescorer: Rescorer) -> Floats:
        """Give the scores [M, V] of these moments, in a batch of their own."""
        return rescorer.ranker.score(self.histories, self.as_of_M)


def moment_effects(rescorer: Rescorer, limits: ExplainLimits = LIMITS) -> tuple[MomentEffect, ...]:
    """Give what changes the rank: of the weekday and the hour only where all others give a better or a worse one.

    A small effect is left out, whatever it does to the rank, and so is one that lifts the item but others more.
    """
    if not len(rescorer.target.history):
        return ()
    asked: dict[MomentKind, Moments] = {kind: moments_of(rescorer, kind) for kind in KINDS}
    histories = [history for moments in asked.values() for history in moments.histories]
    as_of_M = np.concatenate([moments.as_of_M for moments in asked.values()])
    scores_M = rescorer.ranker.score_items(histories, as_of_M, rescorer.watched[:1])[:, 0]
    found: list[MomentEffect] = []
    start = 0
    for kind, moments in asked.items():
        count = len(moments.histories)
        mean = float(scores_M[start : start + count].mean(dtype=np.float64)) if count else rescorer.base.score
        if abs(rescorer.base.score - mean) >= limits.small_share * rescorer.spread:
            found.append(_effect(rescorer, kind, moments.score(rescorer)))
        start += count
    return tuple(moment for moment in found if _is_seen_in_rank(moment))


def moments_of(rescorer: Rescorer, kind: MomentKind) -> Moments:
    """Give the other moments of a kind; none where the pause is short."""
    past, now = rescorer.target.history, rescorer.target.as_of.timestamp()
    if kind == "pause":
        if pause_days(rescorer) < LEAST_PAUSE_DAYS:
            return Moments((), np.zeros(0))
        late = replace(past, times_L=past.times_L + (now - RETURN_SECONDS - past.times_L[-1]))
        return Moments((late,), np.array([now]))
    moves_M = np.array(MOVES_DAYS[kind]) * DAY_SECONDS
    return Moments(tuple(replace(past, times_L=past.times_L + move) for move in moves_M), now + moves_M)


def _is_seen_in_rank(moment: MomentEffect) -> bool:
    """Tell whether the item stands better for being lifted, or worse for being lowered, than at any other moment."""
    return moment.rank_now < moment.best_then if moment.effect > 0 else moment.rank_now > moment.worst_then


def pause_days(rescorer: Rescorer) -> float:
    """Give the days from the last event to the moment asked for."""
    return (rescorer.target.as_of.timestamp() - float(rescorer.target.history.times_L[-1])) / DAY_SECONDS


def _effect(rescorer: Rescorer, kind: MomentKind, scores_BV: Floats) -> MomentEffect:
    standings = [rescorer.standing(scores_V) for scores_V in scores_BV]
    ranks = [standing.rank for standing in standings]
    mean = sum(standing.score for standing in standings) / len(standings)
    return MomentEffect(
        kind=kind,
        effect=rescorer.now.score - mean,
        rank_now=rescorer.now.rank,
        best_then=min(ranks),
        worst_then=max(ranks),
        pause_days=pause_days(rescorer),
    )
