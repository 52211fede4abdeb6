"""One list with what each of its places leans on, from the rows of a bound history.

What an event adds to a place is read off the rows; the few past items that add most are then left out, each in a
history of its own, and scored again: only what such a scoring shows is told.

Axes: B histories, L positions (0 is the newest), U rows, V items, K listed items, N past items.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from temporec_mcp.domain.log import PADDING, Floats, Indices
from temporec_mcp.domain.reasons import MOSTLY
from temporec_mcp.models.blend import Wide
from temporec_mcp.models.popularity import PopularityPart, RecentPopularityPart
from temporec_mcp.pipeline.bound import SPARE, BoundHistory
from temporec_mcp.pipeline.rank import QUERY, Ranked
from temporec_mcp.pipeline.row_scoring import Columns, RowScorer, Scoring

NAMED = 2
"""Past items told for a place, at most."""
TRIED = 5
"""Past items that are left out and scored again, at most, for a short list ..."""
TRIED_SHARE = 0.25
"""... and as a part of the places of a long one."""
SMALL_SHARE = 0.05
"""An effect below this share of the candidates' spread is not worth a word."""


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


class Listing:
    """Lists for one bound history at one moment."""

    def __init__(self, ranked: Ranked, bound: BoundHistory, as_of: float) -> None:
        """Hold the question against the rows."""
        self._ranked = ranked
        self._bound = bound
        self._as_of = as_of
        self._scorer = RowScorer(ranked, bound)

    @cached_property
    def scores_V(self) -> Floats:
        """The final ranking values of the whole history [V], -inf where an item is no candidate."""
        return self._scorer.final(self._base, 1)[0]

    def places(self, k: int) -> list[Place]:
        """Give the list of `k`, best first, after diversity."""
        chosen = self._ranked.select(self.scores_V, k)
        columns = Columns(self._bound, np.array([item for item, _ in chosen], dtype=np.intp))
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

    @cached_property
    def _base(self) -> Scoring:
        """The scoring of the whole history."""
        return self._scorer.scoring([self._bound.history], np.array([self._as_of]), self._ranked.served.blend.parts)

    def _leaning(self, columns: Columns, added: dict[str, Wide]) -> list[tuple[int, ...]]:
        """Leave out what seems to matter, score again, and name for each place what then lowers it most.

        A place is told to lean on the past only where what seems to matter most for it was tried, and where the whole
        past gives most of its lead over the average candidate.
        """
        items_K = columns.items_K
        tried_N, first_K = self._suspects(columns)
        if not len(tried_N) or not len(items_K):
            return [() for _ in items_K]
        history = self._bound.history
        without = [history.keep(history.items_L != item) for item in tried_N] + [history.keep(history.items_L < 0)]
        personal = [
            part
            for part in self._ranked.served.blend.parts
            if not isinstance(part, PopularityPart | RecentPopularityPart)
        ]
        again = self._scorer.scoring(without, np.full(len(without), self._as_of), personal).at(columns)
        effects_NK = np.zeros((len(without), len(items_K)))
        for part in personal:
            effects_NK += added.get(part.name, 0.0) - again.get(part.name, 0.0)
        standing_V = self.scores_V[np.isfinite(self.scores_V)]
        is_told_K = effects_NK[-1] >= MOSTLY * (self.scores_V[items_K] - standing_V.mean())
        is_told_K &= np.isin(first_K, (*tried_N, PADDING))
        least = SMALL_SHARE * (float(standing_V.std()) or 1.0)
        order_NK = np.argsort(-effects_NK[:-1], axis=0, kind="stable")[:NAMED]
        return [
            tuple(int(tried_N[number]) for number in order_NK[:, place] if effects_NK[number, place] >= least)
            if is_told_K[place]
            else ()
            for place in range(len(items_K))
        ]

    def _suspects(self, columns: Columns) -> tuple[Indices, Indices]:
        """Give the past items that add most to the places by the rows, and the first [K] of each place.

        The newest one, and a place's own item, are tried as well: what is no sum over events leans on these. Where the
        own item is of the past it is the first; padding stands where nothing adds.
        """
        history, items_K = self._bound.history, columns.items_K
        reach = min(len(history), self._ranked.served.blend.history_length)
        if not reach:
            return np.zeros(0, dtype=np.int32), np.full(len(items_K), PADDING, dtype=np.int32)
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
        tried = list(dict.fromkeys(ranked[: len(items_K)] + others + ranked))[:count]
        best_K = np.where(added_NK[order_NK[0], np.arange(len(items_K))] > 0.0, past_N[order_NK[0]], PADDING)
        first_K = np.where(np.isin(items_K, past_N), items_K, best_K)
        return np.array(tried, dtype=np.int32), first_K.astype(np.int32)

    def _added_by_events(self, columns: Columns, reach: int) -> Wide:
        """Give what each event in reach adds to the places [L, K], all other events staying as they are."""
        added_LK = np.zeros((reach, len(columns.items_K)))
        for term in self._base.terms:
            if term.events is None:
                continue
            weights_BL, rows_BL = term.events
            places_L = rows_BL[0]
            above_LK = columns.of(term.part)[places_L] - self._scorer.over.moments(term.part).means_U[places_L, None]
            added_LK[: len(places_L)] += term.factors_B[0] * weights_BL[0][:, None] * above_LK
        return added_LK
