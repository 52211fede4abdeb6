"""One field's numbers: fill what is missing, mark outliers, scale to 0..1. Pure functions.

Axes: N values of a field. NaN is a missing value.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Flags, Floats

Numbers = NDArray[np.float64]
FillRule = Literal["mean", "median", "nearest neighbour"]
OutlierRule = Literal["z-score", "IQR"]

Z_LIMIT = 3.0
"""Standard deviations from the mean that a value may lie off."""
IQR_FACTOR = 1.5
"""Interquartile ranges beyond the quartiles that a value may lie off (Tukey 1977)."""
SKEW_LIMIT = 1.0
"""Skewness up to which values count as symmetric."""
KEY_SHARE = 0.5
"""Share of the variance that the key must explain before neighbours of one key fill each other's gaps."""
CONSTANT = 0.5
"""Where every value of a constant field lies on the scale of 0 to 1."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values with what they hang on and when they were taken: a price hangs on its item."""

    values_N: Floats
    keys_N: NDArray[np.int32]
    times_N: Numbers
    """Seconds."""


def z_scores(values_N: Floats) -> Numbers:
    """Give (value - mean) / standard deviation (of the population); zeros for a constant field, NaN stays NaN."""
    given_N = np.isfinite(values_N)
    wide_N = values_N.astype(np.float64)
    if not given_N.any():
        return wide_N
    spread = wide_N[given_N].std()
    return np.where(given_N, (wide_N - wide_N[given_N].mean()) / (spread if spread > 0 else 1.0), np.nan)


def beyond_z(values_N: Floats, limit: float = Z_LIMIT) -> Flags:
    """Mark the values more than `limit` standard deviations from the mean; a z-score of 2 is not beyond 3."""
    return np.abs(np.nan_to_num(z_scores(values_N))) > limit


def beyond_iqr(values_N: Floats, factor: float = IQR_FACTOR) -> Flags:
    """Mark the values more than `factor` interquartile ranges below the first or above the third quartile."""
    given_N = np.isfinite(values_N)
    if not given_N.any():
        return np.zeros(len(values_N), dtype=np.bool_)
    low, high = np.quantile(values_N[given_N].astype(np.float64), [0.25, 0.75])
    reach = factor * (high - low)
    return given_N & ((values_N < low - reach) | (values_N > high + reach))


def skewness(values_N: Floats) -> float:
    """Give the third standardised moment of the given values; 0 for a constant field."""
    z_N = z_scores(values_N)
    given_N = np.isfinite(z_N)
    return float((z_N[given_N] ** 3).mean()) if given_N.any() else 0.0


def outlier_rule(values_N: Floats) -> OutlierRule:
    """Choose the test for outliers: the z-score for symmetric values, else the IQR, which a long tail cannot mask."""
    return "z-score" if abs(skewness(values_N)) <= SKEW_LIMIT else "IQR"


def mark_outliers(values_N: Floats) -> Flags:
    """Mark the outliers by the rule that `outlier_rule` chooses; among fewer than four values there can be none."""
    return beyond_z(values_N) if outlier_rule(values_N) == "z-score" else beyond_iqr(values_N)


def fill_rule(keyed: Keyed) -> FillRule:
    """Choose how a field's gaps are filled.

    By the nearest neighbour where the key explains most of the variance (a price belongs to its item), else by the
    mean where the values are symmetric, else by the median, which a long tail cannot pull.
    """
    if explained_share(keyed) >= KEY_SHARE:
        return "nearest neighbour"
    return "mean" if abs(skewness(keyed.values_N)) <= SKEW_LIMIT else "median"


def fill(keyed: Keyed, rule: FillRule) -> Floats:
    """Give the values with every gap filled by `rule`; without a single value all stay missing.

    The nearest neighbour is the value of the same key that is nearest in time, the earlier of two equally near; a
    key without a value takes the median.
    """
    values_N, given_N = keyed.values_N, np.isfinite(keyed.values_N)
    if not given_N.any():
        return values_N.copy()
    middle = np.mean(values_N[given_N]) if rule == "mean" else np.median(values_N[given_N])
    filled_N = np.where(given_N, values_N, middle).astype(np.float32)
    if rule == "nearest neighbour":
        gaps = np.flatnonzero(~given_N)
        neighbours = _nearest_of_key(keyed, np.flatnonzero(given_N), gaps)
        has_neighbour = neighbours >= 0
        filled_N[gaps[has_neighbour]] = values_N[neighbours[has_neighbour]]
    return filled_N


def explained_share(keyed: Keyed) -> float:
    """Give the share of variance that the key explains, 0 to 1, corrected for the number of keys.

    1 - (within / (N - K)) / (total / (N - 1)) over the N given values of K keys: the adjusted R squared of a
    one-way analysis of variance. 0 when no key has two values.
    """
    given_N = np.isfinite(keyed.values_N)
    values_N = keyed.values_N[given_N].astype(np.float64)
    keys, groups_N = np.unique(keyed.keys_N[given_N], return_inverse=True)
    if len(values_N) <= len(keys) or values_N.std() == 0:
        return 0.0
    means_K = np.bincount(groups_N, values_N) / np.bincount(groups_N)
    within = ((values_N - means_K[groups_N]) ** 2).sum() / (len(values_N) - len(keys))
    total = ((values_N - values_N.mean()) ** 2).sum() / (len(values_N) - 1)
    return max(0.0, float(1 - within / total))


def min_max(values_N: Floats, excluded_N: Flags | None = None) -> Floats:
    """Scale to 0..1 by the least and the largest value: (70 - 10) / (100 - 10) = 0.667.

    Args:
        values_N: NaN stays NaN; a constant field lies at one half.
        excluded_N: outliers, which do not set the scale and are clipped to its ends.
    """
    measured_N = np.isfinite(values_N) if excluded_N is None else np.isfinite(values_N) & ~excluded_N
    if not measured_N.any():
        return np.full(len(values_N), np.nan, dtype=np.float32)
    low, high = values_N[measured_N].min(), values_N[measured_N].max()
    if low == high:
        return np.where(np.isfinite(values_N), np.float32(CONSTANT), np.float32(np.nan))
    return ((np.clip(values_N, low, high) - low) / (high - low)).astype(np.float32)


def _nearest_of_key(keyed: Keyed, given: NDArray[np.intp], gaps: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give for each gap the row of the given value of its key that is nearest in time, -1 where the key has none."""
    order = given[np.lexsort((keyed.times_N[given], keyed.keys_N[given]))]
    start = float(keyed.times_N.min())
    span = float(keyed.times_N.max()) - start + 1.0
    # Keys apart by more than the whole span of time: one sorted axis for both.
    axis = keyed.keys_N[order].astype(np.float64) * span + (keyed.times_N[order] - start)
    sought = keyed.keys_N[gaps].astype(np.float64) * span + (keyed.times_N[gaps] - start)
    after = np.searchsorted(axis, sought)
    rows = np.stack([order[np.maximum(after - 1, 0)], order[np.minimum(after, len(order) - 1)]])
    distances = np.where(
        keyed.keys_N[rows] == keyed.keys_N[gaps], np.abs(keyed.times_N[rows] - keyed.times_N[gaps]), np.inf
    )
    best = distances.argmin(axis=0)
    columns = np.arange(len(gaps))
    return np.where(np.isfinite(distances[best, columns]), rows[best, columns], -1)
