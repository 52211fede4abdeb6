"""One user's history held against the whole catalogue, so that asking it again costs little.

Parts that are sums over events become rows, gathered once; a part that reads a history into numbers (a net) has a row
for each of these, the same for all histories; the others (personal habits) score as always.

Axes: B histories, L positions, U distinct items of the history, V items, M items of the model, K listed items.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import PADDING, Flags, Floats, History, HistoryBatch
from temporec_mcp.models.linear import DenseSquare, LinearPart
from temporec_mcp.models.part import ReadingPart
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.bridge import Bridge
from temporec_mcp.pipeline.joined_rows import JointRows, piled
from temporec_mcp.pipeline.rank import Served
from temporec_mcp.pipeline.rows import DenseRows, Moments, Rows, SparseRows, level, moments

SPARE = 10
"""Events beyond the length of a history that come into view when newer ones are left out, at most."""
MOST_ROWS = 200
"""Distinct items of a history; with more, the products of the rows would cost more than they save."""
MOST_CELLS = 4_000_000
"""Rows times items (16 MB a part of full width)."""

MOST_ADDED = 5
"""Items by which a history grows and is not gathered anew ..."""
MOST_GONE = 20
"""... while no more than so many of its rows are out of reach."""

EventPart = LinearPart | TextPart
"""A sum over events."""
RowPart = EventPart | ReadingPart


def is_bindable(served: Served, history: History) -> bool:
    """Tell whether the rows of this history are few and short enough to be kept."""
    row_count = len(np.unique(history.items_L[-(served.blend.history_length + SPARE) :]))
    return row_count <= MOST_ROWS and row_count * len(served.catalogue.item_ids) <= MOST_CELLS


def _items_in_reach(served: Served, history: History) -> NDArray[np.int32]:
    """Give the model's numbers of the distinct items that can come into view, ascending."""
    newest = history.items_L[-(served.blend.history_length + SPARE) :]
    items = newest if served.bridge.is_exact else served.bridge.to_model_V[newest]
    return np.unique(items[items != PADDING]).astype(np.int32)


class BoundHistory:
    """The rows of one history; only what a request weighs is gathered, and it is kept."""

    def __init__(self, served: Served, history: History) -> None:
        """Number the items in reach; nothing is gathered yet."""
        self.served = served
        self.history = history
        self._number(_items_in_reach(served, history))
        self._rows: dict[str, Rows] = {}
        self._kept: Over | None = None

    def grown(self, history: History) -> "BoundHistory | None":
        """Bind what the history has become, gathering only the rows of items that are new in it.

        None where too much has changed for that to be worth it.
        """
        items = _items_in_reach(self.served, history)
        added = np.setdiff1d(items, self._items_U)
        gone_count = len(self._items_U) + len(added) - len(items)
        if len(added) > MOST_ADDED or gone_count > MOST_GONE or len(self._items_U) + len(added) > MOST_ROWS:
            return None
        return self._with_rows(history, added)

    def covering(self, histories: Sequence[History]) -> "BoundHistory | None":
        """Give this, or with the rows of more items, so that it reaches everything in view of the histories.

        None where these are too many.
        """
        length = self.served.blend.history_length
        newest = np.unique(np.concatenate([history.items_L[-length:] for history in histories]))
        items = newest if self.served.bridge.is_exact else self.served.bridge.to_model_V[newest]
        added = np.setdiff1d(items[items != PADDING], self._items_U).astype(np.int32)
        if not len(added):
            return self
        row_count = len(self._items_U) + len(added)
        if row_count > MOST_ROWS or row_count * len(self.served.catalogue.item_ids) > MOST_CELLS:
            return None
        return self._with_rows(self.history, added)

    def _with_rows(self, history: History, added: NDArray[np.int32]) -> "BoundHistory":
        grown = BoundHistory(self.served, history)
        grown._number(np.concatenate((self._items_U, added)))
        kept = tuple(self._rows.items())
        parts = {part.name: part for part in self.served.blend.parts if isinstance(part, LinearPart | TextPart)}
        grown._rows = {
            name: piled(rows, _rows_of(parts[name], added, self.served)) if len(added) else rows for name, rows in kept
        }
        return grown

    def _number(self, items_U: NDArray[np.int32]) -> None:
        """Take the items of the rows, in the order of the rows."""
        self._items_U = items_U
        self._order_U = np.argsort(items_U)
        self._sorted_U = items_U[self._order_U]

    @property
    def cells(self) -> int:
        """The size of rows of full width."""
        return len(self._items_U) * len(self.served.catalogue.item_ids)

    def rows(self, part: RowPart) -> Rows:
        """Give the part's rows over the catalogue."""
        if not isinstance(part, LinearPart | TextPart):
            return self.served.reading_rows(part)
        if part.name not in self._rows:
            self._rows[part.name] = _rows_of(part, self._items_U, self.served)
        return self._rows[part.name]

    def over(self, candidates_V: Flags) -> "Over":
        """Give the moments of the rows over the candidates; those of the last candidates are kept."""
        kept = self._kept
        if kept is None or not np.array_equal(kept.candidates_V, candidates_V):
            self._kept = kept = Over(self, candidates_V)
        return kept

    def places(self, batch: HistoryBatch) -> tuple[NDArray[np.intp], Flags]:
        """Give the row of each event [B, L], and whether it has one: padding, and what is out of reach, has none."""
        if not len(self._items_U):
            return np.zeros(batch.items_BL.shape, dtype=np.intp), np.zeros(batch.items_BL.shape, dtype=np.bool_)
        places_BL = np.minimum(np.searchsorted(self._sorted_U, batch.items_BL), len(self._sorted_U) - 1)
        return self._order_U[places_BL], self._sorted_U[places_BL] == batch.items_BL

    def by_row(self, weights_BL: Floats, rows_BL: NDArray[np.intp]) -> Floats:
        """Add up the weights of the events of each row [B, U]."""
        shape = (len(weights_BL), len(self._items_U))
        cells = (rows_BL + np.arange(shape[0])[:, None] * shape[1]).ravel()
        return np.bincount(cells, weights_BL.ravel(), shape[0] * shape[1]).reshape(shape).astype(np.float32)


class Over:
    """A bound history over the candidates of a request."""

    def __init__(self, bound: BoundHistory, candidates_V: Flags) -> None:
        """Take the moments when they are asked for."""
        self.candidates_V = candidates_V
        self._bound = bound
        self._moments: dict[str, Moments] = {}
        self._standard: dict[str, tuple[Floats, Floats]] = {}

    def standard(self, name: str, scores_BV: Floats) -> Floats:
        """Give the standard scores of the part `name`, kept for one row that comes again as the same object."""
        kept = self._standard.get(name)
        if kept is not None and kept[0] is scores_BV:
            return kept[1]
        candidates_BV = np.broadcast_to(self.candidates_V, scores_BV.shape)
        standard_BV = self._bound.served.blend.standardise(name, scores_BV, candidates_BV)
        if len(scores_BV) == 1:
            self._standard[name] = (scores_BV, standard_BV)
        return standard_BV

    def moments(self, part: RowPart) -> Moments:
        """Give the moments of the part's rows."""
        if part.name not in self._moments:
            self._moments[part.name] = moments(self._bound.rows(part), self.candidates_V)
        return self._moments[part.name]


def _rows_of(part: EventPart, items_U: NDArray[np.int32], served: Served) -> Rows:
    """Gather the part's rows for the model's items, and carry them over the bridge to the catalogue."""
    bridge = served.bridge
    if isinstance(part, TextPart):
        return level(_text_rows(part, items_U, bridge))
    if isinstance(part.square, DenseSquare):
        return _dense_rows(part.square, items_U, bridge)
    chosen_UM = part.square.weights_VV[items_U]
    columns_MU = sparse.csr_array(chosen_UM.T)
    if bridge.is_exact:
        return SparseRows(columns_MU)
    predicted = _predicted(chosen_UM @ bridge.known_M, chosen_UM @ bridge.inputs_ME, bridge)
    return JointRows((SparseRows(_moved(columns_MU, bridge)), predicted))


def _text_rows(part: TextPart, items_U: NDArray[np.int32], bridge: Bridge) -> Floats:
    rows_UM = part.rows(items_U)
    if bridge.is_exact:
        return rows_UM
    if not (bridge.is_aligned and rows_UM.shape[1] == len(bridge.to_model_V)):
        return bridge.scores(rows_UM[None])[0]
    rows_UM[:, bridge.new_W] = bridge.predicted(rows_UM @ bridge.known_M, rows_UM @ bridge.inputs_ME)
    return rows_UM


def _dense_rows(square: DenseSquare, items_U: NDArray[np.int32], bridge: Bridge) -> Rows:
    rows_UM, columns_M, no_shifts_U = square.rows(items_U), square.items_M, np.zeros(len(items_U))
    if bridge.is_exact:
        return DenseRows(rows_UM, None if len(columns_M) == square.item_count else columns_M, no_shifts_U)
    predicted = _predicted(rows_UM @ bridge.known_M[columns_M], rows_UM @ bridge.inputs_ME[columns_M], bridge)
    numbers = np.full(square.item_count, PADDING, dtype=np.int32)
    is_known_V = np.ones(len(bridge.to_model_V), dtype=np.bool_)
    is_known_V[bridge.new_W] = False
    numbers[bridge.to_model_V[is_known_V]] = np.flatnonzero(is_known_V)
    columns_M = numbers[columns_M]
    if not (np.all(columns_M >= 0) and np.all(np.diff(columns_M) > 0)):
        order = np.argsort(columns_M, kind="stable")[np.count_nonzero(columns_M == PADDING) :]
        rows_UM, columns_M = rows_UM[:, order], columns_M[order]
    return JointRows((DenseRows(rows_UM, columns_M, no_shifts_U), predicted))


def _predicted(means_U: Floats, products_UE: Floats, bridge: Bridge) -> DenseRows:
    """Give the rows of the items that the model never saw, from what the known ones' rows say of texts."""
    rows_UW = bridge.predicted(means_U, products_UE)
    return DenseRows(rows_UW, bridge.new_W, np.zeros(len(rows_UW)))


def _moved(columns_MU: sparse.csr_array, bridge: Bridge) -> sparse.csr_array:
    """Put the model's items in the places of the catalogue's, new ones empty."""
    counts_M = np.diff(columns_MU.indptr)
    added = len(bridge.to_model_V) - len(counts_M)
    if bridge.is_aligned and added >= 0 and not counts_M[bridge.new_W[bridge.new_W < len(counts_M)]].any():
        starts = np.pad(columns_MU.indptr, (0, added), mode="edge")
        shape = (len(counts_M) + added, columns_MU.shape[1])
        return sparse.csr_array((columns_MU.data, columns_MU.indices, starts), shape=shape)
    empty = len(counts_M)
    starts = np.append(columns_MU.indptr, columns_MU.indptr[-1])
    extended = sparse.csr_array((columns_MU.data, columns_MU.indices, starts), shape=(empty + 1, columns_MU.shape[1]))
    places_V = bridge.to_model_V.copy()
    places_V[bridge.new_W] = empty
    return sparse.csr_array(extended[places_V])
