"""What a whole list leans on, found at once: the short reasons of its lines.

Axes: B histories, V items.
"""

from collections.abc import Sequence

import numpy as np

from temporec_mcp.domain.log import History
from temporec_mcp.domain.ranking import BoundRanker
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
    small share of the candidates' spread, so the result may be empty.
    """
    units = units_of(history)[:LISTED_EVENTS]
    if not units or not items:
        return [() for _ in items]
    histories = [history, *(history.without(sorted(unit.positions)) for unit in units)]
    scores_BV = ranker.score(histories, np.full(len(histories), as_of))
    base_V = scores_BV[0]
    spread = float(base_V[np.isfinite(base_V)].std()) or 1.0
    chosen: list[tuple[int, ...]] = []
    for item in items:
        effects = [float(base_V[item] - score) for score in scores_BV[1:, item]]
        order = sorted(range(len(units)), key=lambda unit: (-effects[unit], unit))[:count]
        chosen.append(tuple(units[unit].item for unit in order if effects[unit] >= SMALL_SHARE * spread))
    return chosen
