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
PAIRS_AT_ONCE = 4_000_000


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
    """Give the pairs distance by distance, from 1 to `furthest`."""
    users_N = log.users_N
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
        if count > PAIRS_AT_ONCE:
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
    """Keep the `count` largest values above 0 of each row."""
    rows = np.repeat(np.arange(square_VV.shape[0]), np.diff(square_VV.indptr))
    order = np.lexsort((-square_VV.data, rows))
    ranks = np.arange(len(order)) - square_VV.indptr[rows]
    kept = order[(ranks < count) & (square_VV.data[order] > 0.0)]
    cells = (square_VV.data[kept], (rows[kept], square_VV.indices[kept]))
    return sparse.coo_array(cells, shape=square_VV.shape).tocsr()


def _summed(waiting: list[tuple[Indices, Indices, NDArray[np.float64]]], size: int) -> sparse.csr_array:
    earlier, later, weights = (np.concatenate(column) for column in zip(*waiting, strict=True))
    return sparse.coo_array((weights, (earlier, later)), shape=(size, size)).tocsr()
