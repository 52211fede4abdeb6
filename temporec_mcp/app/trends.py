"""What is in vogue by now: a model's trends go on with what came in since it learnt, without another training.

Axes: V items of the catalogue, M items of the model, I items that were used since.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from temporec_mcp.app.catalogues import CatalogueState
from temporec_mcp.domain.log import Floats
from temporec_mcp.models.popularity import RecentPopularityPart
from temporec_mcp.pipeline.served import Served
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import LaterUses


@dataclass(frozen=True, slots=True)
class _Question:
    learnt: Served
    state: CatalogueState
    content_version: int
    last_seq: int
    """Events that arrived later are unknown."""

    def is_same(self, other: "_Question") -> bool:
        if self.learnt is not other.learnt or self.state is not other.state:
            return False
        return (self.content_version, self.last_seq) == (other.content_version, other.last_seq)


@dataclass(frozen=True, slots=True)
class _Kept:
    question: _Question
    newest: float
    now: Served


class Trends:
    """Lets trends go on, and keeps the last that ranked until something changes."""

    def __init__(self, store: Store) -> None:
        """Remember where to read."""
        self._store = store
        self._kept: _Kept | None = None

    def going_on(self, learnt: Served, state: CatalogueState, last_seq: int, as_of: datetime) -> Served:
        """Give what ranks with trends as of a moment, from the events that had arrived by `last_seq`.

        The same object as long as nothing changes; `learnt` itself where there is nothing to go on with.
        """
        if learnt.last_seq is None or last_seq <= learnt.last_seq:
            return learnt
        # Taken before the events are read: what comes meanwhile makes this outdated, never unnoticed.
        question = _Question(learnt, state, self._store.content_version, last_seq)
        kept = self._kept
        if kept is None or not kept.question.is_same(question):
            self._kept = kept = self._read(question, learnt.last_seq, None)
        if kept.newest <= as_of.timestamp():
            return kept.now
        return self._read(question, learnt.last_seq, as_of).now

    def _read(self, question: _Question, learnt_seq: int, until: datetime | None) -> _Kept:
        learnt = question.learnt
        trends = [part for part in learnt.blend.parts if isinstance(part, RecentPopularityPart)]
        half_lives = tuple(sorted({part.half_life_seconds for part in trends}))
        later = self._store.events.later(learnt_seq, question.last_seq, until, half_lives) if trends else None
        if later is None:
            return _Kept(question, -np.inf, learnt)
        counts_HV = _counts(later, question.state)
        scores = {
            part.name: _scores(part, later.newest, counts_HV[half_lives.index(part.half_life_seconds)], learnt)
            for part in trends
        }
        return _Kept(question, later.newest, learnt.with_trends(scores))


def _counts(later: LaterUses, state: CatalogueState) -> Floats:
    """Give the counts of the catalogue's items [half-lives, V]."""
    places_I = np.minimum(np.searchsorted(state.item_nos_S, later.item_nos_I), len(state.item_nos_S) - 1)
    is_known_I = state.item_nos_S[places_I] == later.item_nos_I
    items_I, count = state.places_S[places_I[is_known_I]], len(state.catalogue.item_ids)
    uses_HI = later.uses_HI[:, is_known_I]
    return np.stack([np.bincount(items_I, uses_I, count) for uses_I in uses_HI]).astype(np.float32)


def _scores(part: RecentPopularityPart, moment: float, later_V: Floats, learnt: Served) -> Floats:
    """Give the trend's scores [1, V]; what the model never saw is predicted by its text until it is used."""
    bridge = learnt.bridge
    held_M = part.decayed_to(moment)
    known_M = bridge.to_model_V[bridge.known_K]
    counts_V = later_V.astype(np.float64)
    counts_V[bridge.known_K] += held_M[known_M]
    scores_BV = part.of_counts(counts_V[None])
    unused_W = bridge.new_W[later_V[bridge.new_W] == 0.0]
    if len(unused_W):
        scores_BM = np.full((1, len(held_M)), scores_BV.min(), dtype=np.float32)
        scores_BM[:, known_M] = scores_BV[:, bridge.known_K]
        scores_BV[:, unused_W] = bridge.scores(scores_BM[None])[0][:, unused_W]
    return scores_BV
