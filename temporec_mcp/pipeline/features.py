"""Choose and shape features: whitening, principal components by kept variance, mutual information.

Axes: n rows, V items, D width of the vectors that came, E width kept, F features, Q bins, C classes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats, Indices
from temporec_mcp.models.text import has_text

Wide = NDArray[np.float64]

KEPT_VARIANCE = 0.9
WHITENING_STRENGTH = 0.35
"""Between 0 (turn and cut only) and 1 (each component gets variance 1).

With 90 % of the variance (140 to 160 components of 384) text neighbours of films and of shop goods are best or near it
at 0.2 to 0.5; vectors as they come lose a tenth to a half. Full whitening gains a little on the shop, loses a quarter
on films, and where the components are nearly as many as the items it makes all items equally far apart.
"""
LEAST_VARIANCE_SHARE = 1e-6
"""A component with less of the largest one's variance is rounding, which whitening would blow up."""
BIN_COUNT = 8
SHUFFLE_COUNT = 20
"""Shuffled copies of the classes that tell how much information chance gives."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A linear map learnt from vectors: (x - mean) @ matrix."""

    mean_D: Floats
    matrix_DE: Floats
    variance_share: float
    """Part of the variance that the E components hold, 0 to 1."""

    def apply(self, vectors_nD: Floats) -> Floats:
        """Give [n, E] float32; a row of zeros, which is no text, stays one."""
        projected_nE = (vectors_nD - self.mean_D) @ self.matrix_DE
        return np.where(has_text(vectors_nD)[:, None], projected_nE, np.float32(0.0))


def fit_whitening(vectors_VD: Floats, width: int | None = None, strength: float = WHITENING_STRENGTH) -> Projection:
    """Learn the map onto the leading components, each divided by its standard deviation to the power `strength`.

    Sentence vectors lie in a narrow cone where a few directions drown the rest; whitening gives the others a say
    (Su et al. 2021, "Whitening Sentence Representations", section 3, which is strength 1). Rows of zeros do not
    count.

    Args:
        vectors_VD: text vectors.
        width: E at most; None keeps the components that hold 90 % of the variance. Smaller where the vectors span
            less; 0 when fewer than two rows have text.
        strength: 0 to 1.
    """
    spectrum = _spectrum(vectors_VD)
    count = spectrum.width_of(KEPT_VARIANCE) if width is None else width
    return _projection(spectrum, min(count, spectrum.rank), strength)


def fit_pca(vectors_VD: Floats, kept_variance: float = KEPT_VARIANCE) -> Projection:
    """Learn the map onto the fewest principal components that hold `kept_variance` (0 to 1) of the variance."""
    spectrum = _spectrum(vectors_VD)
    return _projection(spectrum, min(spectrum.width_of(kept_variance), spectrum.rank), strength=0.0)


def whiten(vectors_VD: Floats, width: int | None = None, strength: float = WHITENING_STRENGTH) -> Floats:
    """Give the vectors whitened by their own map and brought to length 1: [V, E] float32, zeros where no text is.

    The length of a whitened vector says how unusual its text is, not what it means, so it is taken out.
    """
    whitened_VE = fit_whitening(vectors_VD, width, strength).apply(vectors_VD)
    lengths_V1 = np.sqrt(np.square(whitened_VE).sum(axis=1, keepdims=True, dtype=np.float32))
    return (whitened_VE / np.where(lengths_V1 > 0, lengths_V1, 1.0)).astype(np.float32)


def mutual_information(features_nF: Floats, classes_n: Indices, bin_count: int = BIN_COUNT) -> Floats:
    """Give how much each feature tells of the classes [F], in nats, 0 when independent.

    Features are cut into bins of equal counts; the plug-in estimate is corrected for its bias, (Q - 1)(C - 1) / 2n
    over the bins and classes that occur (Miller 1955), and never below 0.

    Args:
        features_nF: numbers, without NaN.
        classes_n: class numbers from 0.
        bin_count: Q, bins of a feature; ties share a bin.
    """
    bins_nF = _bins(features_nF, bin_count)
    return np.maximum(_information(bins_nF, classes_n, bin_count), 0.0).astype(np.float32)


def choose_features(
    features_nF: Floats, classes_n: Indices, count: int, generator: np.random.Generator, bin_count: int = BIN_COUNT
) -> NDArray[np.intp]:
    """Give the numbers of at most `count` features, the most telling first.

    A feature qualifies when it tells more of the classes than any feature tells of shuffled ones, so that features
    which are noise are left out even where `count` has room.
    """
    bins_nF = _bins(features_nF, bin_count)
    told_F = _information(bins_nF, classes_n, bin_count)
    chance = max(
        (float(_information(bins_nF, generator.permutation(classes_n), bin_count).max()) for _ in range(SHUFFLE_COUNT)),
        default=0.0,
    )
    best_F = np.argsort(-told_F, kind="stable")[:count]
    return best_F[told_F[best_F] > max(chance, 0.0)]


@dataclass(frozen=True, slots=True)
class _Spectrum:
    mean_D: Wide
    variances_D: Wide
    """Falling."""
    axes_DD: Wide
    """A column per component."""
    rank: int

    def width_of(self, kept_variance: float) -> int:
        """Count the leading components that hold `kept_variance` of the variance."""
        total = float(self.variances_D.sum())
        if total == 0:
            return 0
        # A rounding error must not cost a component.
        return int(np.searchsorted(np.cumsum(self.variances_D) / total, kept_variance - 1e-12)) + 1


def _spectrum(vectors_VD: Floats) -> _Spectrum:
    rows_nD = vectors_VD[has_text(vectors_VD)].astype(np.float64)
    width = int(vectors_VD.shape[1])
    if len(rows_nD) < 2:
        return _Spectrum(np.zeros(width), np.zeros(width), np.eye(width), 0)
    mean_D = rows_nD.mean(axis=0)
    centred_nD = rows_nD - mean_D
    rising_D, rising_DD = np.linalg.eigh(centred_nD.T @ centred_nD / len(rows_nD))
    variances_D = np.maximum(rising_D[::-1], 0.0)
    axes_DD = np.asarray(rising_DD, dtype=np.float64)[:, ::-1]
    # An axis may point either way; its largest entry is made positive, so that equal data give equal maps.
    largest_D = np.take_along_axis(axes_DD, np.abs(axes_DD).argmax(axis=0)[None, :], axis=0)
    rank = int((variances_D > LEAST_VARIANCE_SHARE * variances_D[0]).sum()) if variances_D[0] > 0 else 0
    return _Spectrum(mean_D, variances_D, axes_DD * np.sign(largest_D), rank)


def _projection(spectrum: _Spectrum, width: int, strength: float) -> Projection:
    matrix_DE = spectrum.axes_DD[:, :width] / spectrum.variances_D[:width] ** (strength / 2)
    total = float(spectrum.variances_D.sum())
    share = float(spectrum.variances_D[:width].sum()) / total if total > 0 else 0.0
    return Projection(spectrum.mean_D.astype(np.float32), matrix_DE.astype(np.float32), share)


def _bins(features_nF: Floats, bin_count: int) -> NDArray[np.int64]:
    edges_QF = np.quantile(features_nF, np.linspace(0, 1, bin_count + 1)[1:-1], axis=0)
    return np.count_nonzero(features_nF[None, :, :] > edges_QF[:, None, :], axis=0)


def _information(bins_nF: NDArray[np.int64], classes_n: Indices, bin_count: int) -> Wide:
    count, feature_count = bins_nF.shape
    class_count = int(classes_n.max()) + 1
    firsts_F = np.arange(feature_count, dtype=np.int64) * bin_count
    cells_nF = np.add(firsts_F, bins_nF, dtype=np.int64) * class_count + classes_n[:, None]
    counts_FQC = np.bincount(cells_nF.ravel(), minlength=feature_count * bin_count * class_count)
    joint_FQC = counts_FQC.reshape(feature_count, bin_count, class_count) / count
    bins_FQ, classes_C = joint_FQC.sum(axis=2), joint_FQC[0].sum(axis=0)
    expected_FQC = bins_FQ[:, :, None] * classes_C
    occurs_FQC = joint_FQC > 0
    ratio_FQC = np.divide(joint_FQC, expected_FQC, out=np.ones_like(joint_FQC), where=occurs_FQC)
    told_F = (joint_FQC * np.log(ratio_FQC)).sum(axis=(1, 2))
    bias_F = ((bins_FQ > 0).sum(axis=1) - 1) * (int((classes_C > 0).sum()) - 1) / (2 * count)
    return told_F - bias_F
