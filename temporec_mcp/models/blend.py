"""The additive blend: a weighted sum of each part's standardised scores.

Score of an item = sum over parts of weight x z, where z is the part's score less its mean over the candidates of the
request, divided by its standard deviation over them (a part that says the same of every candidate gives 0). Parts in
`logit_parts` are only centred: their scores are log-probabilities up to a constant, whose spread means something.

Axes: P parts, B histories, V items, K chosen items, N rows of scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import HISTORY_LENGTH, Flags, Floats, HistoryBatch, Indices
from temporec_mcp.models.part import Part

Wide = NDArray[np.float64]

FLAT = 1e-6
"""A standard deviation below this part of the mean's size is rounding."""
NOTHING = 1e-12
"""A standard deviation below this is none."""
FEW_EVENTS = 10
"""Up to so many events a user is weighed as a newcomer ..."""
MANY_EVENTS = 30
"""... and from so many on as all others; in between the weights fade."""


@dataclass(frozen=True)
class Blend:
    """Fitted parts and what each weighs."""

    parts: tuple[Part, ...]
    weights: Mapping[str, float]
    """By part name; a part without a weight counts nothing."""
    logit_parts: frozenset[str] = field(default_factory=frozenset[str])
    """Parts that are centred but not scaled."""
    history_length: int = HISTORY_LENGTH
    """Newest events that a history batch for this blend should hold."""
    is_repeating: bool = False
    """The data repeat, so what was seen stays a candidate by default."""
    newcomer_weights: Mapping[str, float] = field(default_factory=dict[str, float])
    """By part name, for users of few events; empty where they weigh as for all."""

    def weights_for(self, length: int) -> Mapping[str, float]:
        """Give the weights for a user of `length` events: a newcomer's, fading into those for all."""
        if not self.newcomer_weights or length >= MANY_EVENTS:
            return self.weights
        new = min(1.0, (MANY_EVENTS - length) / (MANY_EVENTS - FEW_EVENTS))
        return {name: new * self.newcomer_weights[name] + (1.0 - new) * self.weights[name] for name in self.weights}

    def for_history(self, length: int) -> "Blend":
        """Give the blend as it is for a user of `length` events."""
        weights = self.weights_for(length)
        return self if weights is self.weights else replace(self, weights=weights, newcomer_weights={})

    @property
    def names(self) -> tuple[str, ...]:
        """The parts' names, in the order of the first axis of `part_scores`."""
        return tuple(part.name for part in self.parts)

    def part_scores(self, batch: HistoryBatch) -> Floats:
        """Give each part's own scores [P, B, V], before any standardising."""
        return np.stack([part.score(batch) for part in self.parts])

    def combine(self, scores_PBV: Floats, candidates_BV: Flags, lengths_B: Indices | None = None) -> Floats:
        """Give the blended scores [B, V]; -inf where an item is no candidate.

        V may be larger than the parts' own catalogue, if `scores_PBV` was extended by whoever calls. With `lengths_B`,
        the events of each history, newcomers are weighed as such; without, all rows are weighed by `weights`.
        """
        used = [
            place
            for place, name in enumerate(self.names)
            if self.weights.get(name, 0.0) or self.newcomer_weights.get(name, 0.0)
        ]
        names = [self.names[place] for place in used]
        lengths = [MANY_EVENTS] * len(candidates_BV) if lengths_B is None else lengths_B.tolist()
        weights_BP = np.array([[self.weights_for(length).get(name, 0.0) for name in names] for length in lengths])
        is_scaled_P = np.array([name not in self.logit_parts for name in names], dtype=np.bool_)
        total_BV = np.empty(candidates_BV.shape, dtype=np.float32)
        for row, candidates_V in enumerate(candidates_BV):
            # One row of all parts stays in the processor's cache; all rows of one part would not, and cost 4 times it.
            total_BV[row] = weighted(scores_PBV[used, row], candidates_V, weights_BP[row], is_scaled_P).total()
        return np.where(candidates_BV, total_BV, np.float32(-np.inf))

    def contributions(self, scores_PBV: Floats, candidates_BV: Flags, items_K: NDArray[np.intp]) -> dict[str, Wide]:
        """Give for each part what it adds to the scores [B, K] of the chosen items, which these sum to."""
        rows = [
            self.weighted(self.names, scores_PBV[:, row], candidates_V).at(items_K)
            for row, candidates_V in enumerate(candidates_BV)
        ]
        return dict(zip(self.names, np.stack(rows, axis=1), strict=True))

    def weighted(self, names: Sequence[str], scores_NV: Floats, candidates_V: Flags) -> "Weighted":
        """Weigh rows of scores of the parts `names` over the same candidates."""
        weights_N = np.array([self.weights.get(name, 0.0) for name in names])
        is_scaled_N = np.array([name not in self.logit_parts for name in names], dtype=np.bool_)
        return weighted(scores_NV, candidates_V, weights_N, is_scaled_N)

    def standardise(self, name: str, scores_BV: Floats, candidates_BV: Flags) -> Floats:
        """Put part `name`'s scores on the scale that its weight is for.

        `combine` does the same row by row, so a calibration between parts or items belongs in both.
        """
        return standard_scores(scores_BV, candidates_BV, is_scaled=name not in self.logit_parts)


@dataclass(frozen=True, slots=True)
class Weighted:
    """What N rows of scores add: factor x (centred - rest)."""

    factors_N: Wide
    centred_NV: Floats
    """0 where an item is no candidate."""
    rests_N: Wide

    def total(self) -> Floats:
        """Give the sum [V] of all rows."""
        factors_N = self.factors_N.astype(np.float32)
        return (factors_N @ self.centred_NV - np.float32(factors_N @ self.rests_N)).astype(np.float32)

    def at(self, items_K: NDArray[np.intp]) -> Wide:
        """Give what each row adds to the chosen items [N, K]."""
        return self.factors_N[:, None] * (self.centred_NV[:, items_K] - self.rests_N[:, None])


def weighted(scores_NV: Floats, candidates_V: Flags, weights_N: Wide, is_scaled_N: Flags) -> Weighted:
    """Put rows of scores on the scale of their weights, as `standard_scores` does.

    The mean is taken twice, because one pass in single precision leaves a rest of its own size in parts that are flat.
    """
    inside_V = candidates_V.astype(np.float32)
    count = np.float32(max(1, np.count_nonzero(candidates_V)))
    means_N = (scores_NV @ inside_V) / count
    centred_NV: Floats = np.subtract(scores_NV, means_N[:, None], dtype=np.float32)
    centred_NV *= inside_V
    rests_N = ((centred_NV @ inside_V) / count).astype(np.float64)
    squares_N = np.vecdot(centred_NV, centred_NV).astype(np.float64) / float(count) - rests_N**2
    deviations_N = np.sqrt(np.maximum(squares_N, 0.0))
    is_flat_N = deviations_N <= FLAT * np.abs(means_N) + NOTHING
    scales_N = np.where(is_flat_N, 0.0, 1.0 / np.where(is_flat_N, 1.0, deviations_N))
    return Weighted(weights_N * np.where(is_scaled_N, scales_N, 1.0), centred_NV, rests_N)


def standard_scores(scores_BV: Floats, candidates_BV: Flags, *, is_scaled: bool = True) -> Floats:
    """Centre each row over its candidates and, if `is_scaled`, divide by its standard deviation; flat rows give 0."""
    counts_B = np.maximum(candidates_BV.sum(axis=1), 1)
    candidates = candidates_BV.astype(np.float32)
    means_B = (scores_BV * candidates).sum(axis=1, dtype=np.float64) / counts_B
    centred_BV = (scores_BV - means_B[:, None].astype(np.float32)) * candidates
    if not is_scaled:
        return centred_BV
    deviations_B = np.sqrt(np.einsum("bv,bv->b", centred_BV, centred_BV) / counts_B)
    is_flat_B = deviations_B <= FLAT * np.abs(means_B) + NOTHING
    scale_B = np.where(is_flat_B, 0.0, 1.0 / np.where(is_flat_B, 1.0, deviations_B))
    return centred_BV * scale_B[:, None].astype(np.float32)
