"""How fast an item falls when events are deleted in the order that a method names."""

from dataclasses import dataclass

import numpy as np

from benchmarks.explaining.cases import Case
from benchmarks.explaining.methods import Figures


@dataclass(frozen=True)
class Curve:
    """Means over the steps of deleting one event after the other, the most important first; less is better."""

    listed: float
    """Part of the steps in which the item is still in the list of `k`."""
    share: float
    """The item's reciprocal rank over that with all events."""
    score: float
    """(score - score with nothing) / (score with everything - score with nothing), of what is left."""


def curve(case: Case, figures: Figures, k: int) -> Curve:
    """Delete all events one by one and watch the item, from the first deletion to the last but one."""
    order = np.argsort(-figures, kind="stable")
    histories = [case.history.without(order[:step].tolist()) for step in range(len(order) + 1)]
    scores_BV = case.ranker.score(histories, np.full(len(histories), case.asked.as_of))
    own_B = scores_BV[:, case.item].astype(np.float64)
    ranks_B = 1 + (scores_BV > scores_BV[:, [case.item]]).sum(axis=1)
    gained = own_B[0] - own_B[-1]
    left_B = (own_B - own_B[-1]) / gained if gained > 0 else np.full(len(own_B), np.nan)
    inner = slice(1, -1)
    return Curve(
        listed=float((ranks_B[inner] <= k).mean()),
        share=float((ranks_B[0] / ranks_B[inner]).mean()),
        score=float(left_B[inner].mean()),
    )


def mean_curve(curves: list[Curve]) -> Curve:
    """Average over cases; those that history does not lift have no score to lose."""
    return Curve(
        listed=float(np.mean([found.listed for found in curves])),
        share=float(np.mean([found.share for found in curves])),
        score=float(np.nanmean([found.score for found in curves])),
    )
