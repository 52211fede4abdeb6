"""Parts that know no history: how much each item is used, over all time or lately.

Axes: B histories, V items, G moments of the grid, N events.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import DAY_SECONDS, EventLog, Floats, HistoryBatch, Indices, Times
from temporec_mcp.models.pairs import popularity, positives
from temporec_mcp.models.part import FitData, Tensors

GRID_STEPS = 4
"""Moments of the grid in a half-life."""
SHARE_SCALE = 1_000.0
GRID_CELLS = 4_000_000
"""Moments times items, at most (16 MB)."""


@dataclass(frozen=True, slots=True)
class PopularityPart:
    """log(1 + events of the item)."""

    name: str
    scores_V: Floats

    def score(self, batch: HistoryBatch) -> Floats:
        """Give the same scores for every history [B, V]."""
        return np.repeat(self.scores_V[None, :], len(batch.as_of_B), axis=0)

    def tensors(self) -> Tensors:
        """Give everything `load` needs to make an equal part."""
        return {"scores": self.scores_V}


@dataclass(frozen=True, slots=True)
class PopularityKind:
    """How to make the popularity part."""

    name: str = "popularity"

    def fit(self, data: FitData) -> PopularityPart:
        """Count the log."""
        return PopularityPart(self.name, np.log1p(popularity(positives(data))))

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> PopularityPart:
        """Make the part that `tensors` was saved from."""
        return PopularityPart(self.name, np.asarray(tensors["scores"], dtype=np.float32))


@dataclass(frozen=True, slots=True)
class RecentPopularityPart:
    """log(1000 share + floor) of decayed counts, of the events before the moment asked for only.

    The counts are held at the moments of a grid; what happened between the last of them and the moment is added. From
    the end of the grid on shares stay as they are: a log that goes on makes another part.
    """

    name: str
    half_life_seconds: float
    floor: float
    grid_G: Times
    counts_GV: Floats
    times_N: Times
    items_N: Indices

    def going_on(self, data: FitData) -> "RecentPopularityPart":
        """Give the part with the counts of `data`, whose log is the one that was learnt from, going on."""
        return _counted(self.name, self.half_life_seconds, self.floor, positives(data))

    def decayed_to(self, moment: float) -> NDArray[np.float64]:
        """Give what the counts [V] have become by a moment after the grid's end; zeros where there is no grid."""
        if not len(self.grid_G):
            return np.zeros(int(self.counts_GV.shape[1]))
        return self.counts_GV[-1] * self._decay(np.maximum(0.0, moment - self.grid_G[-1:]))

    def of_counts(self, counts_BV: NDArray[np.float64]) -> Floats:
        """Give the scores of decayed counts [B, V]."""
        shares_BV = counts_BV / np.maximum(counts_BV.sum(axis=1, keepdims=True), 1e-30)
        return np.log(SHARE_SCALE * shares_BV + self.floor).astype(np.float32)

    def score(self, batch: HistoryBatch) -> Floats:
        """Give scores [B, V] as of each moment; equal for all histories of a moment."""
        moments, rows_B = np.unique(batch.as_of_B, return_inverse=True)
        return self.of_counts(np.stack([self._counts(float(moment)) for moment in moments]))[rows_B]

    @property
    def last_moment(self) -> float:
        """From here on the scores stay the same, seconds since 1970."""
        return float(np.nextafter(self.grid_G[-1], np.inf)) if len(self.grid_G) else -np.inf

    def tensors(self) -> Tensors:
        """Give everything `load` needs to make an equal part."""
        return {
            "half_life_seconds": np.array(self.half_life_seconds),
            "floor": np.array(self.floor),
            "grid": self.grid_G,
            "counts": self.counts_GV,
            "times": self.times_N,
            "items": self.items_N,
        }

    def _counts(self, moment: float) -> NDArray[np.float64]:
        place = int(np.searchsorted(self.grid_G, moment, side="left")) - 1
        if place < 0:
            return np.zeros(int(self.counts_GV.shape[1]))
        if place == len(self.grid_G) - 1:
            # Shares do not change while nothing happens, and a decay over years would leave only zeros.
            return self.counts_GV[place].astype(np.float64)
        first = int(np.searchsorted(self.times_N, float(self.grid_G[place]), side="right"))
        last = int(np.searchsorted(self.times_N, moment, side="left"))
        weights = self._decay(moment - self.times_N[first:last])
        fresh_V = np.bincount(self.items_N[first:last], weights=weights, minlength=self.counts_GV.shape[1])
        return self.counts_GV[place] * self._decay(moment - self.grid_G[place]) + fresh_V

    def _decay(self, seconds: Times) -> Times:
        return np.exp2(-seconds / self.half_life_seconds)


@dataclass(frozen=True, slots=True)
class RecentPopularityKind:
    """How to make a recent popularity part."""

    name: str
    half_life_days: float = 0.0
    """0 takes a share of the log's time span instead."""
    half_life_span_share: float = 0.015
    floor: float = 0.05

    def fit(self, data: FitData) -> RecentPopularityPart:
        """Decay the counts of the log along its time."""
        log = positives(data)
        span = float(np.ptp(log.times_N)) if len(log.times_N) else 0.0
        half_life = self.half_life_days * DAY_SECONDS or max(1.0, span * self.half_life_span_share)
        return _counted(self.name, half_life, self.floor, log)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> RecentPopularityPart:
        """Make the part that `tensors` was saved from."""
        return RecentPopularityPart(
            self.name,
            float(tensors["half_life_seconds"]),
            float(tensors["floor"]),
            np.asarray(tensors["grid"], dtype=np.float64),
            np.asarray(tensors["counts"], dtype=np.float32),
            np.asarray(tensors["times"], dtype=np.float64),
            np.asarray(tensors["items"], dtype=np.int32),
        )


POPULARITY = PopularityKind()
RECENT_POPULARITY = RecentPopularityKind("recent_popularity")
POPULARITY_3_DAYS = RecentPopularityKind("popularity_3_days", half_life_days=3.0)
POPULARITY_14_DAYS = RecentPopularityKind("popularity_14_days", half_life_days=14.0)


def _counted(name: str, half_life: float, floor: float, log: EventLog) -> RecentPopularityPart:
    """Count a log along its time, half-life in seconds."""
    order = np.argsort(log.times_N, kind="stable")
    times_N, items_N = log.times_N[order], log.items_N[order]
    grid_G = _grid(times_N, half_life, len(log.item_ids))
    counts_GV = _decayed_counts(times_N, items_N, (grid_G, half_life, len(log.item_ids)))
    return RecentPopularityPart(name, half_life, floor, grid_G, counts_GV, times_N, items_N)


def _grid(times_N: Times, half_life: float, item_count: int) -> Times:
    """Give moments that end at the last event, a quarter of a half-life apart or what memory allows."""
    if not len(times_N):
        return np.zeros(0)
    span = float(times_N[-1] - times_N[0])
    count = min(int(span / half_life * GRID_STEPS) + 2, max(2, GRID_CELLS // max(1, item_count)))
    return np.unique(np.linspace(float(times_N[0]), float(times_N[-1]), count))


def _decayed_counts(times_N: Times, items_N: Indices, setting: tuple[Times, float, int]) -> Floats:
    """Give at each moment of the grid the counts of the events up to it, each halved every half-life."""
    grid_G, half_life, item_count = setting
    counts_GV = np.zeros((len(grid_G), item_count), dtype=np.float32)
    counts_V: NDArray[np.float64] = np.zeros(item_count)
    first = 0
    for place in range(len(grid_G)):
        moment = float(grid_G[place])
        counts_V *= np.exp2((grid_G[max(place - 1, 0)] - moment) / half_life)
        last = int(np.searchsorted(times_N, moment, side="right"))
        weights: Times = np.exp2((times_N[first:last] - moment) / half_life)
        counts_V += np.bincount(items_N[first:last], weights=weights, minlength=item_count)
        counts_GV[place] = counts_V
        first = last
    return counts_GV
