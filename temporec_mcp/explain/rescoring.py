"""Asks a ranker the same question again, with events left out or at another moment.

Axes: B histories, V items, K watched items: the explained one and the best others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from temporec_mcp.domain.log import DAY_SECONDS, Floats
from temporec_mcp.domain.ranking import BoundRanker
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.explain.target import ExplainTarget

Positions = frozenset[int]
"""Places in the history, 0 is the oldest event."""
Question = tuple[Positions, float]
"""Events to leave out, and how many days later to ask."""
NOW_AND_ALL: Question = (frozenset(), 0.0)

BATCH_CELLS = 4_000_000
"""Scores held at once, about 16 MB."""
BATCH_ROWS = 256
WATCHED_ITEMS = 100
"""Best other items that are looked at while choosing; what is then told is held against all of them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How the explained item stands in one scoring."""

    score: float
    margin: float
    """Its score minus that of the k-th best other watched one, so above 0 inside the plain top k; inf with too few."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one item stands in one scoring, in the list as it would be shown."""

    score: float
    rank: int
    """The place in the list of k after diversity; beyond the list the rank by score, but at least k + 1."""
    is_listed: bool


class Rescorer:
    """Scores the target's history with events left out; equal questions are asked once."""

    def __init__(self, ranker: BoundRanker, target: ExplainTarget) -> None:
        """Score the whole history.

        Raises:
            InvalidInputError: the item is no candidate of the request.
        """
        self.ranker = ranker
        self.target = target
        self._as_of = target.as_of.timestamp()
        self._known: dict[Positions, Measure] = {}
        self._standings: dict[Positions, Standing] = {}
        scores_V = self.ask([NOW_AND_ALL])[0]
        if not np.isfinite(scores_V[target.item]):
            raise InvalidInputError(
                f"The item {ranker.item_ids[target.item]!r} was no candidate of this request: it is in the history "
                "already, was excluded, is not available, or does not fit the filters.",
                "Explain an item of the list, or ask with include_seen.",
            )
        candidates = scores_V[np.isfinite(scores_V)].astype(np.float64)
        self.candidate_count = len(candidates)
        self.mean = float(candidates.mean())
        self.spread = float(candidates.std()) or 1.0
        self.base_scores_V = scores_V
        self.watched = [target.item, *self._best_others(scores_V)]
        self.base = self.without([frozenset()])[0]
        self.now = self.standing(scores_V)

    @property
    def everything(self) -> Positions:
        """All positions of the history."""
        return frozenset(range(len(self.target.history)))

    def without(self, removals: Iterable[Positions]) -> list[Measure]:
        """Give the item's measures with each of the sets left out, scored in batches."""
        asked = list(removals)
        fresh = [removed for removed in dict.fromkeys(asked) if removed not in self._known]
        rows = int(np.clip(BATCH_CELLS // max(1, len(self.ranker.item_ids)), 1, BATCH_ROWS))
        for start in range(0, len(fresh), rows):
            chunk = fresh[start : start + rows]
            histories = [self.target.history.without(sorted(removed)) for removed in chunk]
            scores_BK = self.ranker.score_items(histories, np.full(len(chunk), self._as_of), self.watched)
            self._known.update(zip(chunk, self._measure(scores_BK), strict=True))
        return [self._known[removed] for removed in asked]

    def standing_without(self, removed: Positions) -> Standing:
        """Give how the item stands among all without a set."""
        if removed not in self._standings:
            self._standings[removed] = self.standing(self.ask([(removed, 0.0)])[0])
        return self._standings[removed]

    def effects(self, removals: Sequence[Positions]) -> list[float]:
        """Give score minus score without each of the sets."""
        return [self.base.score - measure.score for measure in self.without(removals)]

    def ask(self, questions: Sequence[Question]) -> Floats:
        """Give all scores [B, V] of B questions in one batch; nothing is taken from earlier answers."""
        histories = [self.target.history.without(sorted(removed)) for removed, _ in questions]
        later_B = np.array([days for _, days in questions], dtype=np.float64)
        return self.ranker.score(histories, self._as_of + later_B * DAY_SECONDS)

    def shown_value(self) -> float:
        """Give the value that the list shows for the item: its score, unless diversity changed it."""
        listed = dict(self.ranker.select(self.base_scores_V, self.target.k))
        return listed.get(self.target.item, self.now.score)

    def standing(self, scores_V: Floats, item: int | None = None) -> Standing:
        """Give how the explained item (or another) stands in `scores_V`, diversity included."""
        number = self.target.item if item is None else item
        score = float(scores_V[number])
        listed = self.ranker.top(scores_V, self.target.k)
        if number in listed:
            return Standing(score, listed.index(number) + 1, is_listed=True)
        by_score = 1 + int(np.count_nonzero(scores_V > score))
        return Standing(score, max(self.target.k + 1, by_score), is_listed=False)

    def _best_others(self, scores_V: Floats) -> list[int]:
        """Give the best other candidates by score, more than are listed."""
        count = min(self.candidate_count - 1, max(WATCHED_ITEMS, 2 * self.target.k))
        order = np.argsort(-scores_V, kind="stable")[: count + 1].tolist()
        return [item for item in order if item != self.target.item][:count]

    def _measure(self, scores_BK: Floats) -> list[Measure]:
        own_B, others_BK = scores_BK[:, 0].astype(np.float64), scores_BK[:, 1:]
        bar = others_BK.shape[1] - self.target.k
        margins_B = own_B - np.partition(others_BK, bar, axis=1)[:, bar] if bar >= 0 else np.full(len(own_B), np.inf)
        return [Measure(float(own), float(margin)) for own, margin in zip(own_B, margins_B, strict=True)]
