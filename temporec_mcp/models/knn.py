"""Item kNN by cosine, a baseline.

Axes: V items.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.models.linear import NO_DECAY, LinearPart, Recency, SparseSquare, load_linear
from temporec_mcp.models.pairs import positives, user_items
from temporec_mcp.models.part import FitData

KNN_RECENCY = Recency(rate=0.05)


@dataclass(frozen=True, slots=True)
class ItemKnnKind:
    """How to make item kNN: cosine of the items' user columns, the nearest of each kept."""

    name: str = "item_knn"
    neighbours: int = 100
    next_recency: Recency = KNN_RECENCY
    weeks_recency: Recency = NO_DECAY

    def fit(self, data: FitData) -> LinearPart:
        """Compare all items that share a user."""
        log = positives(data)
        used_UV = user_items(log)
        lengths_V = np.sqrt(np.maximum(np.asarray(used_UV.sum(axis=0)), 1.0))
        scaled_UV = sparse.csr_array(used_UV @ sparse.diags_array(1.0 / lengths_V))
        nearest_VV = _keep_nearest(sparse.csr_array(scaled_UV.T @ scaled_UV), self.neighbours)
        recency = self.next_recency if data.horizon == "next" else self.weeks_recency
        return LinearPart(self.name, SparseSquare(nearest_VV), recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> LinearPart:
        """Make the part that `tensors` was saved from."""
        return load_linear(self.name, tensors)


ITEM_KNN = ItemKnnKind()


def _keep_nearest(cosines_VV: sparse.csr_array, neighbours: int) -> sparse.csr_array:
    """Keep the largest `neighbours` of each row and drop the diagonal."""
    rows = np.repeat(np.arange(cosines_VV.shape[0]), np.diff(cosines_VV.indptr))
    values = np.where(rows == cosines_VV.indices, 0.0, cosines_VV.data)
    order = np.lexsort((-values, rows))
    ranks = np.arange(len(order)) - cosines_VV.indptr[rows]
    kept = order[(ranks < neighbours) & (values[order] > 0.0)]
    cells = (values[kept].astype(np.float32), (rows[kept], cosines_VV.indices[kept]))
    return sparse.coo_array(cells, shape=cosines_VV.shape).tocsr()
