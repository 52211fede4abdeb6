"""One list with what each of its places leans on, from the rows of its history.

What an event adds to a place is read off the rows; the few past items that add most are then left out, each in a
history of its own, and scored again: only what such a scoring shows is told.

Axes: B histories, L positions (0 is the newest), U rows, V items, K listed items, N past items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import PADDING, Floats, History, Indices, Times
from temporec_mcp.domain.reasons import MOSTLY
from temporec_mcp.models.blend import Wide
from temporec_mcp.models.part import Part
from temporec_mcp.models.popularity import PopularityPart, RecentPopularityPart
from temporec_mcp.pipeline.rank import QUERY, Ranked
from temporec_mcp.pipeline.weighing import SPARE

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


class Scored(Protocol):
    """What every part adds to the scores of a batch of histories."""

    def total(self) -> Floats:
        """Give the blended scores [B, V]."""
        ...

    def at(self, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give what each part adds [B, K] to the chosen items."""
        ...

    def by_event(self, items_K: NDArray[np.intp]) -> Wide:
        """Give what each event of the only history adds to the chosen items [L, K], all others staying as they are."""
        ...


class Scorer(Protocol):
    """Scores histories of the items that one history is made of, for one question."""

    def scored(self, histories: Sequence[History], as_of_B: Times, parts: Sequence[Part]) -> Scored:
        """Give what these parts add."""
        ...


class Listing:
    """The list for one history at one moment."""

    def __init__(self, ranked: Ranked, scorer: Scorer, history: History, as_of: float) -> None:
        """Score the history."""
        self._ranked = ranked
        self._scorer = scorer
        self._history = history
        self._as_of = as_of
        self._base = scorer.scored([history], np.array([as_of]), ranked.weighing_parts)

    @cached_property
    def scores_V(self) -> Floats:
        """The final ranking values of the whole history [V], -inf where an item is no candidate."""
        scores_V, query_V = self._base.total()[0], self._ranked.query_V
        if query_V is not None:
            scores_V = scores_V + query_V
        return np.where(self._ranked.question.candidates_V, scores_V, np.float32(-np.inf))

    def places(self, k: int) -> list[Place]:
        """Give the list of `k`, best first, after diversity."""
        chosen = self._ranked.select(self.scores_V, k)
        items_K = np.array([item for item, _ in chosen], dtype=np.intp)
        added = self._base.at(items_K)
        leaning = self._leaning(items_K, added)
        nothing = dict.fromkeys(self._ranked.served.blend.names, 0.0)
        query_V = self._ranked.query_V
        places: list[Place] = []
        for place, (item, value) in enumerate(chosen):
            parts = nothing | {name: float(added_BK[0, place]) for name, added_BK in added.items()}
            asked_for = {} if query_V is None else {QUERY: float(query_V[item])}
            places.append(Place(item, value, leaning[place], parts | asked_for))
        return places

    def _leaning(self, items_K: NDArray[np.intp], added: dict[str, Wide]) -> list[tuple[int, ...]]:
        """Leave out what seems to matter, score again, and name for each place what then lowers it most.

        A place is told to lean on the past only where what seems to matter most for it was tried, and where the whole
        past gives most of its lead over the average candidate.
        """
        tried_N, first_K = self._suspects(items_K)
        if not len(tried_N) or not len(items_K):
            return [() for _ in items_K]
        effects_NK = self._effects(tried_N, items_K, added)
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

    def _effects(self, tried_N: Indices, items_K: NDArray[np.intp], added: dict[str, Wide]) -> Wide:
        """Give what the scores of the places lose [N + 1, K] without each past item, and last without all of them."""
        history = self._history
        without = [history.keep(history.items_L != item) for item in tried_N] + [history.keep(history.items_L < 0)]
        personal = [
            part for part in self._ranked.weighing_parts if not isinstance(part, PopularityPart | RecentPopularityPart)
        ]
        again = self._scorer.scored(without, np.full(len(without), self._as_of), personal).at(items_K)
        effects_NK = np.zeros((len(without), len(items_K)))
        for part in personal:
            effects_NK += added.get(part.name, 0.0) - again.get(part.name, 0.0)
        return effects_NK

    def _suspects(self, items_K: NDArray[np.intp]) -> tuple[Indices, Indices]:
        """Give the past items that add most to the places by the rows, and the first [K] of each place.

        The newest one, and a place's own item, are tried as well: what is no sum over events leans on these. Where the
        own item is of the past it is the first; padding stands where nothing adds.
        """
        history = self._history
        reach = min(len(history), self._ranked.served.blend.history_length)
        if not reach:
            return np.zeros(0, dtype=np.int32), np.full(len(items_K), PADDING, dtype=np.int32)
        items_L = history.items_L[-1 : -reach - 1 : -1]
        past_N, numbers_L, counts_N = np.unique(items_L, return_inverse=True, return_counts=True)
        added_NK = np.zeros((len(past_N), len(items_K)))
        added_LK = self._base.by_event(items_K)[:reach]
        np.add.at(added_NK, numbers_L[: len(added_LK)], added_LK)
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
