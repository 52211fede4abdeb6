"""What a whole list leans on, found at once: the short reasons of its lines.

Axes: B histories, V items.
"""

from collections.abc import Sequence

import numpy as np

from temporec_mcp.domain.log import History
from temporec_mcp.domain.ranking import BoundRanker
from temporec_mcp.domain.reasons import MOSTLY
from temporec_mcp.explain.attribute import units_of

LISTED_EVENTS = 50
"""Items of the history that are tried, those used last."""
SMALL_SHARE = 0.05
"""An effect below this share of the candidates' spread is not worth a line."""


def leanings(
    ranker: BoundRanker, history: History, as_of: float, items: Sequence[int], count: int = 2
) -> list[tuple[int, ...]]:
    """Give for each listed item number the item numbers of the history that it leans on most, strongest first.

    One batch of scorings serves the whole list. An item is named only if its absence lowers the score by more than a
    small share of the candidates' spread, and only where the history gives at least half of the listed item's lead over
    the average candidate; so the result may be empty.
    """
    units = units_of(history)[:LISTED_EVENTS]
    if not units or not items:
        return [() for _ in items]
    absences = [range(len(history)), *(sorted(unit.positions) for unit in units)]
    histories = [history, *(history.without(places) for places in absences)]
    scores_BV = ranker.score(histories, np.full(len(histories), as_of))
    base_V, bare_V = scores_BV[0], scores_BV[1]
    is_candidate_V = np.isfinite(base_V)
    spread, mean = float(base_V[is_candidate_V].std()) or 1.0, float(base_V[is_candidate_V].mean())
    chosen: list[tuple[int, ...]] = []
    for item in items:
        if base_V[item] - bare_V[item] < MOSTLY * (base_V[item] - mean):
            chosen.append(())
            continue
        effects = [float(base_V[item] - score) for score in scores_BV[2:, item]]
        order = sorted(range(len(units)), key=lambda unit: (-effects[unit], unit))[:count]
        chosen.append(tuple(units[unit].item for unit in order if effects[unit] >= SMALL_SHARE * spread))
    return chosen
