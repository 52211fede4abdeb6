"""Rows of one part in two pieces: side by side over different items, or one set after the other.

Axes: B weightings, U rows, V items, K chosen items, X items left out.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats
from temporec_mcp.models.blend import Wide
from temporec_mcp.pipeline.rows import Rows, Sums, stacked_sums, sums_of

MOST_PILED = 20
"""Rows that lie on a pile; with more it is copied into one."""


@dataclass(frozen=True)
class JointRows:
    """Rows in two pieces that reach different items."""

    pieces: tuple[Rows, Rows]

    @property
    def shifts_U(self) -> Wide:
        """What was taken off each row."""
        return self.pieces[0].shifts_U + self.pieces[1].shifts_U

    @cached_property
    def sums(self) -> Sums:
        """Over all items."""
        return _added(*(piece.sums for piece in self.pieces))

    def sums_over(self, items_X: NDArray[np.intp]) -> Sums:
        """Over the chosen items."""
        return _added(*(piece.sums_over(items_X) for piece in self.pieces))

    def add_to(self, total_BV: Floats, weights_BU: Floats) -> None:
        """Add the weighted sums of the rows."""
        for piece in self.pieces:
            piece.add_to(total_BV, weights_BU)

    def at(self, items_K: NDArray[np.intp]) -> Floats:
        """Give the rows [U, K] at the chosen items."""
        return self.pieces[0].at(items_K) + self.pieces[1].at(items_K)

    def onto(self, values_V: Floats) -> Floats:
        """Give the product of each row with the values of all items."""
        return self.pieces[0].onto(values_V) + self.pieces[1].onto(values_V)

    def products(self, other: Rows) -> Wide:
        """Give the product of each row with each of `other`, of the same part."""
        assert isinstance(other, JointRows)
        return self.pieces[0].products(other.pieces[0]) + self.pieces[1].products(other.pieces[1])

    def stacked(self, other: Rows) -> "JointRows":
        """Give these rows and then those of `other`, of the same part, as one copy."""
        assert isinstance(other, JointRows)
        return JointRows((self.pieces[0].stacked(other.pieces[0]), self.pieces[1].stacked(other.pieces[1])))


@dataclass(frozen=True)
class PiledRows:
    """Rows, and a few others of the same part after them; nothing is copied."""

    first: Rows
    then: Rows

    @property
    def shifts_U(self) -> Wide:
        """What was taken off each row."""
        return np.concatenate((self.first.shifts_U, self.then.shifts_U))

    @cached_property
    def sums(self) -> Sums:
        """Over all items."""
        return stacked_sums(self.first, self.then)

    def sums_over(self, items_X: NDArray[np.intp]) -> Sums:
        """Over the chosen items."""
        return sums_of(self.at(items_X))

    def add_to(self, total_BV: Floats, weights_BU: Floats) -> None:
        """Add the weighted sums of the rows."""
        count = len(self.first.shifts_U)
        self.first.add_to(total_BV, weights_BU[:, :count])
        self.then.add_to(total_BV, weights_BU[:, count:])

    def at(self, items_K: NDArray[np.intp]) -> Floats:
        """Give the rows [U, K] at the chosen items."""
        return np.concatenate((self.first.at(items_K), self.then.at(items_K)))

    def onto(self, values_V: Floats) -> Floats:
        """Give the product of each row with the values of all items."""
        return np.concatenate((self.first.onto(values_V), self.then.onto(values_V)))

    def products(self, other: Rows) -> Wide:
        """Give the product of each row with each of `other`, of the same part."""
        return np.concatenate((self.first.products(other), self.then.products(other)))

    def stacked(self, other: Rows) -> Rows:
        """Pile `other` on these rows, of the same part; what has grown high is copied into one."""
        then = self.then.stacked(other)
        is_low = len(then.shifts_U) <= MOST_PILED
        stacked = PiledRows(self.first, then) if is_low else self.first.stacked(then)
        # Of what is known only the products with the others are new.
        vars(stacked)["sums"] = stacked_sums(self, other)
        return stacked


def piled(rows: Rows, others: Rows) -> Rows:
    """Give these rows and then others of the same part, without a copy of these."""
    return rows.stacked(others) if isinstance(rows, PiledRows) else PiledRows(rows, others)


def _added(one: Sums, two: Sums) -> Sums:
    return one[0] + two[0], one[1] + two[1]
