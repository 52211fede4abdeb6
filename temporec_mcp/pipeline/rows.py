"""What the events of one history say for every item, one row a distinct item of the history.

The mean and the spread that a weighted sum of rows has over the candidates follow from the rows' own means and
products, so a history with an event left out, or asked at another moment, needs no further look at the catalogue.

Axes: B weightings, U rows, V items, M items that a row reaches, K chosen items, X items left out.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import Flags, Floats, Indices
from temporec_mcp.models.blend import FLAT, NOTHING, Wide
from temporec_mcp.models.linear import DENSE_BATCH

Sums = tuple[Wide, Wide]
"""The sum of each row over some items [U], and of each product of two rows [U, U]."""


class Rows(Protocol):
    """Rows of scores over all V items."""

    @property
    def shifts_U(self) -> Wide:
        """What was taken off each row, which changes no standard score."""
        ...

    @cached_property
    def sums(self) -> Sums:
        """Over all items."""
        ...

    def sums_over(self, items_X: NDArray[np.intp]) -> Sums:
        """Over the chosen items."""
        ...

    def add_to(self, total_BV: Floats, weights_BU: Floats) -> None:
        """Add the weighted sums of the rows."""
        ...

    def at(self, items_K: NDArray[np.intp]) -> Floats:
        """Give the rows [U, K] at the chosen items."""
        ...

    def products(self, other: "Rows") -> Wide:
        """Give the product, over all items, of each row with each of `other`, of the same part [U, U']."""
        ...

    def stacked(self, other: "Rows") -> "Rows":
        """Give these rows and then those of `other`, of the same part, as one copy."""
        ...


@dataclass(frozen=True)
class DenseRows:
    """Rows as they are, over all items or over those that a dense square covers."""

    rows_UM: Floats
    columns_M: Indices | None
    """The items that the rows reach, ascending, 0 elsewhere; None: all V."""
    shifts_U: Wide

    @cached_property
    def sums(self) -> Sums:
        """Over all items."""
        return sums_of(self.rows_UM)

    def sums_over(self, items_X: NDArray[np.intp]) -> Sums:
        """Over the chosen items."""
        return sums_of(self.at(items_X))

    def add_to(self, total_BV: Floats, weights_BU: Floats) -> None:
        """Add the weighted sums of the rows."""
        if self.columns_M is None:
            total_BV += weights_BU @ self.rows_UM
        else:
            total_BV[:, self.columns_M] += weights_BU @ self.rows_UM

    def at(self, items_K: NDArray[np.intp]) -> Floats:
        """Give the rows [U, K] at the chosen items."""
        if self.columns_M is None:
            return self.rows_UM[:, items_K]
        places_K = np.minimum(np.searchsorted(self.columns_M, items_K), len(self.columns_M) - 1)
        is_reached_K = self.columns_M[places_K] == items_K
        return np.where(is_reached_K, self.rows_UM[:, places_K], np.float32(0.0))

    def products(self, other: Rows) -> Wide:
        """Give the product of each row with each of `other`, of the same part."""
        assert isinstance(other, DenseRows)
        return (self.rows_UM @ other.rows_UM.T).astype(np.float64)

    def stacked(self, other: Rows) -> "DenseRows":
        """Give these rows and then those of `other`, of the same part, as one copy."""
        assert isinstance(other, DenseRows)
        rows_UM = np.concatenate((self.rows_UM, other.rows_UM))
        stacked = DenseRows(rows_UM, self.columns_M, np.concatenate((self.shifts_U, other.shifts_U)))
        vars(stacked)["sums"] = stacked_sums(self, other)
        return stacked


@dataclass(frozen=True)
class SparseRows:
    """Rows that are mostly 0, kept the other way round: one row an item of the catalogue."""

    columns_VU: sparse.csr_array

    @property
    def shifts_U(self) -> Wide:
        """Nothing was taken off."""
        return np.zeros(self.columns_VU.shape[1])

    @cached_property
    def sums(self) -> Sums:
        """Over all items."""
        # Few rows: multiplied as they lie, they take less time than pair by pair.
        dense_VU = self.columns_VU.toarray()
        row_count = int(self.columns_VU.shape[1])
        weights = self.columns_VU.data.astype(np.float64)
        sums_U: Wide = np.bincount(self.columns_VU.indices, weights=weights, minlength=row_count).astype(np.float64)
        return sums_U, (dense_VU.T @ dense_VU).astype(np.float64)

    def sums_over(self, items_X: NDArray[np.intp]) -> Sums:
        """Over the chosen items."""
        chosen_UX = self.at(items_X)
        return chosen_UX.sum(axis=1, dtype=np.float64), (chosen_UX @ chosen_UX.T).astype(np.float64)

    @cached_property
    def dense_UV(self) -> Floats:
        """The rows with their zeros: many histories at once are multiplied several times as fast."""
        return np.ascontiguousarray(self.columns_VU.toarray().T, dtype=np.float32)

    def add_to(self, total_BV: Floats, weights_BU: Floats) -> None:
        """Add the weighted sums of the rows."""
        if len(weights_BU) >= DENSE_BATCH:
            total_BV += weights_BU @ self.dense_UV
            return
        for total_V, weights_U in zip(total_BV, weights_BU, strict=True):
            total_V += self.columns_VU @ weights_U

    def at(self, items_K: NDArray[np.intp]) -> Floats:
        """Give the rows [U, K] at the chosen items."""
        # By hand: choosing a few rows of a sparse array costs more than all the rest of a short list.
        starts, rows, values = self.columns_VU.indptr, self.columns_VU.indices, self.columns_VU.data
        chosen_UK = np.zeros((self.columns_VU.shape[1], len(items_K)), dtype=np.float32)
        for place, item in enumerate(items_K.tolist()):
            cells = slice(starts[item], starts[item + 1])
            chosen_UK[rows[cells], place] = values[cells]
        return chosen_UK

    def products(self, other: Rows) -> Wide:
        """Give the product of each row with each of `other`, of the same part."""
        assert isinstance(other, SparseRows)
        return np.asarray(self.columns_VU.T @ other.columns_VU.toarray(), dtype=np.float64)

    def stacked(self, other: Rows) -> "SparseRows":
        """Give these rows and then those of `other`, of the same part, as one copy."""
        assert isinstance(other, SparseRows)
        stacked = SparseRows(sparse.csr_array(sparse.hstack((self.columns_VU, other.columns_VU), format="csr")))
        vars(stacked)["sums"] = stacked_sums(self, other)
        return stacked


@dataclass(frozen=True, slots=True)
class Moments:
    """Means and products of rows over the candidates of a request."""

    means_U: Wide
    products_UU: Wide
    """Of what the rows differ from their means, the mean over the candidates."""
    shifts_U: Wide

    def scales(self, weights_BU: Floats) -> tuple[Wide, Wide]:
        """Give the mean [B] of each weighted sum of rows, and 1 / its standard deviation (0 where it is flat)."""
        weights = weights_BU.astype(np.float64)
        means_B = weights @ self.means_U
        variances_B = ((weights @ self.products_UU) * weights).sum(axis=1)
        deviations_B = np.sqrt(np.maximum(variances_B, 0.0))
        is_flat_B = deviations_B <= FLAT * np.abs(means_B + weights @ self.shifts_U) + NOTHING
        return means_B, np.where(is_flat_B, 0.0, 1.0 / np.where(is_flat_B, 1.0, deviations_B))


def moments(rows: Rows, candidates_V: Flags) -> Moments:
    """Take the moments of `rows` over the candidates; a few items left out of all cost little."""
    left_out_X = np.flatnonzero(~candidates_V)
    count = len(candidates_V) - len(left_out_X)
    if len(left_out_X) <= count:
        sums_U, products_UU = (all_ - gone for all_, gone in zip(rows.sums, rows.sums_over(left_out_X), strict=True))
    else:
        sums_U, products_UU = rows.sums_over(np.flatnonzero(candidates_V))
    means_U = sums_U / max(1, count)
    return Moments(means_U, products_UU / max(1, count) - np.outer(means_U, means_U), rows.shifts_U)


def level(rows_UV: Floats) -> DenseRows:
    """Make rows of full width whose mean is 0, so that the moments lose no digits."""
    shifts_U = rows_UV.mean(axis=1, dtype=np.float64)
    rows_UV -= shifts_U[:, None].astype(np.float32)
    return DenseRows(rows_UV, None, shifts_U)


def stacked_sums(one: Rows, two: Rows) -> Sums:
    """Give the sums of two sets of rows as of one."""
    products = one.products(two)
    products_UU: Wide = np.block([[one.sums[1], products], [products.T, two.sums[1]]]).astype(np.float64)
    return np.concatenate((one.sums[0], two.sums[0])), products_UU


def sums_of(rows_UM: Floats) -> Sums:
    """Give the sums of plain rows over their items."""
    return rows_UM.sum(axis=1, dtype=np.float64), (rows_UM @ rows_UM.T).astype(np.float64)
