"""Dense linear parts: ridge regressions of the next item on what is in the history.

With G = X'X + lambda I, P = G^-1 and targets C, the solution whose diagonal is 0 is
B = PC - P diag(diag(PC) / diag(P)); with C = X'X this is EASE (Steck 2019, "Embarrassingly Shallow Autoencoders for
Sparse Data", eq. 8).

Axes: N events, M the most used items, V items.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from temporec_mcp.domain.log import EventLog, Indices
from temporec_mcp.models.linear import DenseSquare, LinearPart, load_linear
from temporec_mcp.models.pairs import PairRows, most_used, pair_sum, positives, two_way_sum, user_items
from temporec_mcp.models.part import FitData
from temporec_mcp.models.recency import NO_DECAY, SLOW_DECAY, Recency

Matrix = NDArray[np.float64]
EASE_RECENCY = Recency(rate=0.005)
LOCAL_RECENCY = Recency(rate=0.05, power=0.5, age_scale_days=0.04, age_power=0.2)


@dataclass(frozen=True, slots=True)
class EaseKind:
    """How to make EASE: every item from all others of the same user, with a history that decays when it scores."""

    name: str = "ease"
    penalty: float = 400.0
    next_recency: Recency = EASE_RECENCY
    weeks_recency: Recency = NO_DECAY

    def fit(self, data: FitData) -> LinearPart:
        """Solve the ridge over the most used items."""
        log = positives(data)
        items_M = most_used(log)
        inverse_MM = inverse(co_use(log, items_M), self.penalty)
        # With the gram matrix as the target, PC = I - lambda P, and the solution needs no product.
        solution_MM = -inverse_MM / np.diag(inverse_MM)[None, :]
        np.fill_diagonal(solution_MM, 0.0)
        square = DenseSquare(len(log.item_ids), items_M, solution_MM.astype(np.float32))
        return LinearPart(self.name, square, self.next_recency if data.horizon == "next" else self.weeks_recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> LinearPart:
        """Make the part that `tensors` was saved from."""
        return load_linear(self.name, tensors)


@dataclass(frozen=True, slots=True)
class LocalRidgeKind:
    """How to make a ridge that sees only the neighbourhood of each event in time order.

    x_t = sum_k e^(-decay k) e_item(t - k), G = sum_t x_t x_t' + mix X'X, and C sums
    pairs weighted e^(-decay (d - 1)), + mix X'X; the signed root of the solution is taken, so many
    small hints add up.
    """

    name: str = "local_ridge"
    penalty: float = 300.0
    decay: float = 0.2
    mix: float = 0.1
    reverse: float = 0.5
    """What a pair counts backwards; 0 keeps the direction."""
    next_recency: Recency = LOCAL_RECENCY
    weeks_recency: Recency = SLOW_DECAY

    def fit(self, data: FitData) -> LinearPart:
        """Solve the ridge over the most used items."""
        log = positives(data)
        items_M = most_used(log)
        together_MM = self.mix * co_use(log, items_M)
        near_MM = chosen(self._following(log), items_M) + together_MM
        around_MM = neighbourhood(log, items_M, self.decay) + together_MM
        solution_MM = signed_root(zero_diagonal_ridge(around_MM, near_MM, self.penalty))
        square = DenseSquare(len(log.item_ids), items_M, solution_MM.astype(np.float32))
        return LinearPart(self.name, square, self.next_recency if data.horizon == "next" else self.weeks_recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> LinearPart:
        """Make the part that `tensors` was saved from."""
        return load_linear(self.name, tensors)

    def _following(self, log: EventLog) -> sparse.csr_array:
        if self.reverse:
            return two_way_sum(log, self._weigh, self.reverse)
        return pair_sum(log, self._weigh)

    def _weigh(self, rows: PairRows) -> Matrix:
        return np.full(len(rows.earlier), np.exp(-self.decay * (rows.distance - 1)))


LOCAL_RIDGE = LocalRidgeKind()
DIRECTED_RIDGE = LocalRidgeKind(name="directed_ridge", reverse=0.0)
EASE = EaseKind()
DECAYED_EASE = EaseKind(name="ease_decayed", next_recency=Recency(rate=0.05))
"""The baseline."""


def co_use(log: EventLog, items_M: Indices) -> Matrix:
    """Count the users that had both items [M, M]."""
    used_UM = user_items(log)[:, items_M].astype(np.float64)
    return (used_UM.T @ used_UM).toarray()


def chosen(pairs_VV: sparse.csr_array, items_M: Indices) -> Matrix:
    """Give the cells of the items `items_M` as a dense matrix."""
    return pairs_VV[items_M][:, items_M].toarray()


def neighbourhood(log: EventLog, items_M: Indices, decay: float) -> Matrix:
    """Give sum_t x_t x_t' [M, M], where x_t holds each event up to t with weight e^(-decay steps back).

    The events at steps p and p + d of a user with n events meet in every x_t from p + d on, which is a geometric sum:
    e^(-decay d) (1 - e^(-2 decay (n - p - d))) / (1 - e^(-2 decay)).
    """
    ends_N = np.repeat(log.offsets_U[1:], np.diff(log.offsets_U))
    left_N = ends_N - np.arange(len(log.items_N))
    tails_N = (1.0 - np.exp(-2.0 * decay * left_N)) / (1.0 - np.exp(-2.0 * decay))

    def weigh(rows: PairRows) -> Matrix:
        return np.exp(-decay * rows.distance) * tails_N[rows.later]

    pairs_MM = chosen(pair_sum(log, weigh), items_M)
    own_V = np.bincount(log.items_N, weights=tails_N, minlength=len(log.item_ids))
    return pairs_MM + pairs_MM.T + np.diag(own_V[items_M])


def inverse(gram_MM: Matrix, penalty: float) -> Matrix:
    """Invert the symmetric gram matrix with `penalty` added to its diagonal."""
    if not len(gram_MM):
        return gram_MM
    factor_MM, _ = linalg.lapack.dpotrf(gram_MM + penalty * np.eye(len(gram_MM)), lower=1, overwrite_a=1)
    half_MM, _ = linalg.lapack.dpotri(factor_MM, lower=1, overwrite_c=1)
    lower_MM = np.tril(half_MM)
    return lower_MM + np.tril(lower_MM, -1).T


def zero_diagonal_ridge(gram_MM: Matrix, targets_MM: Matrix, penalty: float) -> Matrix:
    """Solve the ridge for all targets at once with a zero diagonal; row i says what item i speaks for."""
    inverse_MM = inverse(gram_MM, penalty)
    # Single precision halves the dearest step; the entries that rank are far above its rounding.
    free_MM = inverse_MM.astype(np.float32) @ targets_MM.astype(np.float32)
    solution_MM = free_MM - inverse_MM * (np.diag(free_MM) / np.diag(inverse_MM))[None, :]
    np.fill_diagonal(solution_MM, 0.0)
    return solution_MM


def signed_root(values: Matrix) -> Matrix:
    """Give sign(x) sqrt |x|."""
    return np.sign(values) * np.sqrt(np.abs(values))
