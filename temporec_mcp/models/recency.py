"""How much a past event counts, by its place in the history and its age.

Axes: P recencies, B histories, L positions.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import DAY_SECONDS, HISTORY_LENGTH, PADDING, Floats, HistoryBatch, Indices, Times

VISIT_GAP_SECONDS = 3_600.0
"""A longer pause than this starts a new visit."""
FOREVER_SECONDS = 1e18


@dataclass(frozen=True, slots=True)
class Recency:
    """How much an event counts by its position k (0 is the newest) and its age.

    weight = e^(-rate k) (1 + k)^-power (1 + age / scale)^-age_power, and 0 outside the age window or the length.
    """

    rate: float = 0.0
    power: float = 0.0
    age_scale_days: float = 1.0
    age_power: float = 0.0
    low_seconds: float = 0.0
    """Events of at least this age count."""
    high_seconds: float = FOREVER_SECONDS
    """Events younger than this count."""
    length: int = HISTORY_LENGTH
    """Newest events that count."""
    is_by_visit: bool = False
    """k counts visits back and not events back."""

    def weights(self, batch: HistoryBatch) -> Floats:
        """Give the weight [B, L] of each event, its action's weight included; 0 for padding."""
        return weights_of((self,), batch)[0]

    def to_array(self) -> NDArray[np.float64]:
        """Give the fields as numbers, in order."""
        return np.array([float(value) for value in astuple(self)], dtype=np.float64)

    @classmethod
    def from_array(cls, values: NDArray[np.generic]) -> "Recency":
        """Make the one that `to_array` was taken from."""
        numbers = [float(value) for value in np.asarray(values, dtype=np.float64)]
        return cls(*numbers[:6], length=int(numbers[6]), is_by_visit=bool(numbers[7]))


NO_DECAY = Recency()
SLOW_DECAY = Recency(rate=0.01)
"""For the coming weeks, where the newest events tell little more than older ones."""


def visits_back(items_BL: Indices, times_BL: Times) -> NDArray[np.int64]:
    """Give for each event how many visits lie between it and the newest one; newest first, padding undefined."""
    starts_BL = np.zeros(items_BL.shape, dtype=np.int64)
    pauses = times_BL[:, :-1] - times_BL[:, 1:]
    starts_BL[:, 1:] = (pauses > VISIT_GAP_SECONDS) & (items_BL[:, 1:] != PADDING)
    return np.cumsum(starts_BL, axis=1)


def weights_of(recencies: Sequence[Recency], batch: HistoryBatch) -> Floats:
    """Give the weight [P, B, L] of each event by each recency, as long as the longest of them; 0 beyond its own."""
    if not recencies:
        return np.zeros((0, *batch.items_BL.shape), dtype=np.float32)
    rate, power, scale_days, age_power, low, high, length, is_by_visit = _columns(tuple(recencies))
    width = int(length.max())
    items_BL, times_BL = batch.items_BL[:, :width], batch.times_BL[:, :width]
    places_L = np.arange(items_BL.shape[1], dtype=np.float64)
    steps_PBL = places_L
    if is_by_visit.any():
        steps_PBL = np.where(is_by_visit > 0.0, visits_back(items_BL, times_BL), steps_PBL)
    weights_PBL = batch.weights_BL[:, :width] * np.exp(-rate * steps_PBL)
    if power.any():
        weights_PBL *= (1.0 + steps_PBL) ** -power
    ages_BL = np.maximum(batch.as_of_B[:, None] - times_BL, 0.0)
    if age_power.any():
        weights_PBL *= (1.0 + ages_BL / (scale_days * DAY_SECONDS)) ** -age_power
    is_inside_PBL = (items_BL != PADDING) & (ages_BL >= low) & (ages_BL < high) & (places_L < length)
    return np.where(is_inside_PBL, weights_PBL, 0.0).astype(np.float32)


@lru_cache(maxsize=256)
def _columns(recencies: tuple[Recency, ...]) -> tuple[NDArray[np.float64], ...]:
    """Give each field as a column [P, 1, 1]."""
    return tuple(np.stack([recency.to_array() for recency in recencies], axis=1)[:, :, None, None])
