"""One list with what each of its places leans on, from the rows of a bound history.

What an event adds to a place is read off the rows; the few past items that add most are then left out, each in a
history of its own, and scored again: only what such a scoring shows is told.

Axes: B histories, L positions (0 is the newest), U rows, V items, K listed items, N past items.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats, History, HistoryBatch, Indices
from temporec_mcp.models.linear import LinearPart, Recency
from temporec_mcp.models.part import Part
from temporec_mcp.models.popularity import PopularityPart, RecentPopularityPart
from temporec_mcp.models.text import TextPart
from temporec_mcp.pipeline.bound import SPARE, BoundHistory, RowPart
from temporec_mcp.pipeline.rank import QUERY, Ranked

NAMED = 2
"""Past items told for a place, at most."""
TRIED = 5
"""Past items that are left out and scored again, at most, for a short list ..."""
TRIED_SHARE = 0.25
"""... and as a part of the places of a long one."""
SMALL_SHARE = 0.05
"""An effect below this share of the candidates' spread is not worth a word."""

Wide = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a list."""

    item: int
    value: float
    """The final ranking value."""
    leaning: tuple[int, ...]
    """Catalogue numbers of the past items whose absence lowers the score most, strongest first."""
    contributions: dict[str, float]
    """What each part, and the query, adds to the score."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A part that is a sum over events: what it adds is factor x (sum of weight x row - mean)."""

    part: RowPart
    factors_B: Wide
    means_B: Wide
    weights_BL: Floats
    rows_BL: NDArray[np.intp]
    weights_BU: Floats


class _Events:
    """The events of a batch, and their rows."""

    def __init__(self, batch: HistoryBatch, bound: BoundHistory) -> None:
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
class _Scoring:
    """What every part adds to the scores of a batch of histories."""

    bound: BoundHistory
    terms: tuple[_Term, ...]
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

    def at(self, columns: "_Columns") -> dict[str, Wide]:
        """Give what each part adds [B, K] to the chosen items."""
        found: dict[str, Wide] = {}
        for term in self.terms:
            sums_BK = term.weights_BU @ columns.of(term.part)
            found[term.part.name] = term.factors_B[:, None] * (sums_BK - term.means_B[:, None])
        items_K = columns.items_K
        return found | {name: scores_BV[:, items_K].astype(np.float64) for name, scores_BV in self.others.items()}


class _Columns:
    """The rows at the listed items, taken once a part."""

    def __init__(self, bound: BoundHistory, items_K: NDArray[np.intp]) -> None:
        self.items_K = items_K
        self._bound = bound
        self._taken: dict[str, Floats] = {}

    def of(self, part: RowPart) -> Floats:
        """Give the part's rows [U, K]."""
        if part.name not in self._taken:
            self._taken[part.name] = self._bound.rows(part).at(self.items_K)
        return self._taken[part.name]


class Listing:
    """Lists for one bound history at one moment."""

    def __init__(self, ranked: Ranked, bound: BoundHistory, as_of: float) -> None:
        """Score the whole history."""
        self._ranked = ranked
        self._bound = bound
        self._as_of = as_of
        self._over = bound.over(ranked.question.candidates_V)
        self._base = self._scoring([bound.history], ranked.served.blend.parts)
        self.scores_V = self._final(self._base, 1)[0]

    def places(self, k: int) -> list[Place]:
        """Give the list of `k`, best first, after diversity."""
        chosen = self._ranked.select(self.scores_V, k)
        columns = _Columns(self._bound, np.array([item for item, _ in chosen], dtype=np.intp))
        added = self._base.at(columns)
        leaning = self._leaning(columns, added)
        nothing = dict.fromkeys(self._ranked.served.blend.names, 0.0)
        query_V = self._ranked.query_V
        places: list[Place] = []
        for place, (item, value) in enumerate(chosen):
            parts = nothing | {name: float(added_BK[0, place]) for name, added_BK in added.items()}
            asked_for = {} if query_V is None else {QUERY: float(query_V[item])}
            places.append(Place(item, value, leaning[place], parts | asked_for))
        return places

    def scores(self, histories: Sequence[History]) -> Floats:
        """Give the final ranking values [B, V] of histories made of the bound history's events, -inf as always.

        The bound history must lie within reach of its rows as a whole.
        """
        return self._final(self._scoring(histories, self._ranked.served.blend.parts), len(histories))

    def _final(self, scoring: _Scoring, count: int) -> Floats:
        candidates_V = self._ranked.question.candidates_V
        scores_BV = scoring.total((count, len(candidates_V)))
        if self._ranked.query_V is not None:
            scores_BV += self._ranked.query_V
        scores_BV[:, ~candidates_V] = -np.inf
        return scores_BV

    def _scoring(self, histories: Sequence[History], parts: Sequence[Part]) -> _Scoring:
        served = self._ranked.served
        batch = self._ranked.batch(histories, np.full(len(histories), self._as_of))
        batch = batch if served.bridge.is_exact else served.bridge.histories(batch)
        events = _Events(batch, self._bound)
        terms: list[_Term] = []
        others: dict[str, Floats] = {}
        for part in parts:
            weight = served.blend.weights.get(part.name, 0.0)
            if not weight:
                continue
            if isinstance(part, LinearPart | TextPart):
                if events.are_inside(part.recency):
                    terms.append(self._term(part, events))
            else:
                standard_BV = self._over.standard(part.name, served.scores(part, batch))
                others[part.name] = np.float32(weight) * standard_BV
        return _Scoring(self._bound, tuple(terms), others)

    def _term(self, part: RowPart, events: "_Events") -> _Term:
        weights_BL, rows_BL = events.weights(part.recency)
        weights_BU = self._bound.by_row(weights_BL, rows_BL)
        means_B, scales_B = self._over.moments(part).scales(weights_BU)
        factors_B = self._ranked.served.blend.weights[part.name] * scales_B
        return _Term(part, factors_B, means_B, weights_BL, rows_BL, weights_BU)

    def _leaning(self, columns: _Columns, added: dict[str, Wide]) -> list[tuple[int, ...]]:
        """Leave out what seems to matter, score again, and name for each place what then lowers it most."""
        items_K = columns.items_K
        tried_N = self._suspects(columns)
        if not len(tried_N) or not len(items_K):
            return [() for _ in items_K]
        history = self._bound.history
        without = [history.keep(history.items_L != item) for item in tried_N]
        personal = [
            part
            for part in self._ranked.served.blend.parts
            if not isinstance(part, PopularityPart | RecentPopularityPart)
        ]
        again = self._scoring(without, personal).at(columns)
        effects_NK = np.zeros((len(tried_N), len(items_K)))
        for part in personal:
            effects_NK += added.get(part.name, 0.0) - again.get(part.name, 0.0)
        least = SMALL_SHARE * (float(self.scores_V[np.isfinite(self.scores_V)].std()) or 1.0)
        order_NK = np.argsort(-effects_NK, axis=0, kind="stable")[:NAMED]
        return [
            tuple(int(tried_N[number]) for number in order_NK[:, place] if effects_NK[number, place] >= least)
            for place in range(len(items_K))
        ]

    def _suspects(self, columns: _Columns) -> Indices:
        """Give the past items that add most to the places by the rows, the first of each place first.

        The newest one, and a place's own item, are tried as well: what is no sum over events leans on these.
        """
        history, items_K = self._bound.history, columns.items_K
        reach = min(len(history), self._ranked.served.blend.history_length)
        if not reach:
            return np.zeros(0, dtype=np.int32)
        items_L = history.items_L[-1 : -reach - 1 : -1]
        past_N, numbers_L, counts_N = np.unique(items_L, return_inverse=True, return_counts=True)
        added_NK = np.zeros((len(past_N), len(items_K)))
        np.add.at(added_NK, numbers_L, self._added_by_events(columns, reach))
        added_NK[counts_N > SPARE] = -np.inf
        order_NK = np.argsort(-added_NK, axis=0, kind="stable")[:NAMED]
        ranked = [int(past_N[n]) for row in order_NK for place, n in enumerate(row) if added_NK[n, place] > 0.0]
        within = set(past_N[counts_N <= SPARE].tolist())
        count = max(TRIED, int(TRIED_SHARE * len(items_K)))
        others = [item for item in (int(items_L[0]), *items_K.tolist()) if item in within]
        return np.array(list(dict.fromkeys(ranked[: len(items_K)] + others + ranked))[:count], dtype=np.int32)

    def _added_by_events(self, columns: _Columns, reach: int) -> Wide:
        """Give what each event in reach adds to the places [L, K], all other events staying as they are."""
        added_LK = np.zeros((reach, len(columns.items_K)))
        for term in self._base.terms:
            rows_UK = columns.of(term.part)
            means_U = self._over.moments(term.part).means_U
            places_L = term.rows_BL[0]
            above_LK = rows_UK[places_L] - means_U[places_L, None]
            added_LK[: len(places_L)] += term.factors_B[0] * term.weights_BL[0][:, None] * above_LK
        return added_LK
