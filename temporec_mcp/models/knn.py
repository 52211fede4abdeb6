"""Item kNN by cosine, a baseline.

Axes: V items.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.models.linear import LinearPart, SparseSquare, load_linear
from temporec_mcp.models.pairs import keep_strongest, most_used, positives, user_items, without_diagonal
from temporec_mcp.models.part import FitData
from temporec_mcp.models.recency import NO_DECAY, Recency

KNN_RECENCY = Recency(rate=0.05)


@dataclass(frozen=True, slots=True)
class ItemKnnKind:
    """How to make item kNN: cosine of the items' user columns, the nearest of each kept."""

    name: str = "item_knn"
    neighbours: int = 100
    next_recency: Recency = KNN_RECENCY
    weeks_recency: Recency = NO_DECAY

    def fit(self, data: FitData) -> LinearPart:
        """Compare the most used items that share a user."""
        log = positives(data)
        is_compared_V = np.zeros(len(log.item_ids), dtype=np.bool_)
        is_compared_V[most_used(log)] = True
        used_UV = user_items(log.keep(is_compared_V[log.items_N]))
        lengths_V = np.sqrt(np.maximum(np.asarray(used_UV.sum(axis=0)), 1.0))
        scaled_UV = sparse.csr_array(used_UV @ sparse.diags_array(1.0 / lengths_V))
        nearest_VV = keep_strongest(without_diagonal(sparse.csr_array(scaled_UV.T @ scaled_UV)), self.neighbours)
        recency = self.next_recency if data.horizon == "next" else self.weeks_recency
        return LinearPart(self.name, SparseSquare(nearest_VV), recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> LinearPart:
        """Make the part that `tensors` was saved from."""
        return load_linear(self.name, tensors)


ITEM_KNN = ItemKnnKind()
