"""Parts for data that repeat: what a user has often, and what tends to be in the next visit.

Axes: B histories, L positions, V items, M the most used items, S visits of all users.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import PADDING, EventLog, Floats, HistoryBatch
from temporec_mcp.models.linear import DenseSquare, LinearPart, load_linear
from temporec_mcp.models.pairs import most_used, positives
from temporec_mcp.models.part import FitData, Tensors
from temporec_mcp.models.recency import VISIT_GAP_SECONDS, Recency
from temporec_mcp.models.ridge import inverse, signed_root

REPEAT_HISTORY_LENGTH = 500
"""Newest events that matter where the data repeat."""


@dataclass(frozen=True, slots=True)
class FrequencyPart:
    """Root of the user's own decayed count of the item."""

    name: str
    item_count: int
    half_life_days: float

    def score(self, batch: HistoryBatch) -> Floats:
        """Give scores [B, V]; 0 for what the user never had, or has spoken against more."""
        decayed_BL = batch.weights_BL * 0.5 ** (batch.ages_BL / self.half_life_days)
        rows, columns = np.nonzero(batch.items_BL != PADDING)
        cells = rows * self.item_count + batch.items_BL[rows, columns]
        shape = (len(batch.as_of_B), self.item_count)
        counts = np.bincount(cells, weights=decayed_BL[rows, columns], minlength=shape[0] * shape[1]).reshape(shape)
        return np.sqrt(np.maximum(counts, 0.0)).astype(np.float32)

    def tensors(self) -> Tensors:
        """Give everything `load` needs to make an equal part."""
        return {"item_count": np.array(self.item_count), "half_life_days": np.array(self.half_life_days)}


@dataclass(frozen=True, slots=True)
class FrequencyKind:
    """How to make the personal frequency part."""

    name: str = "frequency"
    half_life_days: float = 180.0

    def fit(self, data: FitData) -> FrequencyPart:
        """Take the size of the catalogue; there is nothing to learn."""
        return FrequencyPart(self.name, len(data.log.item_ids), self.half_life_days)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> FrequencyPart:
        """Make the part that `tensors` was saved from."""
        return FrequencyPart(self.name, int(tensors["item_count"]), float(tensors["half_life_days"]))


@dataclass(frozen=True, slots=True)
class NextBasketKind:
    """How to make a ridge of each visit on the decayed sum of the earlier ones; the diagonal stays."""

    name: str = "next_basket"
    penalty: float = 500.0
    decay: float = 0.5
    """Per visit back, in fitting and in scoring."""
    furthest: int = 10
    """Visits back that are summed in fitting."""

    def fit(self, data: FitData) -> LinearPart:
        """Solve the ridge over the most used items."""
        log = positives(data)
        items_M = most_used(log)
        visits_SM, past_SM = self._visits(log)
        visits_SM, past_SM = visits_SM[:, items_M], past_SM[:, items_M]
        gram_MM = (past_SM.T @ past_SM).toarray()
        solution_MM = signed_root(inverse(gram_MM, self.penalty) @ (past_SM.T @ visits_SM).toarray())
        square = DenseSquare(len(log.item_ids), items_M, solution_MM.astype(np.float32))
        recency = Recency(rate=self.decay, length=REPEAT_HISTORY_LENGTH, is_by_visit=True)
        return LinearPart(self.name, square, recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> LinearPart:
        """Make the part that `tensors` was saved from."""
        return load_linear(self.name, tensors)

    def _visits(self, log: EventLog) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Give the visits by items [S, V], and for each visit the decayed sum of its user's earlier visits."""
        numbers_N = visit_numbers(log)
        count = int(numbers_N[-1]) + 1 if len(numbers_N) else 0
        cells = sparse.coo_array(
            (np.ones(len(numbers_N)), (numbers_N, log.items_N)), shape=(count, len(log.item_ids))
        ).tocsr()
        cells.data[:] = 1.0
        users_S = np.zeros(count, dtype=np.int64)
        users_S[numbers_N] = log.users_N
        shifts = sparse.csr_array((count, count))
        for back in range(1, min(self.furthest, count - 1) + 1):
            later = np.flatnonzero(users_S[back:] == users_S[:-back]) + back
            weights = np.full(len(later), np.exp(-self.decay * (back - 1)))
            shifts = shifts + sparse.coo_array((weights, (later, later - back)), shape=(count, count)).tocsr()
        return cells, sparse.csr_array(shifts @ cells)


FREQUENCY = FrequencyKind()
HABIT = FrequencyKind("habit")
"""The same count as `frequency`, but weighed as it is: once a week for a year says more than twice in all."""
NEXT_BASKET = NextBasketKind()
PERSONAL_FREQUENCY = FrequencyKind("personal_frequency", half_life_days=60.0)
"""The baseline."""


def visit_numbers(log: EventLog) -> NDArray[np.int64]:
    """Number the visits of all users: a visit is a run of events without a pause over an hour."""
    starts_N = np.zeros(len(log.times_N), dtype=np.bool_)
    starts_N[1:] = np.diff(log.times_N) > VISIT_GAP_SECONDS
    starts_N[log.offsets_U[:-1][np.diff(log.offsets_U) > 0]] = True
    return np.cumsum(starts_N, dtype=np.int64) - 1
