"""A ranker that is asked hundreds of times about one history: what its events weigh is gathered once.

Axes: B histories, V items.
"""

from collections.abc import Sequence

import numpy as np

from temporec_mcp.domain.log import Floats, History, Times
from temporec_mcp.pipeline.bound import SPARE, BoundHistory
from temporec_mcp.pipeline.listing import Listing
from temporec_mcp.pipeline.rank import Ranked


class Rescored(Ranked):
    """Scores as `Ranked` does, histories made of one history's events several times as fast."""

    def __init__(self, ranked: Ranked, bound: BoundHistory, as_of: float) -> None:
        """Hold the question against the kept rows."""
        super().__init__(ranked.served, ranked.question)
        self._listing = Listing(self, bound, as_of)
        self._items_L = bound.history.items_L
        self._as_of = as_of

    def score(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        """Give final ranking values [B, V]; from the rows where moment and events are those bound to."""
        is_own = bool((as_of_B == self._as_of).all())
        if is_own and all(np.isin(history.items_L, self._items_L).all() for history in histories):
            return self._listing.scores(histories)
        return super().score(histories, as_of_B)


def rescored(ranked: Ranked, bound: BoundHistory | None, as_of: float) -> Ranked:
    """Give a ranker that is quick about the bound history, if that lies within reach as a whole; else `ranked`."""
    if bound is None or len(bound.history) > ranked.served.blend.history_length + SPARE:
        return ranked
    return Rescored(ranked, bound, as_of)
