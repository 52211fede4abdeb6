"""Where a series moves for good: steps by the best partition, ramps by the best bent line, both beyond chance.

Axes: S sessions in time order, U units (so many sessions each), K columns, H shapes of a move, R resemblances.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times

MOST_UNITS = 160
"""Longer series are averaged over sessions in a row, so that the time taken does not grow."""
FEWEST_UNITS = 12
"""Shorter series tell nothing."""
MOST_STEPS = 3
LEAST_RAMP = 0.35
"""Part of the series that a move takes at least to be a ramp; a faster one is a step."""
RAMP_PROOF = 1.5
"""Logarithm of how many times likelier a ramp has to be than a step: to date a drift is the worse error."""
RUN_PAUSES = 8.0
"""A pause of so many usual ones ends a run of sessions, which may be in a mood of their own."""
LARGE_MOVE = 3.0
"""Standard deviation of moves, in standard deviations of a unit of mean weight."""
PRIOR_UNITS = 4.0
"""The least deviation counts as much as so many units."""
ALIKE_ODDS = 4.0
"""Of units that resemble no others, and of runs of like units, to each other way."""
_LIKE_PARTS, _LIKE_DECAYS = (0.5, 1.0), (0.3, 0.5, 0.7, 0.9)  # of the variance, and from a unit to the next
_RUN_PARTS = (0.5, 0.97)  # of the variance that the units of a run share
_RAMP_POINTS = 21  # equally spaced places where a ramp may begin or end
_MORE_PROOF = 4.0  # for each of several steps: their places are many
_TINY = 1e-12

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Caution:
    """How sure a move must be."""

    proof: float
    """Logarithm of the evidence for a step anywhere, each place counted in full, against none."""
    least_deviation: float
    """Standard deviation of a column assumed at first, so that few equal sessions prove little."""
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
    if len(firsts_U) < max(FEWEST_UNITS, 2 * caution.fewest):
        return Moves()
    weights_U: Times = np.add.reduceat(weights_S, firsts_U)
    units_UK: Times = np.add.reduceat(series_SK * weights_S[:, None], firsts_U, axis=0) / weights_U[:, None]
    pauses_U = pauses_S[firsts_U]
    series = Series(units_UK, weights_U, _runs_of(pauses_U))
    steps = _find_steps(series, caution)
    edges = np.append(firsts_U, count)
    ramp = _better_ramp(series, steps, caution) if steps else None
    if ramp is not None:
        return Moves(ramp=(int(edges[ramp[0]]), int(edges[ramp[1]])))
    return Moves(tuple(int(edges[step]) for step in _date_steps(series, steps, pauses_U, caution)))


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


def _find_steps(series: Series, caution: Caution) -> tuple[int, ...]:
    """Give the largest number of steps that are all beyond chance between their neighbours."""
    count, costs_UU = len(series.weights_U), squares(series)
    for wanted in range(min(MOST_STEPS, count // caution.fewest - 1), 0, -1):
        steps = partition(costs_UU, wanted + 1, caution.fewest)
        proof = caution.proof + (_MORE_PROOF if wanted > 1 else 0.0)
        edges = (0, *steps, count)
        if all(_proof(series.part(a, b), caution) > proof for a, b in zip(edges, edges[2:], strict=False)):
            return steps
    return ()


def is_beyond_chance(series: Series, caution: Caution) -> bool:
    """Tell whether a step somewhere in the series explains it so much better than none."""
    return _proof(series, caution) > caution.proof


def _proof(series: Series, caution: Caution) -> float:
    """Give the logarithm of the evidence for a step at any place, added up over the places."""
    return _log_sum(evidence(series, _steps(len(series.weights_U), caution.fewest), caution))


def _date_steps(series: Series, steps: tuple[int, ...], pauses_U: Times, caution: Caution) -> tuple[int, ...]:
    """Move each step to where it is likeliest between its neighbours: evidence times the root of the pause before it.

    A move is as likely at any moment (the pause itself) or at any session (its zeroth power); the root lies between.
    """
    edges = [0, *steps, len(series.weights_U)]
    for number in range(1, len(edges) - 1):
        start, end = edges[number - 1], edges[number + 1]
        log_H = evidence(series.part(start, end), _steps(end - start, caution.fewest), caution)
        log_pauses_H = np.log(np.maximum(pauses_U[start:end][caution.fewest : 1 - caution.fewest], 1.0))
        edges[number] = start + caution.fewest + int((log_H + log_pauses_H / 2).argmax())
    return tuple(edges[1:-1])


def _steps(count: int, fewest: int) -> Times:
    """Give [U, H] 0 before a step and 1 after it, for each step."""
    return (np.arange(count)[:, None] >= np.arange(fewest, count - fewest + 1)).astype(np.float64)


def evidence(series: Series, shapes_UH: Times, caution: Caution) -> Times:
    """Give for each shape of a move the logarithm of how much likelier it makes the series than no move does.

    A normal model: units lie about an unknown level, plus the shape times a move of about LARGE_MOVE deviations, with
    an unknown variance. Level, move and variance are integrated out (O'Hagan and Forster, Bayesian Inference, 11):
    with y the whitened units and m the whitened shape, both about their level, each of D dimensions gives
    (1 + L^2 m'm)^(-1/2), and the remaining square y'y - L^2 (m'y)^2 / (1 + L^2 m'm) to the power of minus half the
    degrees of freedom. The ways in which units may resemble each other are added up by their odds, with a move and
    without: what moods that last explain is no evidence.
    """
    count, width = series.units_UK.shape
    roots_U = np.sqrt(series.weights_U / series.weights_U.mean())
    columns: Times = np.column_stack([np.ones(count), series.units_UK, shapes_UH]) * roots_U[:, None]
    dimensions = _dimensions(series.units_UK)
    degrees = dimensions * (count - 1 + PRIOR_UNITS) / 2
    without: list[float] = []
    with_H: list[Times] = []
    for odds, likeness_UU in _resemblances(series.runs_U):
        lower_UU = np.linalg.cholesky(likeness_UU).astype(np.float64)
        white = np.linalg.solve(lower_UU, columns)
        level_U, square = white[:, 0], float(white[:, 0] @ white[:, 0])
        rest = white[:, 1:] - np.outer(level_U, level_U @ white[:, 1:] / square)
        units_UK, moves_UH = rest[:, :width], rest[:, width:]
        total = float((units_UK**2).sum()) + dimensions * PRIOR_UNITS * caution.least_deviation**2
        known_H = 1 + LARGE_MOVE**2 * (moves_UH**2).sum(axis=0)
        explained_H = LARGE_MOVE**2 * ((moves_UH.T @ units_UK) ** 2).sum(axis=1) / (known_H * total)
        volume = dimensions * (float(np.log(np.diag(lower_UU)).sum()) + math.log(square) / 2)
        without.append(math.log(odds) - volume - degrees * math.log(total))
        with_H.append(without[-1] - dimensions / 2 * np.log(known_H) - degrees * np.log1p(-explained_H))
    none, logs_RH = np.array(without), np.array(with_H)
    return np.array([_log_sum(logs_R) for logs_R in logs_RH.T]) - _log_sum(none)


def _resemblances(runs_U: Places) -> Iterator[tuple[float, Times]]:
    """Give ways in which units may resemble each other, [U, U] correlations, with their odds."""
    order_U: Places = np.arange(len(runs_U))
    apart_UU, is_same_UU = np.abs(order_U[:, None] - order_U), runs_U[:, None] == runs_U
    alone_UU, has_runs = np.eye(len(runs_U)), not bool(is_same_UU.all())
    yield ALIKE_ODDS, alone_UU
    for part, decay in product(_LIKE_PARTS, _LIKE_DECAYS):
        yield 1.0, (1 - part) * alone_UU + part * decay**apart_UU
    for part in _RUN_PARTS if has_runs else ():
        yield ALIKE_ODDS, (1 - part) * alone_UU + part * is_same_UU


def _dimensions(units_UK: Times) -> float:
    """Give how many independent columns of equal variance vary like these: tr(C)^2 / tr(C^2), 1 to K.

    C is the scatter of differences between neighbours, which a move hardly changes.
    """
    steps_UK = np.diff(units_UK, axis=0)
    products_KK = steps_UK.T @ steps_UK
    total = float(np.trace(products_KK))
    return total**2 / float((products_KK**2).sum()) if total > 0 else 1.0


def _log_sum(logs: Times) -> float:
    """Give the logarithm of the sum of exponentials."""
    most = float(logs.max())
    return most + math.log(float(np.exp(logs - most).sum()))


def _mean(series: Series) -> Times:
    return series.weights_U @ series.units_UK / series.weights_U.sum()


def _better_ramp(series: Series, steps: tuple[int, ...], caution: Caution) -> tuple[int, int] | None:
    """Give the likeliest ramp when ramps are likelier than single steps; steps back and forth are no ramp."""
    count = len(series.weights_U)
    means = [_mean(series.part(start, end)) for start, end in pairwise((0, *steps, count))]
    jumps = [after - before for before, after in pairwise(means)]
    if any(float(first @ second) <= 0 for first, second in pairwise(jumps)):
        return None
    points = np.unique(np.linspace(0, count, _RAMP_POINTS).astype(np.int64))
    starts_H, ends_H = (axis.ravel() for axis in np.meshgrid(points, points, indexing="ij"))
    is_slow_H = ends_H - starts_H >= max(LEAST_RAMP * count, 2)
    starts_H, ends_H = starts_H[is_slow_H], ends_H[is_slow_H]
    ramps_UH = np.clip((np.arange(count)[:, None] + 0.5 - starts_H) / (ends_H - starts_H), 0.0, 1.0)
    stepped_H = evidence(series, _steps(count, caution.fewest), caution)
    ramped_H = evidence(series, ramps_UH, caution)
    # Averages over the ramps and over the steps are compared, so that many ways to draw a ramp are no evidence for it.
    lead = _log_sum(ramped_H) - _log_sum(stepped_H) - math.log(len(ramped_H) / len(stepped_H))
    if lead < RAMP_PROOF:
        return None
    best = int(ramped_H.argmax())
    return int(starts_H[best]), int(ends_H[best])
