"""Rank the catalogue for one question: candidates, scores, the query's pull, diversity.

Axes: B histories, L positions, V items of the catalogue, M items of the model, P parts, D text width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import (
    PADDING,
    Flags,
    Floats,
    History,
    HistoryBatch,
    Indices,
    Times,
    batch_histories,
)
from temporec_mcp.models.blend import Wide
from temporec_mcp.models.part import Part
from temporec_mcp.pipeline.context import in_context
from temporec_mcp.pipeline.served import Served, part_scores

QUERY = "query"
"""Name of what the words asked for add to a score, beside the parts of the blend."""
MOST_DIVERSITY = 0.99
"""From here on scores only order what is equally unlike the list so far."""


@dataclass(frozen=True, slots=True)
class RankConfig:
    """The ranker's numbers."""

    query_weight: float = 3.0
    """Weight of the query's z-score beside the blend's value; words that were asked for lead the list."""
    diversity_pool: int = 100
    """Best candidates among which diversity chooses."""


CONFIG = RankConfig()


@dataclass(frozen=True, slots=True)
class Question:
    """One request in numbers."""

    candidates_V: Flags
    action_weights: Floats
    """For each action number of the histories, what an event of it says for its item."""
    context: int = PADDING
    """The context asked for, as numbered in the histories; PADDING for none."""
    query_D: Floats | None = None
    """Text vector of the query, of length 1."""
    diversity: float = 0.0


@dataclass(frozen=True, slots=True)
class CandidateRule:
    """Which items may be in the list."""

    include_seen: bool
    excluded: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    """Lower case; an item needs one of them. Empty allows all."""


def candidates(catalogue: Catalogue, history: History, action_weights: Floats, rule: CandidateRule) -> Flags:
    """Give the items [V] that may be listed for the user of `history`.

    Items that only other users used, and that came with no catalogue, are never among them; nor is an item whose
    newest event of this user speaks against it.
    """
    allowed_V = catalogue.public_V.copy()
    allowed_V[history.items_L] = True
    allowed_V &= catalogue.available_V
    newest_weight_V = np.ones(len(allowed_V), dtype=np.float32)
    # Of several values for one place the last one stays, which is the newest event's.
    newest_weight_V[history.items_L] = action_weights[history.actions_L] if rule.include_seen else -1.0
    allowed_V &= newest_weight_V >= 0
    if rule.excluded:
        allowed_V &= np.array([item_id not in rule.excluded for item_id in catalogue.item_ids], dtype=np.bool_)
    if rule.categories:
        allowed_V &= np.array(
            [any(name.lower() in rule.categories for name in names) for names in catalogue.categories], dtype=np.bool_
        )
    return allowed_V


def best(scores_BV: Floats, k: int) -> Indices:
    """Give the item numbers of the `k` highest scores of each row [B, k], best first, ties by item number."""
    k = min(k, scores_BV.shape[1])
    pool_BK = np.argpartition(-scores_BV, k - 1, axis=1)[:, :k]
    pool_BK.sort(axis=1)
    order_BK = np.argsort(-np.take_along_axis(scores_BV, pool_BK, axis=1), axis=1, kind="stable")
    return np.take_along_axis(pool_BK, order_BK, axis=1).astype(np.int32)


class Ranked:
    """One question with its candidates, filters and query fixed; see `BoundRanker`."""

    def __init__(self, served: Served, question: Question, config: RankConfig = CONFIG) -> None:
        """Fix `question` on `served`; the query's pull is computed once."""
        self.served = served
        self.question = question
        self._config = config
        self.query_V = self._query_pull()
        """What the words asked for add to each item's score [V]; None without a query or without texts."""

    @property
    def item_ids(self) -> Sequence[str]:
        """The V items that scores are given for."""
        return self.served.catalogue.item_ids

    @property
    def weighing_parts(self) -> list[Part]:
        """The parts that count."""
        blend = self.served.blend
        return [part for part in blend.parts if blend.weights.get(part.name, 0.0)]

    def score(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        """Give final ranking values [B, V], -inf where an item is no candidate, diversity not yet applied."""
        candidates_BV = np.broadcast_to(self.question.candidates_V, (len(histories), len(self.item_ids)))
        scores_BV = self.served.blend.combine(self._part_scores(histories, as_of_B), candidates_BV)
        return scores_BV if self.query_V is None else scores_BV + self.query_V

    def score_items(self, histories: Sequence[History], as_of_B: Times, items: Sequence[int]) -> Floats:
        """Give the ranking values [B, K] of chosen candidates."""
        return self.score(histories, as_of_B)[:, items]

    def contributions(self, history: History, as_of: float, item: int) -> dict[str, float]:
        """Give what each part, and the query, adds to the score of item number `item`."""
        return self.contributions_of(history, as_of, [item])[0]

    def contributions_of(self, history: History, as_of: float, items: Sequence[int]) -> list[dict[str, float]]:
        """Give the contributions for each of several items, from one scoring."""
        added = self.added([history], np.array([as_of]), items)
        return [{name: float(values_BK[0, place]) for name, values_BK in added.items()} for place in range(len(items))]

    def contributions_at(self, history: History, as_of_B: Times, item: int) -> list[dict[str, float]]:
        """Give the contributions at each of several moments, from one scoring."""
        added = self.added([history] * len(as_of_B), as_of_B, [item])
        return [{name: float(values_BK[row, 0]) for name, values_BK in added.items()} for row in range(len(as_of_B))]

    def added(self, histories: Sequence[History], as_of_B: Times, items: Sequence[int]) -> dict[str, Wide]:
        """Give what each part, and the query, adds to the scores [B, K] of the chosen items."""
        chosen_K = np.asarray(items, dtype=np.intp)
        return self.parts_added(histories, as_of_B, chosen_K) | self._query_added(len(histories), chosen_K)

    def parts_added(self, histories: Sequence[History], as_of_B: Times, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give what each part alone adds to the scores [B, K] of the chosen items."""
        candidates_BV = np.broadcast_to(self.question.candidates_V, (len(histories), len(self.item_ids)))
        return self.served.blend.contributions(self._part_scores(histories, as_of_B), candidates_BV, items_K)

    def _query_added(self, count: int, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        if self.query_V is None:
            return {}
        return {QUERY: np.repeat(self.query_V[None, items_K].astype(np.float64), count, axis=0)}

    def top(self, scores_V: Floats, k: int) -> list[int]:
        """Give the item numbers of the list of `k`, best first, after diversity."""
        return [item for item, _ in self.select(scores_V, k)]

    def select(self, scores_V: Floats, k: int) -> list[tuple[int, float]]:
        """Give the list of `k` as pairs of item number and final value, which never rises along the list."""
        is_diverse = self.question.diversity > 0 and self.served.vectors_VD is not None
        pool = _top(scores_V, max(k, self._config.diversity_pool) if is_diverse else k)
        vectors_VD = self.served.vectors_VD
        if not self.question.diversity or vectors_VD is None or len(pool) < 2:
            return [(item, float(scores_V[item])) for item in pool[:k]]
        return _diversify(pool, scores_V[pool], vectors_VD[pool], k, self.question.diversity)

    def batch(self, histories: Sequence[History], as_of_B: Times) -> HistoryBatch:
        """Pad the histories for the parts, what was done in the context asked for weighing more."""
        length = self.served.blend.history_length
        batch = batch_histories(histories, as_of_B, self.question.action_weights, length)
        return in_context(batch, np.full(len(histories), self.question.context, dtype=np.int32))

    def _part_scores(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        return part_scores(self.served, self.batch(histories, as_of_B))

    def _query_pull(self) -> Floats | None:
        """Give the query's weighted z-score over the candidates [V]; None without a query or without texts."""
        query_D, vectors_VD = self.question.query_D, self.served.vectors_VD
        candidates_V = self.question.candidates_V
        if query_D is None or vectors_VD is None or not candidates_V.any():
            return None
        cosine_V = vectors_VD @ query_D
        spread = float(cosine_V[candidates_V].std())
        if spread == 0:
            return None
        pull_V = self._config.query_weight * (cosine_V - cosine_V[candidates_V].mean()) / spread
        return pull_V.astype(np.float32)


def _top(scores_V: Floats, k: int) -> list[int]:
    """Give the item numbers of the `k` highest scores above -inf, best first, ties by item number."""
    bar = -np.inf if k >= len(scores_V) else np.partition(scores_V, -k)[-k]
    pool = np.flatnonzero((scores_V >= bar) & np.isfinite(scores_V))
    return pool[np.argsort(-scores_V[pool], kind="stable")][:k].tolist()


def _diversify(
    pool: list[int], scores_P: Floats, vectors_PD: Floats, k: int, diversity: float
) -> list[tuple[int, float]]:
    """Choose `k` of the pool one by one: score less the price of likeness to what is chosen.

    Maximal marginal relevance (Carbonell and Goldstein 1998) with relevance scaled to 0..1 over the pool, written in
    the unit of the scores, so that a value is the score and what diversity takes off it. A value can only fall as the
    chosen grow, so the list's values never rise.
    """
    share = min(diversity, MOST_DIVERSITY)
    price = share / (1.0 - share) * (float(scores_P.max() - scores_P.min()) or 1.0)
    likeness_P = np.zeros(len(pool), dtype=np.float32)
    free_P = np.ones(len(pool), dtype=np.bool_)
    chosen: list[tuple[int, float]] = []
    while len(chosen) < min(k, len(pool)):
        value_P = np.where(free_P, scores_P - price * likeness_P, -np.inf)
        best = int(value_P.argmax())
        chosen.append((pool[best], float(value_P[best])))
        free_P[best] = False
        likeness_P = np.maximum(likeness_P, vectors_PD @ vectors_PD[best])
    return chosen
