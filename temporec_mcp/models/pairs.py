"""Counts that the closed-form parts are made of: users by items, and items that followed each other.

Axes: N events, U users, V items, M the most used items; a pair (a, b) is two events of one user, a before b.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import EventLog, Flags, Floats, Indices
from temporec_mcp.models.part import FitData

DENSE_ITEMS = 5_000
"""Most used items that a dense square covers; 5,000 are 100 MB and a few seconds to invert."""
PAIR_DISTANCE = 50
"""Steps between the two events of a pair, at most."""
LEAST_AT_ONCE = 500_000
"""Pairs that wait to be summed, at least ..."""
MOST_AT_ONCE = 4_000_000
"""... and at most; in between as many as the sum holds cells, so that few pairs take little memory."""
MOST_PAIRS = 60_000_000
"""Pairs that a square is summed from, about: in a larger log only events fewer steps apart are paired (4 GB)."""
LEAST_DISTANCE = 3
"""Steps between the events of a pair, however large the log."""


@dataclass(frozen=True, slots=True)
class PairRows:
    """All pairs of one distance, as rows of the log."""

    distance: int
    earlier: NDArray[np.intp]
    later: NDArray[np.intp]
    gap_seconds: NDArray[np.float64]


Weigh = Callable[[PairRows], NDArray[np.float64]]


def positives(data: FitData) -> EventLog:
    """Give the log of the events that speak for their item."""
    return data.log.keep(data.action_weights[data.log.actions_N] > 0.0)


def popularity(log: EventLog) -> Floats:
    """Count the events of each item."""
    return np.bincount(log.items_N, minlength=len(log.item_ids)).astype(np.float32)


def most_used(log: EventLog, limit: int = DENSE_ITEMS) -> Indices:
    """Give the item numbers of the `limit` most used items, ascending; unused items are left out."""
    counts_V = popularity(log)
    items = np.argsort(-counts_V, kind="stable")[:limit]
    return np.sort(items[counts_V[items] > 0]).astype(np.int32)


def user_items(log: EventLog) -> sparse.csr_array:
    """Give the users by items matrix [U, V] with 1 where the user had the item."""
    shape = (len(log.user_ids), len(log.item_ids))
    cells = sparse.coo_array((np.ones(len(log.items_N), dtype=np.float32), (log.users_N, log.items_N)), shape=shape)
    used = cells.tocsr()
    used.data[:] = 1.0
    return used


def pairs(log: EventLog, furthest: int = PAIR_DISTANCE) -> Iterator[PairRows]:
    """Give the pairs distance by distance, from 1 to `furthest`, or to what `MOST_PAIRS` allows."""
    users_N = log.users_N
    furthest = min(furthest, max(LEAST_DISTANCE, MOST_PAIRS // max(1, len(users_N))))
    for distance in range(1, min(furthest, len(users_N) - 1) + 1):
        earlier = np.flatnonzero(users_N[:-distance] == users_N[distance:])
        if not len(earlier):
            return
        later = earlier + distance
        yield PairRows(distance, earlier, later, log.times_N[later] - log.times_N[earlier])


def pair_sum(log: EventLog, weigh: Weigh, furthest: int = PAIR_DISTANCE) -> sparse.csr_array:
    """Sum `weigh` of all pairs into an items by items matrix [V, V]: row of the earlier item, column of the later."""
    size = len(log.item_ids)
    total = sparse.csr_array((size, size), dtype=np.float64)
    waiting: list[tuple[Indices, Indices, NDArray[np.float64]]] = []
    count = 0
    for rows in pairs(log, furthest):
        weights = weigh(rows)
        is_counted: Flags = weights != 0.0
        waiting.append(
            (log.items_N[rows.earlier[is_counted]], log.items_N[rows.later[is_counted]], weights[is_counted])
        )
        count += int(is_counted.sum())
        if count > min(MOST_AT_ONCE, max(LEAST_AT_ONCE, total.nnz)):
            total, waiting, count = total + _summed(waiting, size), [], 0
    return total + _summed(waiting, size) if waiting else total


def two_way_sum(log: EventLog, weigh: Weigh, reverse: float = 0.5, furthest: int = PAIR_DISTANCE) -> sparse.csr_array:
    """Sum `weigh` of all pairs forward, and `reverse` times it backward.

    Events with equal timestamps have no order, so each way gets the mean of both.
    """
    ordered = pair_sum(log, lambda rows: np.where(rows.gap_seconds > 0.0, weigh(rows), 0.0), furthest)
    tied = pair_sum(log, lambda rows: np.where(rows.gap_seconds > 0.0, 0.0, weigh(rows)), furthest)
    return sparse.csr_array(ordered + reverse * ordered.T + (1.0 + reverse) / 2.0 * (tied + tied.T))


def without_diagonal(square_VV: sparse.csr_array) -> sparse.csr_array:
    """Give the square with its diagonal at 0."""
    rows = np.repeat(np.arange(square_VV.shape[0]), np.diff(square_VV.indptr))
    values = np.where(rows == square_VV.indices, 0.0, square_VV.data)
    return sparse.csr_array((values, square_VV.indices, square_VV.indptr), shape=square_VV.shape)


def keep_strongest(square_VV: sparse.csr_array, count: int) -> sparse.csr_array:
    """Keep the `count` largest values above 0 of each row, of equal ones those of the first columns."""
    lengths_V = np.diff(square_VV.indptr)
    rows = np.repeat(np.arange(square_VV.shape[0]), lengths_V)
    is_kept: Flags = square_VV.data > 0.0
    is_long = lengths_V[rows] > count
    is_kept[is_long] &= _is_among_largest(square_VV.data[is_long], rows[is_long], count)
    kept_before = np.concatenate(([0], np.cumsum(is_kept)))
    starts = kept_before[square_VV.indptr].astype(square_VV.indptr.dtype)
    return sparse.csr_array((square_VV.data[is_kept], square_VV.indices[is_kept], starts), shape=square_VV.shape)


def _is_among_largest(values: NDArray[np.float64], rows: NDArray[np.intp], count: int) -> Flags:
    """Tell which values are among the `count` largest of their row (below 0 is as 0); rows ascend and have more.

    Row and value become one whole number, so that one sort of numbers does what a sort by two keys would.
    """
    if not len(rows):
        return np.zeros(0, dtype=np.bool_)
    falling = np.uint32(2**32 - 1) - np.abs(np.maximum(values, 0.0)).astype(np.float32).view(np.uint32)
    keys = (rows.astype(np.uint64) << np.uint64(32)) | falling
    firsts = np.flatnonzero(np.diff(rows, prepend=-1))
    lasts = np.repeat(np.sort(keys)[firsts + count - 1], np.diff(firsts, append=len(rows)))
    is_above, is_last = keys < lasts, keys == lasts
    last_before = np.cumsum(is_last) - is_last
    above = np.add.reduceat(is_above, firsts, dtype=np.int64)
    lengths = np.diff(firsts, append=len(rows))
    place_among_last = last_before - np.repeat(last_before[firsts], lengths)
    return is_above | (is_last & (place_among_last < np.repeat(count - above, lengths)))


def _summed(waiting: list[tuple[Indices, Indices, NDArray[np.float64]]], size: int) -> sparse.csr_array:
    earlier, later, weights = (np.concatenate(column) for column in zip(*waiting, strict=True))
    return sparse.coo_array((weights, (earlier, later)), shape=(size, size)).tocsr()
