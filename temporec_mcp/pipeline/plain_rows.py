"""What the items of a history say, gathered for one question: the quickest way to a list that nobody asked for before.

Parts that are sums over events become weighted sums of rows in the numbers of the model, and all sums are carried to
the catalogue together. Nothing is prepared for a second question, as a bound history does.

Axes: P parts, B histories, N of both, L positions (0 is the newest), U rows, M items of the model, V items of the
catalogue, K chosen items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats, History, Times
from temporec_mcp.models.blend import Weighted, Wide
from temporec_mcp.models.linear import LinearPart
from temporec_mcp.models.part import Part
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.rank import Ranked
from temporec_mcp.pipeline.rows import EventPart, Rows, rows_of
from temporec_mcp.pipeline.weighing import RowNumbers, Weighed, items_in_reach


class PlainRows:
    """The rows of one history for one question; only what it weighs is gathered."""

    def __init__(self, ranked: Ranked, history: History) -> None:
        """Number the items in reach; nothing is gathered yet."""
        self._ranked = ranked
        self._numbers = RowNumbers(items_in_reach(ranked.served, history))
        self._rows: dict[str, Rows] = {}

    def scored(self, histories: Sequence[History], as_of_B: Times, parts: Sequence[Part]) -> "PlainScoring":
        """Give what these parts add to the scores of histories whose items have rows."""
        served = self._ranked.served
        batch = served.bridge.histories(self._ranked.batch(histories, as_of_B))
        weighed = self._numbers.weigh(parts, batch)
        others = [part for part in parts if not isinstance(part, LinearPart | TextPart)]
        count, item_count = len(weighed.parts), len(served.catalogue.item_ids)
        scores_PBV = np.empty((count + len(others), len(histories), item_count), dtype=np.float32)
        scores_PBV[:count] = self._summed(weighed)
        for place, part in enumerate(others, start=count):
            scores_PBV[place] = served.scores(part, batch)
        names = [part.name for part in (*weighed.parts, *others)]
        names_N = [name for name in names for _ in histories]
        scores_NV = scores_PBV.reshape(len(names_N), item_count)
        weighted = served.blend.weighted(names_N, scores_NV, self._ranked.question.candidates_V)
        return PlainScoring(self, (len(names), len(histories)), tuple(names), weighted, weighed)

    def above(self, part: EventPart, items_K: NDArray[np.intp]) -> Floats:
        """Give how far the part's rows are above their means over the candidates, at the chosen items [U, K]."""
        rows, bridge = self._gathered(part), self._ranked.served.bridge
        is_new_K = bridge.is_new_V[items_K]
        chosen_UK = np.empty((len(self._numbers), len(items_K)), dtype=np.float32)
        chosen_UK[:, ~is_new_K] = rows.at(bridge.to_model_V[items_K[~is_new_K]].astype(np.intp))
        if is_new_K.any():
            chosen_UK[:, is_new_K] = rows.onto(bridge.unseen(items_K[is_new_K]))
        return chosen_UK - rows.onto(self._shares_M)[:, None]

    @cached_property
    def _shares_M(self) -> Floats:
        """What each item of the model counts in a mean over the candidates."""
        return self._ranked.served.bridge.means(self._ranked.question.candidates_V)

    def _summed(self, weighed: Weighed) -> Floats:
        """Give the weighted sums [P, B, V] of the rows."""
        bridge, weights_PBU = self._ranked.served.bridge, weighed.by_row_PBU
        sums_PBM = np.zeros((*weights_PBU.shape[:2], len(bridge.known_M)), dtype=np.float32)
        for place, part in enumerate(weighed.parts):
            self._gathered(part).add_to(sums_PBM[place], weights_PBU[place])
        return bridge.scores(sums_PBM)

    def _gathered(self, part: EventPart) -> Rows:
        if part.name not in self._rows:
            self._rows[part.name] = rows_of(part, self._numbers.items_U)
        return self._rows[part.name]


@dataclass(frozen=True, slots=True)
class PlainScoring:
    """What every part adds to the scores of a batch of histories."""

    rows: PlainRows
    shape: tuple[int, int]
    """Parts, and histories."""
    names: tuple[str, ...]
    weighted: Weighted
    """Part by part, for each of the histories."""
    weighed: Weighed

    def total(self) -> Floats:
        """Give the blended scores [1, V] of the only history."""
        return self.weighted.total()[None]

    def at(self, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give what each part adds [B, K] to the chosen items."""
        added_NK = self.weighted.at(items_K)
        return dict(zip(self.names, added_NK.reshape(*self.shape, len(items_K)), strict=True))

    def by_event(self, items_K: NDArray[np.intp]) -> Wide:
        """Give what each event of the only history adds to the chosen items [L, K], all others staying as they are."""
        above_PUK = [self.rows.above(part, items_K) for part in self.weighed.parts]
        return self.weighed.by_event(self.weighted.factors_N[: len(above_PUK)], above_PUK, len(items_K))
