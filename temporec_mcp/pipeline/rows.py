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

from temporec_mcp.domain.log import PADDING, Flags, Floats, Indices
from temporec_mcp.models.blend import FLAT, NOTHING, Wide
from temporec_mcp.models.linear import DenseSquare, LinearPart
from temporec_mcp.models.text import TextPart

EventPart = LinearPart | TextPart
"""A sum over events."""
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

    def onto(self, values_V: Floats) -> Floats:
        """Give the product of each row with the values of all items: [U], or [U, E] for values [V, E]."""
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

    def onto(self, values_V: Floats) -> Floats:
        """Give the product of each row with the values of all items."""
        return self.rows_UM @ (values_V if self.columns_M is None else values_V[self.columns_M])

    def products(self, other: Rows) -> Wide:
        """Give the product of each row with each of `other`, of the same part."""
        assert isinstance(other, DenseRows)
        return (self.rows_UM @ other.rows_UM.T).astype(np.float64)

    def stacked(self, other: Rows) -> "DenseRows":
        """Give these rows and then those of `other`, of the same part, as one copy."""
        assert isinstance(other, DenseRows)
        rows_UM = np.concatenate((self.rows_UM, other.rows_UM))
        return DenseRows(rows_UM, self.columns_M, np.concatenate((self.shifts_U, other.shifts_U)))


@dataclass(frozen=True)
class SparseRows:
    """Rows that are nearly empty."""

    rows_UV: sparse.csr_array

    @property
    def shifts_U(self) -> Wide:
        """Nothing was taken off."""
        return np.zeros(self.rows_UV.shape[0])

    @cached_property
    def sums(self) -> Sums:
        """Over all items."""
        return sums_of(self.rows_UV.toarray())

    def sums_over(self, items_X: NDArray[np.intp]) -> Sums:
        """Over the chosen items."""
        return sums_of(self.at(items_X))

    def add_to(self, total_BV: Floats, weights_BU: Floats) -> None:
        """Add the weighted sums of the rows."""
        total_BV += (self.rows_UV.T @ weights_BU.T).T

    def at(self, items_K: NDArray[np.intp]) -> Floats:
        """Give the rows [U, K] at the chosen items."""
        # By hand: choosing a few columns of a sparse array costs more than all the rest of a short list.
        row_count, item_count = self.rows_UV.shape
        places_V = np.full(item_count, PADDING, dtype=np.intp)
        places_V[items_K] = np.arange(len(items_K))
        places_N = places_V[self.rows_UV.indices]
        found_N = np.flatnonzero(places_N != PADDING)
        rows_N = np.searchsorted(self.rows_UV.indptr, found_N, side="right") - 1
        chosen_UK = np.zeros((row_count, len(items_K)), dtype=np.float32)
        chosen_UK[rows_N, places_N[found_N]] = self.rows_UV.data[found_N]
        return chosen_UK

    def onto(self, values_V: Floats) -> Floats:
        """Give the product of each row with the values of all items."""
        return self.rows_UV @ values_V

    def moved(self, numbers_V: Indices, item_count: int) -> "SparseRows":
        """Give the rows over other items: `numbers_V` are theirs there, PADDING for what is not among them."""
        columns_N = numbers_V[self.rows_UV.indices]
        is_kept_N = columns_N != PADDING
        starts = np.concatenate(([0], np.cumsum(is_kept_N)))[self.rows_UV.indptr]
        cells = (self.rows_UV.data[is_kept_N], columns_N[is_kept_N], starts)
        return SparseRows(sparse.csr_array(cells, shape=(self.rows_UV.shape[0], item_count)))

    def products(self, other: Rows) -> Wide:
        """Give the product of each row with each of `other`, of the same part."""
        assert isinstance(other, SparseRows)
        return np.asarray(self.rows_UV @ other.rows_UV.T.toarray(), dtype=np.float64)

    def stacked(self, other: Rows) -> "SparseRows":
        """Give these rows and then those of `other`, of the same part, as one copy."""
        assert isinstance(other, SparseRows)
        return SparseRows(sparse.csr_array(sparse.vstack((self.rows_UV, other.rows_UV), format="csr")))


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


def rows_of(part: EventPart, items_U: Indices) -> DenseRows | SparseRows:
    """Gather what an event of each of the items says for every item, in the numbers of the model."""
    no_shifts_U = np.zeros(len(items_U))
    if isinstance(part, TextPart):
        return DenseRows(part.rows(items_U), None, no_shifts_U)
    square = part.square
    if isinstance(square, DenseSquare):
        columns_M = None if len(square.items_M) == square.item_count else square.items_M
        return DenseRows(square.rows(items_U), columns_M, no_shifts_U)
    rows_UM = square.rows(items_U)
    return DenseRows(rows_UM.toarray(), None, no_shifts_U) if square.is_filled else SparseRows(rows_UM)


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
