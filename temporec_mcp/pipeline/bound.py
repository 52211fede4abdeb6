"""One user's history held against the whole catalogue for hundreds of questions, so that each costs little.

The rows are carried to the catalogue, so that their means and products over the candidates tell the spread of any sum
of them: a sum over events is then never added up for all items, only where somebody looks. A part that reads a history
into numbers (a net) has a row for each of these, the same for all histories; the others score as always.

Axes: B histories, L positions, U distinct items of the history, V items, M items of the model, K listed items.
"""

from collections.abc import Sequence

import numpy as np

from temporec_mcp.domain.log import PADDING, Flags, Floats, History, Indices
from temporec_mcp.models.linear import LinearPart
from temporec_mcp.models.part import ReadingPart
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.bridge import Bridge
from temporec_mcp.pipeline.joined_rows import JointRows, piled
from temporec_mcp.pipeline.rows import DenseRows, EventPart, Moments, Rows, SparseRows, level, moments, rows_of
from temporec_mcp.pipeline.served import Served
from temporec_mcp.pipeline.weighing import MOST_CELLS, MOST_ROWS, RowNumbers, items_in_reach

RowPart = EventPart | ReadingPart


class BoundHistory:
    """The rows of one history; only what a request weighs is gathered, and it is kept."""

    def __init__(self, served: Served, history: History) -> None:
        """Number the items in reach; nothing is gathered yet."""
        self.served = served
        self.history = history
        self.numbers = RowNumbers(items_in_reach(served, history))
        self._rows: dict[str, Rows] = {}
        self._kept: Over | None = None

    @property
    def cells(self) -> int:
        """The size of rows of full width."""
        return len(self.numbers) * len(self.served.catalogue.item_ids)

    def covering(self, histories: Sequence[History]) -> "BoundHistory | None":
        """Give this, or with the rows of more items, so that it reaches everything in view of the histories.

        None where these are too many.
        """
        length = self.served.blend.history_length
        newest = np.unique(np.concatenate([history.items_L[-length:] for history in histories]))
        items = self.served.bridge.to_model_V[newest]
        added = np.setdiff1d(items[items != PADDING], self.numbers.items_U)
        if not len(added):
            return self
        row_count = len(self.numbers) + len(added)
        if row_count > MOST_ROWS or row_count * len(self.served.catalogue.item_ids) > MOST_CELLS:
            return None
        covering = BoundHistory(self.served, self.history)
        covering.numbers = RowNumbers(np.concatenate((self.numbers.items_U, added)))
        parts = {part.name: part for part in self.served.blend.parts if isinstance(part, LinearPart | TextPart)}
        covering._rows = {
            name: piled(rows, _rows_of(parts[name], added, self.served)) for name, rows in tuple(self._rows.items())
        }
        return covering

    def rows(self, part: RowPart) -> Rows:
        """Give the part's rows over the catalogue."""
        if not isinstance(part, LinearPart | TextPart):
            return self.served.reading_rows(part)
        if part.name not in self._rows:
            self._rows[part.name] = _rows_of(part, self.numbers.items_U, self.served)
        return self._rows[part.name]

    def over(self, candidates_V: Flags) -> "Over":
        """Give the moments of the rows over the candidates; those of the last candidates are kept."""
        kept = self._kept
        if kept is None or not np.array_equal(kept.candidates_V, candidates_V):
            self._kept = kept = Over(self, candidates_V)
        return kept


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


def _rows_of(part: EventPart, items_U: Indices, served: Served) -> Rows:
    """Gather the part's rows for the model's items, and carry them over the bridge to the catalogue."""
    rows, bridge = rows_of(part, items_U), served.bridge
    if isinstance(rows, DenseRows) and rows.columns_M is None:
        rows_UV = bridge.scores(rows.rows_UM[None])[0]
        return level(rows_UV) if isinstance(part, TextPart) else DenseRows(rows_UV, None, rows.shifts_U)
    if bridge.is_exact:
        return rows
    predicted_UW = bridge.predicted(rows.onto(bridge.known_M), rows.onto(bridge.inputs_ME))
    return JointRows((_moved(rows, bridge), DenseRows(predicted_UW, bridge.new_W, rows.shifts_U)))


def _moved(rows: DenseRows | SparseRows, bridge: Bridge) -> DenseRows | SparseRows:
    """Put the model's items in the places of the catalogue's, without those that are new there."""
    numbers_M = np.full(len(bridge.known_M), PADDING, dtype=np.int32)
    numbers_M[bridge.to_model_V[bridge.known_K]] = bridge.known_K
    if isinstance(rows, SparseRows):
        return rows.moved(numbers_M, len(bridge.to_model_V))
    assert rows.columns_M is not None, "rows of full width are carried over as they are"
    columns_M = numbers_M[rows.columns_M]
    order = np.argsort(columns_M, kind="stable")[np.count_nonzero(columns_M == PADDING) :]
    return DenseRows(rows.rows_UM[:, order], columns_M[order], rows.shifts_U)
