"""Scores of histories whose items have rows: what every part adds, from the rows.

Axes: P parts, B histories, L positions (0 is the newest), U rows, V items, K chosen items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats, History, Times
from temporec_mcp.models.blend import Wide
from temporec_mcp.models.linear import LinearPart
from temporec_mcp.models.part import Part, ReadingPart
from temporec_mcp.models.popularity import PopularityPart, RecentPopularityPart
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.bound import BoundHistory, RowPart
from temporec_mcp.pipeline.rank import Ranked
from temporec_mcp.pipeline.weighing import Weighed


@dataclass(frozen=True, slots=True)
class Term:
    """A part that is a weighted sum of rows: what it adds is factor x (sum of weight x row - mean)."""

    part: RowPart
    factors_B: Wide
    means_B: Wide
    weights_BU: Floats


@dataclass(frozen=True, slots=True)
class Scoring:
    """What every part adds to the scores of a batch of histories."""

    scorer: "RowScorer"
    shape: tuple[int, int]
    """Histories, and items of the catalogue."""
    weighed: Weighed
    terms: tuple[Term, ...]
    """First those of the parts that are weighed."""
    others: dict[str, Floats]
    """By the name of any other part, what it adds [B, V]."""

    def total(self) -> Floats:
        """Give the blended scores [B, V]."""
        total_BV = np.zeros(self.shape, dtype=np.float32)
        for term in self.terms:
            weights_BU = (term.factors_B[:, None] * term.weights_BU).astype(np.float32)
            self.scorer.bound.rows(term.part).add_to(total_BV, weights_BU)
            total_BV -= (term.factors_B * term.means_B)[:, None].astype(np.float32)
        for scores_BV in self.others.values():
            total_BV += scores_BV
        return total_BV

    def at(self, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give what each part adds [B, K] to the chosen items."""
        columns = self.scorer.columns(items_K)
        found: dict[str, Wide] = {}
        for term in self.terms:
            sums_BK = term.weights_BU @ columns.of(term.part)
            found[term.part.name] = term.factors_B[:, None] * (sums_BK - term.means_B[:, None])
        return found | {name: scores_BV[:, items_K].astype(np.float64) for name, scores_BV in self.others.items()}

    def by_event(self, items_K: NDArray[np.intp]) -> Wide:
        """Give what each event of the only history adds to the chosen items [L, K], all others staying as they are."""
        columns, over = self.scorer.columns(items_K), self.scorer.over
        above_PUK = [columns.of(part) - over.moments(part).means_U[:, None] for part in self.weighed.parts]
        factors_P = np.array([term.factors_B[0] for term in self.terms[: len(above_PUK)]])
        return self.weighed.by_event(factors_P, above_PUK, len(items_K))


class Columns:
    """The rows at the listed items, taken once a part."""

    def __init__(self, bound: BoundHistory, items_K: NDArray[np.intp]) -> None:
        """Take nothing yet."""
        self.items_K = items_K
        self._bound = bound
        self._taken: dict[str, Floats] = {}

    def of(self, part: RowPart) -> Floats:
        """Give the part's rows [U, K]."""
        if part.name not in self._taken:
            self._taken[part.name] = self._bound.rows(part).at(self.items_K)
        return self._taken[part.name]


class RowScorer:
    """Scores for one question, from the rows of a bound history."""

    def __init__(self, ranked: Ranked, bound: BoundHistory) -> None:
        """Hold the question against the rows."""
        self.ranked = ranked
        self.bound = bound
        self.over = bound.over(ranked.question.candidates_V)
        self._columns: Columns | None = None

    def scores(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        """Give the final ranking values [B, V], -inf as always, of histories whose items have rows here."""
        scores_BV = self.scored(histories, as_of_B, self.ranked.weighing_parts).total()
        if self.ranked.query_V is not None:
            scores_BV += self.ranked.query_V
        scores_BV[:, ~self.ranked.question.candidates_V] = -np.inf
        return scores_BV

    def parts_added(self, histories: Sequence[History], as_of_B: Times, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give what each part adds to the scores [B, K] of such histories at the chosen items."""
        added = self.scored(histories, as_of_B, self.ranked.weighing_parts).at(items_K)
        shape = (len(histories), len(items_K))
        nothing = {name: np.zeros(shape, dtype=np.float64) for name in self.ranked.served.blend.names}
        return nothing | {name: np.broadcast_to(added_BK, shape) for name, added_BK in added.items()}

    def columns(self, items_K: NDArray[np.intp]) -> Columns:
        """Give the rows at the chosen items; those at the last ones are kept."""
        if self._columns is None or not np.array_equal(self._columns.items_K, items_K):
            self._columns = Columns(self.bound, items_K)
        return self._columns

    def scored(self, histories: Sequence[History], as_of_B: Times, parts: Sequence[Part]) -> Scoring:
        """Give what these parts add to the scores of histories whose items have rows."""
        served = self.ranked.served
        batch = served.bridge.histories(self.ranked.batch(histories, as_of_B))
        weighed = self.bound.numbers.weigh(parts, batch)
        terms = [self._term(*told) for told in zip(weighed.parts, weighed.by_row_PBU, strict=True)]
        others: dict[str, Floats] = {}
        for part in parts:
            if isinstance(part, LinearPart | TextPart):
                continue
            # Asked last, because to find out whether a part can read a history takes longer than to add it up.
            if not isinstance(part, PopularityPart | RecentPopularityPart) and isinstance(part, ReadingPart):
                terms.append(self._term(part, part.readings(batch)))
            else:
                standard_BV = self.over.standard(part.name, served.scores(part, batch))
                others[part.name] = np.float32(served.blend.weights[part.name]) * standard_BV
        shape = (len(histories), len(self.ranked.item_ids))
        return Scoring(self, shape, weighed, tuple(terms), others)

    def _term(self, part: RowPart, weights_BU: Floats) -> Term:
        blend = self.ranked.served.blend
        means_B, scales_B = self.over.moments(part).scales(weights_BU)
        if part.name in blend.logit_parts:
            scales_B = np.ones_like(scales_B)
        return Term(part, blend.weights[part.name] * scales_B, means_B, weights_BU)
