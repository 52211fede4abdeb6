"""Tests against chance that hold for clustered and heavy-tailed histories.

Axes: S moments or values, T values of a tail, C clusters, X points of a grid.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times

FEWEST_CLUSTERS = 8
"""Runs of moments that a cycle is tested on, at least."""
FEWEST_CYCLES = 8.0
"""Turns that the history spans, at least."""
FEWEST_VALUES = 30
"""Of pauses or amounts whose tail is modelled."""
VALUES_AN_OUTLIER = 30
"""So many values are needed for each one that may stand out: what is seen more often is a habit."""
MOST_OUTLIERS = 2
TIMES_THE_NEXT = 2.0
"""What stands out is at least so many times the largest of the others."""
MOST_RARE = 10_000.0
"""Smaller chances are not told apart: the tails that they come from are models."""
_MOST_TAIL = 150  # values that the tail is fitted to
_SHAPE_X = np.repeat(np.geomspace(0.02, 1.5, 12), 20)
_SCALE_X = np.tile(np.geomspace(0.15, 4.0, 20), 12)  # of the mean excess
_TINY = 1e-9
_MOST_CORRELATION = 0.9  # of neighbours, so that the ratio stays finite


@dataclass(frozen=True, slots=True)
class Cycle:
    """How moments lie on a cycle."""

    strength: float
    """Mean resultant length over the moments, 0 to 1."""
    direction: float
    """Mean place on the cycle, 0 to 1."""
    p_value: float
    """1 when the data do not suffice for a test."""


def measure_cycle(moments_S: Times, period: float) -> Cycle:
    """Measure and test whether moments (in order, same unit as `period`) prefer a place on a cycle.

    The Rayleigh test with clusters as its units (Mardia and Jupp, Directional Statistics, 6.3.1): a run of moments
    with pauses below half a cycle, two cycles at most, has one vote, its mean vector. Under chance each vote may
    point anywhere, so the tail exp(-R^2 / sum of squared lengths) holds however bursty the history is.
    """
    if len(moments_S) == 0 or moments_S[-1] - moments_S[0] < FEWEST_CYCLES * period:
        return Cycle(0.0, 0.0, 1.0)
    angles_S = 2 * np.pi * moments_S / period
    points_S2 = np.stack([np.cos(angles_S), np.sin(angles_S)], axis=1)
    firsts_C = _first_of_clusters(moments_S, period)
    if len(firsts_C) < FEWEST_CLUSTERS:
        return Cycle(0.0, 0.0, 1.0)
    counts_C = np.diff(firsts_C, append=len(moments_S))
    votes_C2 = np.add.reduceat(points_S2, firsts_C, axis=0) / counts_C[:, None]
    square = float(np.sum(votes_C2**2))
    p_value = math.exp(-float(np.sum(votes_C2.sum(axis=0) ** 2)) / max(square, _TINY))
    across, up = points_S2.mean(axis=0).tolist()
    return Cycle(math.hypot(across, up), math.atan2(up, across) / (2 * math.pi) % 1.0, p_value)


def _first_of_clusters(moments_S: Times, period: float) -> NDArray[np.int64]:
    is_run_S = np.diff(moments_S, prepend=-np.inf) > period / 2
    run_start_S = np.maximum.accumulate(np.where(is_run_S, moments_S, -np.inf))
    part_S = np.floor((moments_S - run_start_S) / (2 * period))
    return np.flatnonzero(is_run_S | (np.diff(part_S, prepend=0.0) > 0))


def find_outliers(values_S: Times, alpha: float) -> tuple[int, float]:
    """Give how many of the largest values (0 to MOST_OUTLIERS) stand out from the tail of the others, and the chance.

    They are at least TIMES_THE_NEXT of the largest other one, and beyond chance by `tail_p_value`. Equal values are
    spread over their rounding first.
    """
    most = min(MOST_OUTLIERS, len(values_S) // VALUES_AN_OUTLIER)
    falling_S = np.sort(values_S)[::-1]
    for count in range(most, 0, -1):
        least, others_S = float(falling_S[count - 1]), falling_S[count:]
        if least < TIMES_THE_NEXT * float(others_S[0]):
            continue
        p_value = tail_p_value(least, _spread_ties(others_S), count)
        if p_value < alpha / most:
            return count, p_value
    return 0, 1.0


def tail_p_value(least: float, others_S: Times, count: int) -> float:
    """Give the chance that the `count` values above `others_S` (positive, falling) are all at least `least`.

    The upper half of the others follows a generalised Pareto tail (Coles, Introduction to Statistical Modeling of
    Extreme Values, 4.2) of unknown scale and shape, from light to one without a mean; the chance is averaged over
    both given the others and given that `count` values lie above them, so it holds for short histories, too.
    """
    tail = min(len(others_S) // 2, _MOST_TAIL)
    excess_T = others_S[:tail] - others_S[tail]
    scale_X = max(float(excess_T.mean()), _TINY) * _SCALE_X

    def log_survival(excess: float) -> Times:
        return -np.log1p(_SHAPE_X * excess / scale_X) / _SHAPE_X

    inner_X: Times = np.log1p(excess_T[:, None] * (_SHAPE_X / scale_X)).sum(axis=0)
    log_weight_X = -tail * np.log(scale_X) - (1 + 1 / _SHAPE_X) * inner_X + count * log_survival(float(excess_T[0]))
    weight_X = np.exp(log_weight_X - float(log_weight_X.max()))
    beyond = float(least - others_S[tail])
    chance_X = np.exp(count * (log_survival(beyond) - log_survival(float(excess_T[0]))))
    return float((weight_X * chance_X).sum() / weight_X.sum())


def _spread_ties(falling_S: Times) -> Times:
    values, first, counts = np.unique(-falling_S, return_index=True, return_counts=True)
    if len(values) == len(falling_S):
        return falling_S
    step = float(np.diff(values).min()) if len(values) > 1 else 1.0
    place_S = np.arange(len(falling_S)) - np.repeat(first, counts)
    spread_S = 0.5 - (place_S + 0.5) / np.repeat(counts, counts)
    return np.maximum(falling_S + step * spread_S, step / len(falling_S))


def trend_p_value(shares_S: Times) -> float:
    """Give the two-sided chance of a rank correlation with order at least this strong, 1 where all are equal.

    Spearman's with ties (its normal approximation, standard deviation 1 / sqrt(S - 1)), made stricter by the long-run
    variance where neighbouring sessions resemble each other.
    """
    count = len(shares_S)
    ranks_S = _ranks(shares_S)
    order_S = np.arange(count) - (count - 1) / 2
    if float(ranks_S.std()) == 0.0:
        return 1.0
    slope = float(order_S @ ranks_S / (order_S @ order_S))
    correlation = slope * float(order_S.std()) / float(ranks_S.std())
    inflation = _long_run_ratio(ranks_S - slope * order_S)
    return math.erfc(abs(correlation) * math.sqrt((count - 1) / inflation) / math.sqrt(2))


def _long_run_ratio(residuals_S: Times) -> float:
    """Give long-run variance over variance, (1 + r) / (1 - r) and at least 1, r being the correlation of neighbours.

    The correlation is corrected for what fitting a line takes away (Kendall, Biometrika 1954).
    """
    square = float(residuals_S @ residuals_S)
    if square == 0.0:
        return 1.0
    found = float(residuals_S[1:] @ residuals_S[:-1]) / square
    correlation = min(max(found + (2 + 4 * found) / len(residuals_S), 0.0), _MOST_CORRELATION)
    return (1 + correlation) / (1 - correlation)


def _ranks(values_S: Times) -> Times:
    """Give ranks about their mean, equal values sharing one."""
    _, group_S, counts = np.unique(values_S, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2
    return middle[group_S] - (len(values_S) - 1) / 2


def one_in(p_value: float) -> float:
    """Give a chance as one in so many, to one digit, at most MOST_RARE."""
    if p_value * MOST_RARE <= 1:
        return MOST_RARE
    size = 10.0 ** math.floor(math.log10(1 / p_value))
    return math.floor(1 / p_value / size) * size


def normal_tail(z: float) -> float:
    """Give the two-sided chance of a standard normal value beyond `z`."""
    return math.erfc(abs(z) / math.sqrt(2))
