"""Where a series moves for good: steps by the best partition, ramps by the best bent line, both beyond chance.

Axes: S sessions in time order, U units (runs of sessions as long as each other), K columns, P permutations,
R ramps that are tried.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times
from temporec_mcp.timeline.chance import neighbour_ratio

MOST_UNITS = 240
MOST_STEPS = 3
LEAST_RAMP = 0.25
"""Part of the series that a move takes at least to be a ramp; a faster one is a step."""
RAMP_LEAD = 200
"""A ramp may fit worse than a step by the square of one of so many units: to date a drift is the worse error."""
FEWEST_FOR_A_RAMP = 100
RAMP_PROOF = 3.0
"""Of fewer units a ramp has to fit better by the squares of so many: hardly any shows where its bends are."""
RUN_PAUSES = 8.0
"""A pause of so many usual ones ends a run of sessions, which may be in a mood of their own."""
FEWEST_RUNS = 5
"""Runs that can tell whether they are."""
PERMUTATIONS = 2_000
_AT_ONCE = 100
_SEED = 20_240_101
_RAMP_POINTS = 21
_PARTS_PENALTY = 4.0  # several steps are tested at this part of the chance that one is
_TINY = 1e-12

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Caution:
    """How sure a move must be."""

    alpha: float
    """Chance of finding one where there is none."""
    least_deviation: float
    """Standard deviation of all columns together assumed at least, so that few equal sessions prove nothing."""
    correlation_errors: float
    """Standard errors by which neighbours may resemble each other more than was measured."""
    fewest: int
    """Units on each side of a step."""


@dataclass(frozen=True, slots=True)
class Series:
    """Units of a series with their weight."""

    units_UK: Times
    weights_U: Times
    runs_U: Places
    """The run that each unit belongs to, rising."""

    def part(self, start: int, end: int) -> "Series":
        """Give the units start to end - 1."""
        chosen = slice(start, end)
        return Series(self.units_UK[chosen], self.weights_U[chosen], self.runs_U[chosen])


@dataclass(frozen=True, slots=True)
class Moves:
    """What moved: steps, or one ramp, or nothing."""

    steps: tuple[int, ...] = ()
    """First session of each part but the first."""
    ramp: tuple[int, int] | None = None
    """First session of a gradual move and the first after it."""


def find_moves(series_SK: Times, weights_S: Times, pauses_S: Times, caution: Caution) -> Moves:
    """Give the steps of a series, or the ramp that fits it better; sessions count by their weight.

    `pauses_S` is the time before each session (the first is not read): a step is likelier in a longer one.
    """
    count = len(series_SK)
    firsts_U = np.arange(0, count, max(1, math.ceil(count / MOST_UNITS)))
    if len(firsts_U) < 2 * caution.fewest:
        return Moves()
    weights_U: Times = np.add.reduceat(weights_S, firsts_U)
    units_UK: Times = np.add.reduceat(series_SK * weights_S[:, None], firsts_U, axis=0) / weights_U[:, None]
    pauses_U = pauses_S[firsts_U]
    series = Series(units_UK, weights_U, _runs_of(pauses_U))
    costs_UU = squares(series)
    steps = _find_steps(series, costs_UU, caution)
    ramp = _better_ramp(series, costs_UU, steps, caution) if steps else None
    edges = np.append(firsts_U, count)
    if ramp is not None:
        return Moves(ramp=(int(edges[ramp[0]]), int(edges[ramp[1]])))
    dated = _date_steps(series, steps, pauses_U, caution)
    return Moves(tuple(int(edges[step]) for step in dated))


def _runs_of(pauses_U: Times) -> Places:
    """Number the runs between long pauses."""
    is_first_U = pauses_U > RUN_PAUSES * float(np.median(pauses_U[1:]))
    is_first_U[0] = False
    return np.cumsum(is_first_U, dtype=np.int64)


def partition(costs_UU: Times, parts: int, fewest: int) -> tuple[int, ...]:
    """Give the starts of all parts but the first in the cheapest cut into `parts` of at least `fewest` units.

    Dynamic programming over the last cut (Truong et al., Selective review of offline change point detection methods,
    2020, algorithm Opt). `costs_UU[i, j]` is the cost of the units i to j - 1.
    """
    count = len(costs_UU) - 1
    place_U: Places = np.arange(count + 1)
    best_U = np.where(place_U >= fewest, costs_UU[0], np.inf)
    cuts: list[Places] = []
    for _ in range(parts - 1):
        total_UU = best_U[:, None] + costs_UU
        total_UU[place_U[None, :] - place_U[:, None] < fewest] = np.inf
        cuts.append(total_UU.argmin(axis=0))
        best_U = total_UU.min(axis=0)
    ends = [count]
    for cut in reversed(cuts):
        ends.append(int(cut[ends[-1]]))
    return tuple(reversed(ends[1:]))


def squares(series: Series) -> Times:
    """Give [U + 1, U + 1] weighted squared deviations from the mean of each run of units; infinite where empty."""
    weighted_UK = series.units_UK * series.weights_U[:, None]
    sums_UK = np.vstack([np.zeros(weighted_UK.shape[1]), np.cumsum(weighted_UK, axis=0)])
    powers_U = np.concatenate(([0.0], np.cumsum((weighted_UK * series.units_UK).sum(axis=1))))
    weights_U = np.concatenate(([0.0], np.cumsum(series.weights_U)))
    norms_U = (sums_UK**2).sum(axis=1)
    gaps_UU = norms_U[None, :] + norms_U[:, None] - 2 * sums_UK @ sums_UK.T
    weights_UU = weights_U[None, :] - weights_U[:, None]
    costs_UU = powers_U[None, :] - powers_U[:, None] - gaps_UU / np.maximum(weights_UU, _TINY)
    return np.where(weights_UU > 0, np.maximum(costs_UU, 0.0), np.inf)


def _find_steps(series: Series, costs_UU: Times, caution: Caution) -> tuple[int, ...]:
    """Give the largest number of steps that are all beyond chance between their neighbours."""
    count = len(series.weights_U)
    for wanted in range(min(MOST_STEPS, count // caution.fewest - 1), 0, -1):
        steps = partition(costs_UU, wanted + 1, caution.fewest)
        edges = (0, *steps, count)
        alpha = caution.alpha / (_PARTS_PENALTY if wanted > 1 else 1.0)
        parts = zip(edges, edges[1:], edges[2:], strict=False)
        if all(is_beyond_chance(series.part(a, b), step - a, alpha, caution) for a, step, b in parts):
            return steps
    return ()


def _date_steps(series: Series, steps: tuple[int, ...], pauses_U: Times, caution: Caution) -> tuple[int, ...]:
    """Move each step to where it is likeliest between its neighbours.

    The profile likelihood of normal units times the root of the pause: between a move at any session and at any time.
    """
    edges = [0, *steps, len(series.weights_U)]
    for number in range(1, len(edges) - 1):
        start, end = edges[number - 1], edges[number + 1]
        part = series.part(start, end)
        ratios_U = _contrasts(part, np.arange(end - start)[None], caution)[0]
        log_pauses_U = np.log(np.maximum(pauses_U[start:end][caution.fewest : 1 - caution.fewest], 1.0))
        edges[number] = start + caution.fewest + int(((end - start) * np.log1p(ratios_U) + log_pauses_U).argmax())
    return tuple(edges[1:-1])


def is_beyond_chance(series: Series, step: int, alpha: float, caution: Caution) -> bool:
    """Tell whether the difference of means at the best step is larger than in shuffled units.

    A permutation test (Good, Permutation, Parametric and Bootstrap Tests, 3.7). Shuffling takes away that neighbours
    resemble each other, and whole runs, so what was found is first divided by what that adds to a variance.
    """
    order_U: Places = np.arange(len(series.weights_U))
    found = float(_contrasts(series, order_U[None], caution).max()) / _resemblance(series, step, caution)
    generator = np.random.default_rng(_SEED)
    beyond = 1
    for _ in range(PERMUTATIONS // _AT_ONCE):
        order_PU = generator.permuted(np.tile(order_U, (_AT_ONCE, 1)), axis=1)
        beyond += int((_contrasts(series, order_PU, caution).max(axis=1) >= found).sum())
        if beyond > alpha * (PERMUTATIONS + 1):
            return False
    return True


def _resemblance(series: Series, step: int, caution: Caution) -> float:
    """Give what neighbours that resemble each other add to a variance, beside a step or beside a straight line."""
    order_U: Places = np.arange(len(series.weights_U))
    centred_UK, ratios = series.units_UK - _mean(series), list[float]()
    for level_U in (np.where(order_U < step, -1.0, 1.0), order_U.astype(np.float64)):
        shape_U = level_U - series.weights_U @ level_U / series.weights_U.sum()
        slope_K = (series.weights_U * shape_U) @ centred_UK / float(series.weights_U @ shape_U**2)
        rest_UK = centred_UK - shape_U[:, None] * slope_K
        likeness = neighbour_ratio(rest_UK, caution.correlation_errors)
        ratios.append(max(likeness, _run_ratio(rest_UK * series.weights_U[:, None], series.runs_U)))
    return min(ratios)


def _run_ratio(rest_UK: Times, runs_U: Places) -> float:
    """Give what whole runs that deviate together add to a variance; 0 where they are too few to tell.

    Squares of the sums over runs, over those of single units (Liang and Zeger, Biometrika 1986), with the correction
    for few runs squared, because the step was placed where it fits them best.
    """
    firsts_R = np.flatnonzero(np.diff(runs_U, prepend=runs_U[0] - 1))
    square, count = float((rest_UK**2).sum()), len(firsts_R)
    if count < FEWEST_RUNS or square == 0.0:
        return 0.0
    return float((np.add.reduceat(rest_UK, firsts_R, axis=0) ** 2).sum()) / square * (count / (count - 2)) ** 2


def _mean(series: Series) -> Times:
    return series.weights_U @ series.units_UK / series.weights_U.sum()


def _contrasts(series: Series, order_PU: Places, caution: Caution) -> Times:
    """Give the between-parts over within-parts sum of squares [orders, steps] for each order of the units."""
    weights_U, side = series.weights_U, caution.fewest
    centred_UK = (series.units_UK - _mean(series)) * np.sqrt(weights_U)[:, None]
    total = float((centred_UK**2).sum())
    weighted_UK = centred_UK * np.sqrt(weights_U)[:, None]
    sums_PUK = np.cumsum(weighted_UK[order_PU], axis=1)[:, side - 1 : -side]
    before_PU = np.cumsum(weights_U[order_PU], axis=1)[:, side - 1 : -side]
    whole = float(weights_U.sum())
    between_PU = (sums_PUK**2).sum(axis=2) * (whole / (before_PU * (whole - before_PU)))
    within_PU = np.maximum(total - between_PU, whole * caution.least_deviation**2)
    return between_PU / within_PU


def _better_ramp(series: Series, costs_UU: Times, steps: tuple[int, ...], caution: Caution) -> tuple[int, int] | None:
    """Give the ramp that explains the series better than a single step; steps back and forth are no ramp."""
    count = len(series.weights_U)
    means = [_mean(series.part(start, end)) for start, end in pairwise((0, *steps, count))]
    jumps = [after - before for before, after in pairwise(means)]
    if any(float(first @ second) <= 0 for first, second in pairwise(jumps)):
        return None
    ramp, left_over = _best_ramp(series)
    (step,) = partition(costs_UU, 2, caution.fewest)
    stepped = float(costs_UU[0, step] + costs_UU[step, -1])
    margin = 1 / max(count, RAMP_LEAD) if count >= FEWEST_FOR_A_RAMP else -RAMP_PROOF / count
    return ramp if left_over < stepped * (1 + margin) else None


def _best_ramp(series: Series) -> tuple[tuple[int, int], float]:
    """Fit level, slope, level with least squares over a grid of bends; also give the squares left over."""
    count, weights_U = len(series.weights_U), series.weights_U
    points = np.unique(np.linspace(0, count, _RAMP_POINTS).astype(np.int64))
    starts_R, ends_R = (axis.ravel() for axis in np.meshgrid(points, points, indexing="ij"))
    is_slow_R = ends_R - starts_R >= max(LEAST_RAMP * count, 2)
    starts_R, ends_R = starts_R[is_slow_R], ends_R[is_slow_R]
    place_RU = np.clip((np.arange(count)[None, :] + 0.5 - starts_R[:, None]) / (ends_R - starts_R)[:, None], 0.0, 1.0)
    place_RU -= (place_RU @ weights_U / weights_U.sum())[:, None]
    centred_UK = series.units_UK - _mean(series)
    moments_RK = (place_RU * weights_U) @ centred_UK
    explained_R = (moments_RK**2).sum(axis=1) / (place_RU**2 @ weights_U)
    best = int(explained_R.argmax())
    total = float(weights_U @ (centred_UK**2).sum(axis=1))
    return (int(starts_R[best]), int(ends_R[best])), total - float(explained_R[best])
