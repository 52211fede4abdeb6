"""Parts that are weighted sums over the history: one row of an item-to-item square for each past event.

Axes: B histories, L positions, V items, U the distinct items of a batch, M items of a dense square.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import PADDING, Flags, Floats, HistoryBatch, Indices
from temporec_mcp.models.part import Tensors
from temporec_mcp.models.recency import Recency

DENSE_SHARE = 0.05
"""A sparse square with more of its cells filled is multiplied faster as a dense one, for batches."""
FILLED_SHARE = 0.01
"""Filled part of a sparse square from which on the rows of items that are used much hold about a tenth."""
DENSE_BATCH = 8
"""Histories from which the change to dense pays."""
SPARSE_BATCH = 64
"""Histories from which sums over few events are taken event by event ..."""
SPARSE_SHARE = 0.02
"""... where the events are less than this part of all items; else as a product of full matrices."""
DENSE_CELLS = 16_000_000
"""Cells of a square that are made dense at once, at most (64 MB)."""


def spread(items_BL: Indices, weights_BL: Floats, item_count: int) -> tuple[NDArray[np.intp], Floats]:
    """Turn events into one row of weights a history.

    Returns:
        items_U: the distinct items with a weight, ascending.
        weights_BU: the sum of the weights of each history's events of each of these items.
    """
    is_used_BL = (items_BL != PADDING) & (weights_BL != 0.0)
    rows, columns = np.nonzero(is_used_BL)
    items = items_BL[rows, columns]
    is_used_V = np.zeros(item_count, dtype=np.bool_)
    is_used_V[items] = True
    items_U = np.flatnonzero(is_used_V)
    places_V = np.cumsum(is_used_V) - 1
    cells = rows * len(items_U) + places_V[items]
    sums = np.bincount(cells, weights=weights_BL[rows, columns], minlength=len(items_BL) * len(items_U))
    return items_U, sums.reshape(len(items_BL), len(items_U)).astype(np.float32)


def few_events(items_BL: Indices, weights_BL: Floats, item_count: int) -> sparse.csr_array | None:
    """Give the events as a sparse matrix [B, V] of weights; None where `spread` serves better."""
    is_used_BL = (items_BL != PADDING) & (weights_BL != 0.0)
    row_count = len(items_BL)
    if row_count < SPARSE_BATCH or np.count_nonzero(is_used_BL) > SPARSE_SHARE * row_count * item_count:
        return None
    starts = np.concatenate(([0], np.cumsum(is_used_BL.sum(axis=1))))
    cells = (weights_BL[is_used_BL].astype(np.float32), items_BL[is_used_BL], starts)
    weights_BV = sparse.csr_array(cells, shape=(row_count, item_count))
    weights_BV.sum_duplicates()
    return weights_BV


class Square(Protocol):
    """An item-to-item matrix; row i says what an event of item i speaks for."""

    item_count: int

    def apply_few(self, weights_BV: sparse.csr_array) -> Floats:
        """Give the weighted sums [B, V] for few events a history."""
        ...

    def apply(self, items_U: NDArray[np.intp], weights_BU: Floats) -> Floats:
        """Give the weighted sums [B, V] of the rows `items_U`."""
        ...

    def tensors(self) -> Tensors:
        """Give everything that makes an equal square."""
        ...


@dataclass(frozen=True, slots=True)
class DenseSquare:
    """A full matrix over the M most used items; the others neither give nor get anything."""

    item_count: int
    items_M: Indices
    """Item numbers, ascending."""
    weights_MM: Floats

    def apply(self, items_U: NDArray[np.intp], weights_BU: Floats) -> Floats:
        """Give the weighted sums [B, V] of the rows `items_U`."""
        places_U, is_held_U = self._places(items_U)
        return self.widened(weights_BU[:, is_held_U] @ self.weights_MM[places_U[is_held_U]])

    def apply_few(self, weights_BV: sparse.csr_array) -> Floats:
        """Give the weighted sums [B, V] for few events a history."""
        held_BM = weights_BV if len(self.items_M) == self.item_count else weights_BV[:, self.items_M]
        return self.widened(np.asarray(held_BM @ self.weights_MM, dtype=np.float32))

    def rows(self, items_U: NDArray[np.integer]) -> Floats:
        """Give the rows [U, M] of `items_U` at the items held; 0 for an item that is not."""
        places_U, is_held_U = self._places(items_U)
        rows_UM = np.zeros((len(items_U), len(self.items_M)), dtype=np.float32)
        rows_UM[is_held_U] = self.weights_MM[places_U[is_held_U]]
        return rows_UM

    def widened(self, values_BM: Floats) -> Floats:
        """Put values of the items held in their places among all [B, V]."""
        if len(self.items_M) == self.item_count:
            return values_BM
        values_BV = np.zeros((len(values_BM), self.item_count), dtype=np.float32)
        values_BV[:, self.items_M] = values_BM
        return values_BV

    def _places(self, items_U: NDArray[np.integer]) -> tuple[NDArray[np.intp], Flags]:
        """Give the rows of the square for the items, and which of these hold."""
        places_U = np.searchsorted(self.items_M, items_U)
        is_held_U: Flags = np.zeros(len(items_U), dtype=np.bool_)
        if len(self.items_M):
            is_held_U = self.items_M[np.minimum(places_U, len(self.items_M) - 1)] == items_U
        return places_U, is_held_U

    def tensors(self) -> Tensors:
        """Give everything that makes an equal square."""
        return {"item_count": np.array(self.item_count), "items": self.items_M, "weights": self.weights_MM}


@dataclass(frozen=True, slots=True)
class SparseSquare:
    """A matrix over all items that holds only what is not 0."""

    weights_VV: sparse.csr_array

    @property
    def item_count(self) -> int:
        """The number of items."""
        return int(self.weights_VV.shape[0])

    @property
    def is_filled(self) -> bool:
        """Hold when rows of items that are used much are multiplied faster with their zeros."""
        return self.weights_VV.nnz > FILLED_SHARE * self.item_count**2

    def rows(self, items_U: NDArray[np.integer]) -> sparse.csr_array:
        """Give the rows [U, V] of `items_U`."""
        return self.weights_VV[items_U]

    def apply(self, items_U: NDArray[np.intp], weights_BU: Floats) -> Floats:
        """Give the weighted sums [B, V] of the rows `items_U`."""
        if not len(items_U):
            return np.zeros((len(weights_BU), self.item_count), dtype=np.float32)
        chosen_UV = self.rows(items_U)
        if len(weights_BU) < DENSE_BATCH or chosen_UV.nnz < DENSE_SHARE * len(items_U) * self.item_count:
            return np.ascontiguousarray((chosen_UV.T @ weights_BU.T).T, dtype=np.float32)
        step = max(1, DENSE_CELLS // self.item_count)
        sums_BV = np.zeros((len(weights_BU), self.item_count), dtype=np.float32)
        for start in range(0, len(items_U), step):
            sums_BV += weights_BU[:, start : start + step] @ chosen_UV[start : start + step].toarray()
        return sums_BV

    def apply_few(self, weights_BV: sparse.csr_array) -> Floats:
        """Give the weighted sums [B, V] for few events a history."""
        return np.asarray((weights_BV @ self.weights_VV).toarray(), dtype=np.float32)

    def tensors(self) -> Tensors:
        """Give everything that makes an equal square."""
        return {
            "starts": self.weights_VV.indptr.astype(np.int64),
            "columns": self.weights_VV.indices.astype(np.int32),
            "values": self.weights_VV.data.astype(np.float32),
        }


def load_square(tensors: Mapping[str, NDArray[np.generic]]) -> DenseSquare | SparseSquare:
    """Make the square that `tensors` was saved from."""
    if "weights" in tensors:
        return DenseSquare(
            item_count=int(tensors["item_count"]),
            items_M=np.asarray(tensors["items"], dtype=np.int32),
            weights_MM=np.asarray(tensors["weights"], dtype=np.float32),
        )
    starts = tensors["starts"]
    size = len(starts) - 1
    values = np.asarray(tensors["values"], dtype=np.float32)
    columns = np.asarray(tensors["columns"], dtype=np.int32)
    # Wide starts would make all column numbers wide.
    narrow = np.asarray(starts, dtype=np.int32 if len(values) <= np.iinfo(np.int32).max else np.int64)
    return SparseSquare(sparse.csr_array((values, columns, narrow), shape=(size, size)))


@dataclass(frozen=True, slots=True)
class LinearPart:
    """Score of an item = sum over the history of weight(event) x square[item of the event, item]."""

    name: str
    square: DenseSquare | SparseSquare
    recency: Recency

    def score(self, batch: HistoryBatch) -> Floats:
        """Give scores [B, V]; 0 for what no event speaks for."""
        weights_BL = self.recency.weights(batch)
        items_BL = batch.items_BL[:, : self.recency.length]
        few_BV = few_events(items_BL, weights_BL, self.square.item_count)
        if few_BV is not None:
            return self.square.apply_few(few_BV)
        return self.square.apply(*spread(items_BL, weights_BL, self.square.item_count))

    def tensors(self) -> Tensors:
        """Give everything `load_linear` needs to make an equal part."""
        return {**self.square.tensors(), "recency": self.recency.to_array()}


def load_linear(name: str, tensors: Mapping[str, NDArray[np.generic]]) -> LinearPart:
    """Make the linear part that `tensors` was saved from."""
    return LinearPart(name, load_square(tensors), Recency.from_array(tensors["recency"]))
