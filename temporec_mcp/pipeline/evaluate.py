"""Held-out quality: the whole catalogue is ranked for each case, never a sample of it.

Axes: B histories, C cases, K places of a list, V items.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import HISTORY_LENGTH, Flags, Floats, HistoryBatch, Indices
from temporec_mcp.domain.training import Metrics
from temporec_mcp.pipeline.split import HeldOut, case_candidates, case_histories, case_targets

LIST_LENGTH = 10
BATCH_CELLS = 400_000
"""Items times histories that are scored at once, at most; bounds memory."""
BOOTSTRAP_DRAWS = 2_000
DRAWN_AT_ONCE = 10_000_000
"""Users drawn at once, over several draws; bounds memory."""

FEWEST_USERS = 10
"""With fewer users than these, runs of a user's cases are drawn in their place: one user drawn again is no chance."""
LONGEST_RUN = 10
"""Cases of such a run, at most; what lies close together goes alike."""

Scorer = Callable[[HistoryBatch, Flags], Mapping[str, Floats]]
"""Gives scores [B, V] by model name from histories and their candidates [B, V]; -inf or less is never listed."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one model listed for each case."""

    users_C: Indices
    items_CK: Indices
    """The list, best first; PADDING where there were fewer candidates."""
    hits_CK: Flags
    target_counts_C: NDArray[np.int64]
    is_tied_C: Flags
    """The first target has the same timestamp as the event before it."""
    is_cold_C: Flags
    """No target was used in what the model learnt from."""
    novelty_CK: Floats
    """-log2 of each listed item's share of the events learnt from; NaN for items without any."""
    catalogue_size: int
    starts_C: NDArray[np.int64]
    """Row of the log where the case's history begins ..."""
    ends_C: NDArray[np.int64]
    """... and where it ends, this one not counted."""
    is_repeat_C: Flags
    """The first target was in the history."""
    popularity_C: Floats
    """Part of the used items that are used less than the first target, in what was learnt from; 0 for cold ones."""

    @property
    def ndcg_C(self) -> Floats:
        """NDCG of each case's list; the ideal list holds as many targets as fit."""
        gains_K = 1.0 / np.log2(np.arange(2, LIST_LENGTH + 2))
        ideal = np.concatenate(([1.0], np.cumsum(gains_K)))
        return (self.hits_CK @ gains_K / ideal[np.minimum(self.target_counts_C, LIST_LENGTH)]).astype(np.float32)

    @property
    def metrics(self) -> Metrics:
        """The means over the cases; zeros without cases."""
        return self.metrics_of(np.ones(len(self.users_C), dtype=np.bool_))

    @property
    def recall(self) -> float:
        """The mean part of a case's targets that the list holds."""
        return float((self.hits_CK.sum(axis=1) / np.maximum(self.target_counts_C, 1)).mean()) if len(self) else 0.0

    @property
    def novelty(self) -> float:
        """The mean of -log2 of the listed items' share of events, in bits."""
        return float(np.nanmean(self.novelty_CK)) if np.isfinite(self.novelty_CK).any() else 0.0

    def metrics_of(self, chosen_C: Flags) -> Metrics:
        """The means over the chosen cases, for instance the tied or the untied ones."""
        if not chosen_C.any():
            return Metrics(0.0, 0.0, 0.0, 0.0, 0)
        hits_CK = self.hits_CK[chosen_C]
        is_hit_C = hits_CK.any(axis=1)
        reciprocal_C = is_hit_C / (hits_CK.argmax(axis=1) + 1.0)
        listed = np.unique(self.items_CK[chosen_C])
        return Metrics(
            ndcg_at_10=float(self.ndcg_C[chosen_C].mean()),
            hit_rate_at_10=float(is_hit_C.mean()),
            mrr_at_10=float(reciprocal_C.mean()),
            coverage_at_10=float((listed >= 0).sum() / max(1, self.catalogue_size)),
            cases=int(chosen_C.sum()),
        )

    def __len__(self) -> int:
        """Count the cases."""
        return len(self.users_C)


def evaluate(
    score: Scorer, held: HeldOut, action_weights: Floats, length: int = HISTORY_LENGTH
) -> dict[str, Evaluation]:
    """Ask every case of `held` and compare the lists of 10 with its targets.

    Args:
        score: the models; all that it names share the batches.
        held: the cases; candidates are the whole catalogue, without the history unless the split keeps it.
        action_weights: for each action number, what an event of it says for its item.
        length: newest events that a history holds.

    Returns:
        For each name that `score` gives, what that model listed; empty without cases.
    """
    lists: dict[str, list[Indices]] = {}
    hits: dict[str, list[Flags]] = {}
    for chosen in batches(len(held.cases), len(held.log.item_ids)):
        cases = held.cases.take(chosen)
        candidates_BV = case_candidates(held, cases)
        targets_BV = case_targets(cases, len(held.log.item_ids))
        for name, scores_BV in score(case_histories(held.log, cases, action_weights, length), candidates_BV).items():
            items_BK = top_items(np.where(candidates_BV, scores_BV, -np.inf), LIST_LENGTH)
            lists.setdefault(name, []).append(items_BK)
            is_hit_BK = np.take_along_axis(targets_BV, np.maximum(items_BK, 0), axis=1) & (items_BK >= 0)
            hits.setdefault(name, []).append(_widened(is_hit_BK))
    return {name: _evaluation(held, np.concatenate(lists[name]), np.concatenate(hits[name])) for name in lists}


def batches(case_count: int, item_count: int) -> list[NDArray[np.intp]]:
    """Give the case numbers in runs small enough for one batch of scores."""
    size = max(1, min(256, BATCH_CELLS // max(1, item_count)))
    return [np.arange(start, min(start + size, case_count)) for start in range(0, case_count, size)]


def top_items(scores_BV: Floats, k: int) -> Indices:
    """Give the `k` best items of each row, best first, equal scores by item number; PADDING where scores are -inf."""
    k = min(k, scores_BV.shape[1])
    best_BK = np.sort(np.argpartition(-scores_BV, k - 1, axis=1)[:, :k], axis=1)
    kept_BK = np.take_along_axis(scores_BV, best_BK, axis=1)
    order_BK = np.argsort(-kept_BK, axis=1, kind="stable")
    items_BK = np.take_along_axis(best_BK, order_BK, axis=1)
    return np.where(np.isneginf(np.take_along_axis(kept_BK, order_BK, axis=1)), -1, items_BK).astype(np.int32)


def difference_interval(
    first: Evaluation, second: Evaluation, seed: int, chosen_C: Flags | None = None
) -> tuple[float, float, float]:
    """Give the mean NDCG difference first - second and its 95 % interval, by a paired bootstrap over users.

    Of few users it draws runs of their cases. With `chosen_C` over the chosen cases only, which must not be none.
    """
    chosen_C = np.ones(len(first), dtype=np.bool_) if chosen_C is None else chosen_C
    differences_C = (first.ndcg_C.astype(np.float64) - second.ndcg_C)[chosen_C]
    units_C = _drawn_together(first.users_C[chosen_C])
    sums_U = np.bincount(units_C, weights=differences_C)
    counts_U = np.bincount(units_C)
    chance = np.random.default_rng(seed)
    means: list[NDArray[np.float64]] = []
    for draws in np.array_split(np.arange(BOOTSTRAP_DRAWS), max(1, BOOTSTRAP_DRAWS * len(sums_U) // DRAWN_AT_ONCE)):
        drawn = chance.integers(0, len(sums_U), (len(draws), len(sums_U)))
        means.append(sums_U[drawn].sum(axis=1) / counts_U[drawn].sum(axis=1))
    low, high = np.quantile(np.concatenate(means), (0.025, 0.975))
    return float(differences_C.mean()), float(low), float(high)


def _drawn_together(users_C: Indices) -> NDArray[np.int64]:
    """Number what is drawn as one: the cases of a user, or where there are few users runs of them."""
    users, numbers_C = np.unique(users_C, return_inverse=True)
    if len(users) >= FEWEST_USERS:
        return numbers_C
    order_C = np.argsort(numbers_C, kind="stable")
    place_C = np.empty_like(order_C)
    place_C[order_C] = np.arange(len(order_C)) - np.searchsorted(numbers_C[order_C], numbers_C[order_C])
    run = min(LONGEST_RUN, max(1, len(users_C) // FEWEST_USERS))
    return np.unique(numbers_C * len(users_C) + place_C // run, return_inverse=True)[1]


def _widened(is_hit_BK: Flags) -> Flags:
    missing = LIST_LENGTH - is_hit_BK.shape[1]
    return np.pad(is_hit_BK, ((0, 0), (0, missing)))


def _evaluation(held: HeldOut, items_CK: Indices, hits_CK: Flags) -> Evaluation:
    log, cases = held.log, held.cases
    item_count = len(log.item_ids)
    pop_V = np.bincount(held.fit.items_N, minlength=item_count)
    has_past_C = cases.ends_C > cases.starts_C
    times_before_C = log.times_N[np.maximum(cases.ends_C - 1, 0)]
    is_warm_T = pop_V[cases.targets_T] > 0
    shares_V = np.where(pop_V > 0, pop_V / max(1, pop_V.sum()), np.nan)
    return Evaluation(
        users_C=cases.users_C,
        items_CK=items_CK,
        hits_CK=hits_CK,
        target_counts_C=np.diff(cases.target_starts_C),
        is_tied_C=has_past_C & (times_before_C == cases.as_of_C),
        is_cold_C=~np.logical_or.reduceat(is_warm_T, cases.target_starts_C[:-1]),
        novelty_CK=np.where(items_CK >= 0, -np.log2(shares_V[np.maximum(items_CK, 0)]), np.nan).astype(np.float32),
        catalogue_size=item_count,
        starts_C=cases.starts_C,
        ends_C=cases.ends_C,
        is_repeat_C=_repeats(held),
        popularity_C=_popularity(pop_V)[cases.targets_T[cases.target_starts_C[:-1]]],
    )


def _repeats(held: HeldOut) -> Flags:
    cases, items_N = held.cases, held.log.items_N
    firsts = cases.targets_T[cases.target_starts_C[:-1]].tolist()
    return np.array(
        [
            held.keeps_seen and bool((items_N[start:end] == first).any())
            for first, start, end in zip(firsts, cases.starts_C.tolist(), cases.ends_C.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )


def _popularity(pop_V: NDArray[np.int64]) -> Floats:
    """Give for each item the part of the used items that are used less, 0 for unused ones."""
    used = np.sort(pop_V[pop_V > 0])
    return (np.searchsorted(used, pop_V) / max(1, len(used))).astype(np.float32)
