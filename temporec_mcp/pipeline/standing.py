"""Where a model puts what a user took up, before it was taken up.

Axes: N events of one user, R scored events, V items of the catalogue.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Flags, Floats, History, Times
from temporec_mcp.pipeline.bound import BoundHistory
from temporec_mcp.pipeline.rank import Question, Ranked
from temporec_mcp.pipeline.rescored import OpenRows, Rescored
from temporec_mcp.pipeline.served import Served

LEAST_SCORED = 30
"""With fewer first uses to rank nothing is scored: a user's usual places need so many."""
TRIED_COUNTS = (80, 50, LEAST_SCORED)
"""How many of the newest first uses are ranked: the most whose histories have few enough items together."""


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
    Nothing is scored where the rows of these events over the catalogue would be more than one history may hold.
    """
    known_V = served.catalogue.public_V.copy()
    known_V[history.items_L] = True
    known_V[served.bridge.new_W] = False
    first_V = np.full(len(known_V), len(history), dtype=np.int64)
    first_V[history.items_L[::-1]] = np.arange(len(history))[::-1]  # of several values the last one stays
    is_new_N = first_V[history.items_L] == np.arange(len(history))
    is_meant_N = is_asked_N & is_new_N & known_V[history.items_L] & (action_weights[history.actions_L] > 0)
    rows_R = np.flatnonzero(is_meant_N)[-TRIED_COUNTS[0] :]
    served = served.for_history(len(history))
    reached = _reached(served, history, rows_R)
    if reached is None:
        return Standings(rows_R[:0], np.zeros(0), np.zeros(0))
    before, rows = reached
    rows_R = rows_R[-len(before) :]
    ranker = Rescored(Ranked(served, Question(known_V, action_weights)), rows)
    scores_RV = ranker.score(before, history.times_L[rows_R])
    own_R1 = np.take_along_axis(scores_RV, history.items_L[rows_R, None].astype(np.intp), axis=1)
    is_open_RV = known_V & (first_V >= rows_R[:, None])
    places_R = 1.0 + (is_open_RV & (scores_RV > own_R1)).sum(axis=1)
    return Standings(rows_R, places_R, is_open_RV.sum(axis=1).astype(np.float64))


def _reached(served: Served, history: History, rows_R: NDArray[np.int64]) -> tuple[list[History], OpenRows] | None:
    """Give the histories before the newest of these events, as many as may be held together, and their rows."""
    length = served.blend.history_length
    before = [history.keep(slice(max(0, row - length), row)) for row in rows_R.tolist()]
    for count in TRIED_COUNTS:
        newest = before[-count:]
        if len(newest) < LEAST_SCORED:
            break
        rows = OpenRows(BoundHistory(served, newest[-1]))
        if rows.cover(newest):
            return newest, rows
    return None
