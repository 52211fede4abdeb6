"""What is in vogue by now: a model's trends go on with what came in since it learnt, without another training.

Axes: V items of the catalogue, M items of the model, H half-lives, N events.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.app.catalogues import CatalogueState
from temporec_mcp.domain.log import Floats
from temporec_mcp.models.popularity import RecentPopularityPart
from temporec_mcp.pipeline.served import Served
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import LaterUses


@dataclass(frozen=True, slots=True)
class _Counts:
    """Later uses of the catalogue's items, each halved for every half-life before the newest of all."""

    half_lives_H: NDArray[np.float64]
    """Seconds."""
    counts_HV: NDArray[np.float64]
    newest: float = -np.inf
    """Seconds since 1970."""

    def adding(self, uses: LaterUses, state: CatalogueState) -> "_Counts":
        """Give the counts with more uses; items that `state` does not know are left out."""
        places_N = np.minimum(np.searchsorted(state.item_nos_S, uses.item_nos_N), len(state.item_nos_S) - 1)
        is_known_N = state.item_nos_S[places_N] == uses.item_nos_N
        if not is_known_N.any():
            return self
        items_N, times_N = state.places_S[places_N[is_known_N]], uses.times_N[is_known_N]
        newest = max(self.newest, float(times_N.max()))
        counts_HV = self.counts_HV * np.exp2((self.newest - newest) / self.half_lives_H)[:, None]
        for counts_V, half_life in zip(counts_HV, self.half_lives_H, strict=True):
            counts_V += np.bincount(items_N, np.exp2((times_N - newest) / half_life), len(counts_V))
        return _Counts(self.half_lives_H, counts_HV, newest)


@dataclass(frozen=True, slots=True)
class _Kept:
    learnt: Served
    state: CatalogueState
    rest_version: int
    last_seq: int
    counts: _Counts
    now: Served

    def leads_to(self, learnt: Served, state: CatalogueState, rest_version: int, last_seq: int) -> bool:
        """Tell whether nothing but logged events lies between this and what is asked for."""
        is_alike = self.learnt is learnt and self.state is state and self.rest_version == rest_version
        return is_alike and self.last_seq <= last_seq


class Trends:
    """Lets trends go on, and keeps the last that ranked: where events were only logged, it reads no more than those."""

    def __init__(self, store: Store) -> None:
        """Remember where to read."""
        self._store = store
        self._kept: _Kept | None = None

    def going_on(self, learnt: Served, state: CatalogueState, last_seq: int, as_of: datetime) -> Served:
        """Give what ranks with trends as of a moment, from the events that had arrived by `last_seq`.

        The same object as long as nothing changes; `learnt` itself where there is nothing to go on with.
        """
        trends = [part for part in learnt.blend.parts if isinstance(part, RecentPopularityPart)]
        if learnt.last_seq is None or last_seq <= learnt.last_seq or not trends:
            return learnt
        half_lives_H = np.unique([part.half_life_seconds for part in trends])
        nothing = _Counts(half_lives_H, np.zeros((len(half_lives_H), len(state.catalogue.item_ids))))
        # Taken before the events are read: what comes meanwhile makes this outdated, never unnoticed.
        rest_version, kept = self._store.rest_version, self._kept
        if kept is None or not kept.leads_to(learnt, state, rest_version, last_seq):
            kept = _Kept(learnt, state, rest_version, learnt.last_seq, nothing, learnt)
        if kept.last_seq < last_seq:
            counts = kept.counts.adding(self._store.events.later(kept.last_seq, last_seq, None), state)
            now = kept.now if counts is kept.counts else _with_trends(learnt, trends, counts)
            self._kept = kept = _Kept(learnt, state, rest_version, last_seq, counts, now)
        if kept.counts.newest <= as_of.timestamp():
            return kept.now
        counts = nothing.adding(self._store.events.later(learnt.last_seq, last_seq, as_of), state)
        return learnt if counts is nothing else _with_trends(learnt, trends, counts)


def _with_trends(learnt: Served, trends: list[RecentPopularityPart], counts: _Counts) -> Served:
    rows = np.searchsorted(counts.half_lives_H, [part.half_life_seconds for part in trends])
    scores = {
        part.name: _scores(part, counts.newest, later_V, learnt)
        for part, later_V in zip(trends, counts.counts_HV[rows], strict=True)
    }
    return learnt.with_trends(scores)


def _scores(part: RecentPopularityPart, moment: float, later_V: NDArray[np.float64], learnt: Served) -> Floats:
    """Give the trend's scores [1, V]; what the model never saw is predicted by its text until it is used."""
    bridge = learnt.bridge
    # What came in later may have happened long before the last that was learnt.
    end = max(moment, part.last_moment)
    held_M = part.decayed_to(end)
    known_M = bridge.to_model_V[bridge.known_K]
    counts_V = later_V * np.exp2((moment - end) / part.half_life_seconds)
    counts_V[bridge.known_K] += held_M[known_M]
    scores_BV = part.of_counts(counts_V[None])
    unused_W = bridge.new_W[later_V[bridge.new_W] == 0.0]
    if len(unused_W):
        scores_BM = np.full((1, len(held_M)), scores_BV.min(), dtype=np.float32)
        scores_BM[:, known_M] = scores_BV[:, bridge.known_K]
        scores_BV[:, unused_W] = bridge.scores(scores_BM[None])[0][:, unused_W]
    return scores_BV
