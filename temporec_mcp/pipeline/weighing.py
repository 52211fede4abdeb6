"""Which items of a history have rows, and what the events of a batch weigh on them.

Axes: P parts, B histories, L positions (0 is the newest), U rows, one a distinct item of the history, K chosen items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import PADDING, Flags, Floats, History, HistoryBatch, Indices
from temporec_mcp.models.blend import Wide
from temporec_mcp.models.linear import LinearPart
from temporec_mcp.models.part import Part
from temporec_mcp.models.recency import weights_of
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.rows import EventPart
from temporec_mcp.pipeline.served import Served

SPARE = 10
"""Events beyond the length of a history that come into view when newer ones are left out, at most."""
MOST_ROWS = 200
"""Distinct items of a history; with more, the products of the rows would cost more than they save."""
MOST_CELLS = 4_000_000
"""Rows times items (16 MB a part of full width)."""


def items_in_reach(served: Served, history: History) -> Indices:
    """Give the model's numbers of the distinct items that can come into view, ascending."""
    newest = served.bridge.to_model_V[history.items_L[-(served.blend.history_length + SPARE) :]]
    return np.unique(newest[newest != PADDING]).astype(np.int32)


def is_bindable(served: Served, history: History) -> bool:
    """Tell whether the rows of this history are few and short enough to be gathered."""
    row_count = len(np.unique(history.items_L[-(served.blend.history_length + SPARE) :]))
    return row_count <= MOST_ROWS and row_count * len(served.catalogue.item_ids) <= MOST_CELLS


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the events of a batch weigh in parts that are sums over events."""

    parts: tuple[EventPart, ...]
    weights_PBL: Floats
    rows_BL: NDArray[np.intp]
    """The row of each event; any where it weighs nothing."""
    row_count: int

    @property
    def by_row_PBU(self) -> Floats:
        """The weights of the events of each row together."""
        part_count, batch_size, _ = self.weights_PBL.shape
        numbers = np.arange(part_count * batch_size, dtype=np.intp)
        cells = (self.row_count * numbers.reshape(part_count, batch_size, 1) + self.rows_BL).ravel()
        sums = np.bincount(cells, self.weights_PBL.ravel(), part_count * batch_size * self.row_count)
        return sums.reshape(part_count, batch_size, self.row_count).astype(np.float32)

    def by_event(self, factors_P: Wide, above_PUK: Sequence[Floats | Wide], item_count: int) -> Wide:
        """Give what each event of the only history adds to K items [L, K], all others staying as they are.

        Args:
            factors_P: what a part's sum of rows counts in the score.
            above_PUK: for each part, how far its rows are above their means at the items.
            item_count: K.
        """
        places_L = self.rows_BL[0]
        added_LK = np.zeros((len(places_L), item_count))
        for factor, weights_L, above_UK in zip(factors_P, self.weights_PBL[:, 0], above_PUK, strict=True):
            added_LK += factor * weights_L[:, None] * above_UK[places_L]
        return added_LK


class RowNumbers:
    """Which row is which item's."""

    def __init__(self, items_U: Indices) -> None:
        """Take the items of the rows, in the order of the rows."""
        self.items_U = items_U
        self._order_U = np.argsort(items_U)
        self._sorted_U = items_U[self._order_U]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.items_U)

    def weigh(self, parts: Sequence[Part], batch: HistoryBatch) -> Weighed:
        """Weigh the events of the batch that have a row, for those of `parts` that are sums over events.

        A part to which none of the events counts is left out. The batch is in the model's item numbers.
        """
        sums = [part for part in parts if isinstance(part, LinearPart | TextPart)]
        rows_BL, is_held_BL = self._places(batch.items_BL)
        weights_PBL = weights_of([part.recency for part in sums], batch)
        width = weights_PBL.shape[2]
        weights_PBL *= is_held_BL[:, :width]
        told = np.flatnonzero(weights_PBL.any(axis=(1, 2)))
        return Weighed(tuple(sums[place] for place in told), weights_PBL[told], rows_BL[:, :width], len(self))

    def _places(self, items_BL: Indices) -> tuple[NDArray[np.intp], Flags]:
        """Give the row of each event, and whether it has one: padding, and what is out of reach, has none."""
        if not len(self.items_U):
            return np.zeros(items_BL.shape, dtype=np.intp), np.zeros(items_BL.shape, dtype=np.bool_)
        places_BL = np.minimum(np.searchsorted(self._sorted_U, items_BL), len(self._sorted_U) - 1)
        return self._order_U[places_BL], self._sorted_U[places_BL] == items_BL
