"""One user's history held against the whole catalogue, so that asking it again costs little.

Parts that are sums over events become rows, gathered once; the others (a net, personal habits) score as always.

Axes: B histories, L positions, U distinct items of the history, V items, M items of the model, K listed items.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import PADDING, Flags, Floats, History, HistoryBatch
from temporec_mcp.models.linear import DenseSquare, LinearPart
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.bridge import Bridge
from temporec_mcp.pipeline.rank import Served
from temporec_mcp.pipeline.rows import DenseRows, JointRows, Moments, Rows, SparseRows, level, moments

SPARE = 10
"""Events beyond the length of a history that come into view when newer ones are left out, at most."""
MOST_ROWS = 200
"""Distinct items of a history; with more, the products of the rows would cost more than they save."""
MOST_CELLS = 4_000_000
"""Rows times items (16 MB a part of full width)."""

RowPart = LinearPart | TextPart


def is_bindable(served: Served, history: History) -> bool:
    """Tell whether the rows of this history are few and short enough to be kept."""
    row_count = len(np.unique(history.items_L[-(served.blend.history_length + SPARE) :]))
    return row_count <= MOST_ROWS and row_count * len(served.catalogue.item_ids) <= MOST_CELLS


class BoundHistory:
    """The rows of one history; only what a request weighs is gathered, and it is kept."""

    def __init__(self, served: Served, history: History) -> None:
        """Number the items in reach; nothing is gathered yet."""
        self.served = served
        self.history = history
        newest = history.items_L[-(served.blend.history_length + SPARE) :]
        items = newest if served.bridge.is_exact else served.bridge.to_model_V[newest]
        self._items_U = np.unique(items[items != PADDING])
        self._rows: dict[str, Rows] = {}
        self._kept: tuple[Flags, dict[str, Moments]] | None = None

    @property
    def cells(self) -> int:
        """The size of rows of full width."""
        return len(self._items_U) * len(self.served.catalogue.item_ids)

    def rows(self, part: RowPart) -> Rows:
        """Give the part's rows over the catalogue."""
        if part.name not in self._rows:
            self._rows[part.name] = _rows_of(part, self._items_U, self.served)
        return self._rows[part.name]

    def moments(self, part: RowPart, candidates_V: Flags) -> Moments:
        """Give the moments of the part's rows; those of the last candidates are kept."""
        kept = self._kept
        if kept is None or not np.array_equal(kept[0], candidates_V):
            self._kept = kept = (candidates_V, dict[str, Moments]())
        if part.name not in kept[1]:
            kept[1][part.name] = moments(self.rows(part), candidates_V)
        return kept[1][part.name]

    def places(self, batch: HistoryBatch) -> tuple[NDArray[np.intp], Flags]:
        """Give the row of each event [B, L], and whether it has one: padding, and what is out of reach, has none."""
        if not len(self._items_U):
            return np.zeros(batch.items_BL.shape, dtype=np.intp), np.zeros(batch.items_BL.shape, dtype=np.bool_)
        rows_BL = np.minimum(np.searchsorted(self._items_U, batch.items_BL), len(self._items_U) - 1)
        return rows_BL, self._items_U[rows_BL] == batch.items_BL

    def by_row(self, weights_BL: Floats, rows_BL: NDArray[np.intp]) -> Floats:
        """Add up the weights of the events of each row [B, U]."""
        shape = (len(weights_BL), len(self._items_U))
        cells = (rows_BL + np.arange(shape[0])[:, None] * shape[1]).ravel()
        return np.bincount(cells, weights_BL.ravel(), shape[0] * shape[1]).reshape(shape).astype(np.float32)


def _rows_of(part: RowPart, items_U: NDArray[np.int32], served: Served) -> Rows:
    """Gather the part's rows for the model's items, and carry them over the bridge to the catalogue."""
    bridge = served.bridge
    if isinstance(part, TextPart):
        rows_UM = part.rows(items_U)
        return level(rows_UM if bridge.is_exact else bridge.scores(rows_UM[None])[0])
    if isinstance(part.square, DenseSquare):
        return _dense_rows(part.square, items_U, bridge)
    columns_MU = sparse.csr_array(part.square.weights_VV[items_U].T)
    if bridge.is_exact:
        return SparseRows(columns_MU)
    known_FU = sparse.csr_array(columns_MU[bridge.known_F])
    products_UE = np.asarray(known_FU.T @ bridge.inputs_FE, dtype=np.float32)
    sums_U = np.asarray(known_FU.sum(axis=0), dtype=np.float64)
    return JointRows((SparseRows(_moved(columns_MU, bridge)), _predicted(sums_U, products_UE, bridge)))


def _dense_rows(square: DenseSquare, items_U: NDArray[np.int32], bridge: Bridge) -> Rows:
    rows_UM, no_shifts_U = square.rows(items_U), np.zeros(len(items_U))
    if bridge.is_exact:
        is_full = len(square.items_M) == square.item_count
        return DenseRows(rows_UM, None if is_full else square.items_M, no_shifts_U)
    is_known_V = np.ones(len(bridge.to_model_V), dtype=np.bool_)
    is_known_V[bridge.new_W] = False
    numbers = np.full(square.item_count, PADDING, dtype=np.int32)
    numbers[bridge.to_model_V[is_known_V]] = np.flatnonzero(is_known_V)
    columns_M = numbers[square.items_M]
    order = np.argsort(columns_M, kind="stable")[np.count_nonzero(columns_M == PADDING) :]
    known = DenseRows(rows_UM[:, order], columns_M[order], no_shifts_U)
    known_UF = square.widened(rows_UM)[:, bridge.known_F]
    return JointRows((known, _predicted(known_UF.sum(axis=1, dtype=np.float64), known_UF @ bridge.inputs_FE, bridge)))


def _predicted(sums_U: NDArray[np.float64], products_UE: Floats, bridge: Bridge) -> DenseRows:
    """Give the rows of the items that the model never saw, from what the known ones' rows say of texts."""
    rows_UW = bridge.predicted(sums_U, products_UE)
    return DenseRows(rows_UW, bridge.new_W, np.zeros(len(rows_UW)))


def _moved(columns_MU: sparse.csr_array, bridge: Bridge) -> sparse.csr_array:
    """Put the model's items in the places of the catalogue's, new ones empty."""
    empty = columns_MU.shape[0]
    starts = np.append(columns_MU.indptr, columns_MU.indptr[-1])
    extended = sparse.csr_array((columns_MU.data, columns_MU.indices, starts), shape=(empty + 1, columns_MU.shape[1]))
    places_V = bridge.to_model_V.copy()
    places_V[bridge.new_W] = empty
    return sparse.csr_array(extended[places_V])
