"""Where a model puts what a user took up, before it was taken up.

Axes: N events of one user, R scored events, B of them at once, V items of the catalogue.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Flags, Floats, History, Times, batch_histories
from temporec_mcp.pipeline.rank import Served, part_scores

LEAST_SCORED = 30
"""With fewer first uses to rank nothing is scored: a user's usual places need so many."""
MOST_SCORED = 120
"""Newest first uses that are ranked."""
MOST_CELLS = 6_000_000
"""Events times items that are scored for one question; a larger catalogue leaves fewer events."""
AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Standings:
    """The place of each scored item among all that the user had not used before."""

    rows_R: NDArray[np.int64]
    """Positions in the history, rising."""
    places_R: Times
    """1 is the first; of equal scores the best place."""
    choices_R: Times
    """How many items stood to choose."""


def standings(served: Served, history: History, action_weights: Floats, is_asked_N: Flags) -> Standings:
    """Rank the newest first uses of an item among the events asked for, each from the events before it alone.

    Items that the model never saw are neither ranked nor among those to choose from; nor is what the user refused.
    """
    known_V = served.catalogue.public_V.copy()
    known_V[history.items_L] = True
    known_V[served.bridge.new_W] = False
    first_V = np.full(len(known_V), len(history), dtype=np.int64)
    first_V[history.items_L[::-1]] = np.arange(len(history))[::-1]  # of several values the last one stays
    is_new_N = first_V[history.items_L] == np.arange(len(history))
    is_meant_N = is_asked_N & is_new_N & known_V[history.items_L] & (action_weights[history.actions_L] > 0)
    rows_R = np.flatnonzero(is_meant_N)
    rows_R = rows_R[max(0, len(rows_R) - min(MOST_SCORED, MOST_CELLS // len(known_V))) :]
    rows_R = rows_R if len(rows_R) >= LEAST_SCORED else rows_R[:0]
    places_R, choices_R = np.zeros(len(rows_R)), np.zeros(len(rows_R))
    for start in range(0, len(rows_R), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        candidates_BV = known_V & (first_V >= rows_R[some, None])
        scores_BV = _scores(served, history, action_weights, rows_R[some], candidates_BV)
        own_B1 = np.take_along_axis(scores_BV, history.items_L[rows_R[some], None].astype(np.intp), axis=1)
        places_R[some] = 1 + (scores_BV > own_B1).sum(axis=1)
        choices_R[some] = candidates_BV.sum(axis=1)
    return Standings(rows_R, places_R, choices_R)


def _scores(
    served: Served, history: History, action_weights: Floats, rows_B: NDArray[np.int64], candidates_BV: Flags
) -> Floats:
    length = served.blend.history_length
    before = [history.keep(slice(max(0, row - length), row)) for row in rows_B.tolist()]
    batch = batch_histories(before, history.times_L[rows_B], action_weights, length)
    return served.blend.combine(part_scores(served, batch), candidates_BV, batch.lengths_B)
