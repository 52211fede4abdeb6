"""Scores of histories whose items have rows: what every part adds, from the rows.

Axes: B histories, L positions (0 is the newest), U rows, V items, K chosen items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats, History, HistoryBatch, Times
from temporec_mcp.models.blend import Wide
from temporec_mcp.models.linear import LinearPart, Recency
from temporec_mcp.models.part import Part, ReadingPart
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.bound import BoundHistory, RowPart
from temporec_mcp.pipeline.rank import Ranked


@dataclass(frozen=True, slots=True)
class Term:
    """A part that is a weighted sum of rows: what it adds is factor x (sum of weight x row - mean)."""

    part: RowPart
    factors_B: Wide
    means_B: Wide
    weights_BU: Floats
    events: tuple[Floats, NDArray[np.intp]] | None
    """What each event weighs [B, L], and its row [B, L]; None where the rows are no events'."""


class Events:
    """The events of a batch, and their rows."""

    def __init__(self, batch: HistoryBatch, bound: BoundHistory) -> None:
        """Find each event's row."""
        self.batch = batch
        self._rows_BL, self._is_bound_BL = bound.places(batch)
        ages_BL = np.maximum(batch.as_of_B[:, None] - batch.times_BL, 0.0)
        self._ages = np.sort(ages_BL[self._is_bound_BL])

    def are_inside(self, recency: Recency) -> bool:
        """Tell whether any of them is of an age that counts."""
        first, last = np.searchsorted(self._ages, (recency.low_seconds, recency.high_seconds))
        return bool(first < last)

    def weights(self, recency: Recency) -> tuple[Floats, NDArray[np.intp]]:
        """Give what each weighs, and its row; as many as count."""
        is_bound_BL = self._is_bound_BL[:, : recency.length]
        return np.where(is_bound_BL, recency.weights(self.batch), np.float32(0.0)), self._rows_BL[:, : recency.length]


@dataclass(frozen=True, slots=True)
class Scoring:
    """What every part adds to the scores of a batch of histories."""

    bound: BoundHistory
    terms: tuple[Term, ...]
    others: dict[str, Floats]
    """By the name of any other part, what it adds [B, V]."""

    def total(self, shape: tuple[int, int]) -> Floats:
        """Give the blended scores [B, V]."""
        total_BV = np.zeros(shape, dtype=np.float32)
        for term in self.terms:
            weights_BU = (term.factors_B[:, None] * term.weights_BU).astype(np.float32)
            self.bound.rows(term.part).add_to(total_BV, weights_BU)
            total_BV -= (term.factors_B * term.means_B)[:, None].astype(np.float32)
        for scores_BV in self.others.values():
            total_BV += scores_BV
        return total_BV

    def at(self, columns: "Columns") -> dict[str, Wide]:
        """Give what each part adds [B, K] to the chosen items."""
        found: dict[str, Wide] = {}
        for term in self.terms:
            sums_BK = term.weights_BU @ columns.of(term.part)
            found[term.part.name] = term.factors_B[:, None] * (sums_BK - term.means_B[:, None])
        items_K = columns.items_K
        return found | {name: scores_BV[:, items_K].astype(np.float64) for name, scores_BV in self.others.items()}


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
        return self.final(self.scoring(histories, as_of_B, self.ranked.served.blend.parts), len(histories))

    def parts_added(self, histories: Sequence[History], as_of_B: Times, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give what each part adds to the scores [B, K] of such histories at the chosen items."""
        blend = self.ranked.served.blend
        if self._columns is None or not np.array_equal(self._columns.items_K, items_K):
            self._columns = Columns(self.bound, items_K)
        added = self.scoring(histories, as_of_B, blend.parts).at(self._columns)
        shape = (len(histories), len(items_K))
        nothing = {name: np.zeros(shape, dtype=np.float64) for name in blend.names}
        return nothing | {name: np.broadcast_to(added_BK, shape) for name, added_BK in added.items()}

    def final(self, scoring: Scoring, count: int) -> Floats:
        """Give the final ranking values [B, V] of `count` histories, -inf where an item is no candidate."""
        candidates_V = self.ranked.question.candidates_V
        scores_BV = scoring.total((count, len(candidates_V)))
        if self.ranked.query_V is not None:
            scores_BV += self.ranked.query_V
        scores_BV[:, ~candidates_V] = -np.inf
        return scores_BV

    def scoring(self, histories: Sequence[History], as_of_B: Times, parts: Sequence[Part]) -> Scoring:
        """Give what these parts add to the scores of histories whose items have rows."""
        served = self.ranked.served
        batch = self.ranked.batch(histories, as_of_B)
        batch = batch if served.bridge.is_exact else served.bridge.histories(batch)
        events = Events(batch, self.bound)
        terms: list[Term] = []
        others: dict[str, Floats] = {}
        for part in parts:
            weight = served.blend.weights.get(part.name, 0.0)
            if not weight:
                continue
            if isinstance(part, LinearPart | TextPart):
                if events.are_inside(part.recency):
                    weights_BL, rows_BL = events.weights(part.recency)
                    terms.append(self._term(part, self.bound.by_row(weights_BL, rows_BL), (weights_BL, rows_BL)))
            elif isinstance(part, ReadingPart):
                terms.append(self._term(part, part.readings(batch), None))
            else:
                standard_BV = self.over.standard(part.name, served.scores(part, batch))
                others[part.name] = np.float32(weight) * standard_BV
        return Scoring(self.bound, tuple(terms), others)

    def _term(self, part: RowPart, weights_BU: Floats, events: tuple[Floats, NDArray[np.intp]] | None) -> Term:
        blend = self.ranked.served.blend
        means_B, scales_B = self.over.moments(part).scales(weights_BU)
        if part.name in blend.logit_parts:
            scales_B = np.ones_like(scales_B)
        return Term(part, blend.weights[part.name] * scales_B, means_B, weights_BU, events)
