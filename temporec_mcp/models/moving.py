"""A model's numbers over other items: an item of both keeps its numbers, a new one has none, the others go.

Axes: M items of the earlier vocabulary, V items of the new one, K items held by a square, N events, T text width.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import PADDING, Floats
from temporec_mcp.models.linear import SparseSquare, load_square
from temporec_mcp.models.net_config import NAME
from temporec_mcp.models.net_warm import VECTORS, Catalogue, carried
from temporec_mcp.models.part import Tensors
from temporec_mcp.models.text import unit_rows

Numbers = NDArray[np.int64]

ROWS = frozenset({"scores", "features"})
"""Tensors with a row for each item, that stays with it."""


def moved(
    parts: Mapping[str, Tensors], earlier_ids: Sequence[str], item_ids: Sequence[str], vectors_VT: Floats | None
) -> dict[str, Tensors]:
    """Give the tensors of each part over `item_ids`.

    Args:
        parts: the tensors by the part's name.
        earlier_ids: the items that they are over.
        item_ids: the items that they shall be over.
        vectors_VT: whitened texts of `item_ids`; None keeps each item's own.
    """
    numbers = {item_id: number for number, item_id in enumerate(earlier_ids)}
    from_V = np.array([numbers.get(item_id, PADDING) for item_id in item_ids], dtype=np.int64)
    found: dict[str, Tensors] = {}
    for name, tensors in parts.items():
        if name == NAME:
            texts_VT = vectors_VT
            if texts_VT is None and VECTORS in tensors:
                texts_VT = np.asarray(rows_of(tensors[VECTORS], from_V), dtype=np.float32)
            nobody_V = np.zeros(len(item_ids), dtype=np.int64)
            found[name] = carried(tensors, earlier_ids, Catalogue(item_ids, texts_VT, nobody_V))
        else:
            found[name] = _closed(tensors, from_V, vectors_VT)
    return found


def rows_of(values_M: NDArray[np.generic], from_V: Numbers) -> NDArray[np.generic]:
    """Take the rows `from_V`; zeros where that is PADDING."""
    nothing = np.zeros((1, *values_M.shape[1:]), dtype=values_M.dtype)
    return np.concatenate((values_M, nothing))[from_V]


def _closed(tensors: Tensors, from_V: Numbers, vectors_VT: Floats | None) -> Tensors:
    found = dict(tensors)
    if "item_count" in tensors:
        found["item_count"] = np.array(len(from_V))
    if "starts" in tensors or "weights" in tensors:
        found |= _square(tensors, from_V)
    for name in ROWS & set(tensors):
        found[name] = rows_of(tensors[name], from_V)
    if "counts" in tensors:
        found |= _trend(tensors, from_V)
    if "vectors" in tensors:
        found["vectors"] = rows_of(tensors["vectors"], from_V) if vectors_VT is None else unit_rows(vectors_VT)
    return found


def _square(tensors: Tensors, from_V: Numbers) -> Tensors:
    square = load_square(tensors)
    if isinstance(square, SparseSquare):
        held, size = square.weights_VV, square.item_count + 1
        starts = np.append(held.indptr, held.indptr[-1])  # one row of nothing, which PADDING takes
        wider = sparse.csr_array((held.data, held.indices, starts), shape=(size, size))
        return SparseSquare(sparse.csr_array(wider[from_V][:, from_V])).tensors()
    to_M = _new_numbers(from_V, square.item_count)
    kept_K = np.flatnonzero(to_M[square.items_M] != PADDING)
    kept_K = kept_K[np.argsort(to_M[square.items_M[kept_K]])]
    items_K = to_M[square.items_M[kept_K]].astype(np.int32)
    weights_KK = np.ascontiguousarray(square.weights_MM[np.ix_(kept_K, kept_K)])
    return {"item_count": np.array(len(from_V)), "items": items_K, "weights": weights_KK}


def _trend(tensors: Tensors, from_V: Numbers) -> Tensors:
    counts_GM = tensors["counts"]
    items_N = _new_numbers(from_V, counts_GM.shape[1])[np.asarray(tensors["items"], dtype=np.int64)]
    is_kept_N = items_N != PADDING
    return {
        "counts": np.ascontiguousarray(rows_of(counts_GM.T, from_V).T),
        "times": tensors["times"][is_kept_N],
        "items": items_N[is_kept_N].astype(np.int32),
    }


def _new_numbers(from_V: Numbers, count: int) -> Numbers:
    to_M = np.full(count, PADDING, dtype=np.int64)
    is_known_V = from_V != PADDING
    to_M[from_V[is_known_V]] = np.flatnonzero(is_known_V)
    return to_M
