"""A ranker that is asked hundreds of times about one history: what its events weigh is gathered once.

Axes: B histories, V items, K chosen items.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats, History, Times
from temporec_mcp.models.blend import Wide
from temporec_mcp.pipeline.bound import BoundHistory
from temporec_mcp.pipeline.rank import Ranked
from temporec_mcp.pipeline.row_scoring import RowScorer


class OpenRows:
    """The rows of a bound history, and of what else was asked about beside it."""

    def __init__(self, bound: BoundHistory) -> None:
        """Begin with the history's."""
        self.bound = bound

    def cover(self, histories: Sequence[History]) -> bool:
        """Gather the rows of items that are in view and have none; give whether everything has, or it is too much."""
        covering = self.bound.covering(histories)
        self.bound = covering or self.bound
        return covering is not None


class Rescored(Ranked):
    """Scores as `Ranked` does, several times as fast for histories much like the one whose rows are held."""

    def __init__(self, ranked: Ranked, rows: OpenRows) -> None:
        """Hold the question against the rows."""
        super().__init__(ranked.served, ranked.question)
        self._rows = rows
        self._scorer = RowScorer(self, rows.bound)

    def score(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        """Give final ranking values [B, V]; from the rows, unless too many are needed."""
        if not self._rows.cover(histories):
            return super().score(histories, as_of_B)
        return self._current().scores(histories, as_of_B)

    def score_items(self, histories: Sequence[History], as_of_B: Times, items: Sequence[int]) -> Floats:
        """Give the ranking values [B, K] of chosen candidates; from the rows nothing else is added up."""
        if not self._rows.cover(histories):
            return super().score_items(histories, as_of_B, items)
        return np.stack(list(self.added(histories, as_of_B, items).values())).sum(axis=0).astype(np.float32)

    def parts_added(self, histories: Sequence[History], as_of_B: Times, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give what each part alone adds to the scores [B, K] of the chosen items."""
        if not self._rows.cover(histories):
            return super().parts_added(histories, as_of_B, items_K)
        return self._current().parts_added(histories, as_of_B, items_K)

    def _current(self) -> RowScorer:
        """Give what scores from the rows as they are now."""
        if self._scorer.bound is not self._rows.bound:
            self._scorer = RowScorer(self, self._rows.bound)
        return self._scorer
