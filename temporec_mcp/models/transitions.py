"""What followed what: sparse transition parts.

T_ij sums over pairs (i before j, 1 to 50 steps apart, same user) a weight that falls with the steps between them; rows
and columns are discounted for busy items, and the root of it is taken where many small hints should add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import DAY_SECONDS, Floats
from temporec_mcp.models.linear import LinearPart, SparseSquare, load_linear
from temporec_mcp.models.pairs import (
    PAIR_DISTANCE,
    PairRows,
    keep_strongest,
    pair_sum,
    popularity,
    positives,
    two_way_sum,
)
from temporec_mcp.models.part import FitData
from temporec_mcp.models.recency import FOREVER_SECONDS, SLOW_DECAY, Recency

GAP_BOUNDS_SECONDS = (0.0, 1.0, 30.0, 120.0, 600.0, 3_600.0, DAY_SECONDS, FOREVER_SECONDS)
"""Bounds of the seven gap buckets; the first holds equal timestamps."""
GAP_NAMES = ("gap_none", "gap_seconds", "gap_two_minutes", "gap_ten_minutes", "gap_hour", "gap_day", "gap_longer")
SQUARE_CELLS = 12_000_000
"""Transitions that a part keeps, at most (100 MB); of more only the strongest of each item."""
LEAST_FOLLOWERS = 20
"""Of an item, however large the catalogue: at a million items a part holds 20 million transitions (160 MB)."""
ROW_OFFSET = 5.0
COLUMN_OFFSET = 1.0


@dataclass(frozen=True, slots=True)
class TransitionsKind:
    """How to make a transition part."""

    name: str
    distance_power: float
    """A pair d steps apart counts d^-distance_power."""
    row_power: float
    """Discount of items that much follows after."""
    column_power: float
    """Discount of items that are used much."""
    next_recency: Recency
    weeks_recency: Recency
    reverse: float = 0.5
    """What a pair counts backwards; 0 keeps the direction."""
    is_rooted: bool = True
    furthest: int = PAIR_DISTANCE
    low_seconds: float = 0.0
    high_seconds: float = FOREVER_SECONDS
    """Only pairs whose gap lies from low to below high count."""

    def fit(self, data: FitData) -> LinearPart:
        """Sum the pairs of the log."""
        log = positives(data)
        if self.reverse:
            pairs_VV = two_way_sum(log, self._weigh, self.reverse, self.furthest)
        else:
            pairs_VV = pair_sum(log, self._weigh, self.furthest)
        weights_VV = discounted(pairs_VV, self.row_power, self.column_power, popularity(log))
        if self.is_rooted:
            weights_VV.data = np.sqrt(weights_VV.data)
        if weights_VV.nnz > SQUARE_CELLS:
            weights_VV = keep_strongest(weights_VV, max(LEAST_FOLLOWERS, SQUARE_CELLS // len(log.item_ids)))
        square = SparseSquare(weights_VV.astype(np.float32))
        return LinearPart(self.name, square, self.next_recency if data.horizon == "next" else self.weeks_recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> LinearPart:
        """Make the part that `tensors` was saved from."""
        return load_linear(self.name, tensors)

    def _weigh(self, rows: PairRows) -> NDArray[np.float64]:
        is_inside = (rows.gap_seconds >= self.low_seconds) & (rows.gap_seconds < self.high_seconds)
        return np.where(is_inside, rows.distance**-self.distance_power, 0.0)


def discounted(
    pairs_VV: sparse.csr_array, row_power: float, column_power: float, popularity_V: Floats
) -> sparse.csr_array:
    """Give T_ij / (T_i. + 5)^row_power / (pop_j + 1)^column_power."""
    rows_V = (pairs_VV.sum(axis=1) + ROW_OFFSET) ** -row_power
    columns_V = (popularity_V.astype(np.float64) + COLUMN_OFFSET) ** -column_power
    values = pairs_VV.data * np.repeat(rows_V, np.diff(pairs_VV.indptr))
    values *= columns_V[pairs_VV.indices]
    return sparse.csr_array((values, pairs_VV.indices, pairs_VV.indptr), shape=pairs_VV.shape)


ROOT_TRANSITIONS = TransitionsKind(
    name="root_transitions",
    distance_power=0.5,
    row_power=0.3,
    column_power=0.5,
    next_recency=Recency(power=1.0, age_scale_days=0.04, age_power=0.2),
    weeks_recency=SLOW_DECAY,
)
DIRECTED_TRANSITIONS = TransitionsKind(
    name="directed_transitions",
    distance_power=0.5,
    row_power=0.3,
    column_power=0.5,
    next_recency=Recency(power=1.0),
    weeks_recency=SLOW_DECAY,
    reverse=0.0,
)
NEXT_TRANSITIONS = TransitionsKind(
    name="next_transitions",
    distance_power=2.0,
    row_power=1.0,
    column_power=0.0,
    next_recency=Recency(rate=1.0),
    weeks_recency=SLOW_DECAY,
    reverse=0.0,
    is_rooted=False,
    furthest=5,
)
"""Nearly the chance that one item follows another at once; for data that repeat in an order."""
ITEM_TRANSITIONS = TransitionsKind(
    name="item_transitions",
    distance_power=1.0,
    row_power=0.5,
    column_power=0.3,
    next_recency=Recency(rate=0.2, length=50),
    weeks_recency=SLOW_DECAY,
    is_rooted=False,
    furthest=20,
)
"""The baseline."""
GAP_TRANSITIONS = tuple(
    TransitionsKind(
        name=name,
        distance_power=0.3,
        row_power=0.5,
        column_power=0.3,
        next_recency=Recency(rate=0.1, low_seconds=low, high_seconds=high),
        weeks_recency=SLOW_DECAY,
        is_rooted=False,
        low_seconds=low,
        high_seconds=high,
    )
    for name, low, high in zip(GAP_NAMES, GAP_BOUNDS_SECONDS[:-1], GAP_BOUNDS_SECONDS[1:], strict=True)
)
