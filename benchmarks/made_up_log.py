"""Made-up behaviour of any size, written to Parquet piece by piece: skewed use, kinds of users, chains.

Items lie in clusters and are used by a power law. A user belongs to a few clusters and goes on along a chain (the next
item of the cluster), takes what is much used there, or now and then anything. Times are spread over a year in sessions.
All rows of a piece are drawn at once, so ten million take a minute and little memory.

Axes: N rows of a piece, U users of a piece, L events of a user.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EVENTS_PER_USER = 50
CLUSTERS_PER_USER = 3
CHAIN_SHARE = 0.4
"""Events that take the item after the one before."""
ANYTHING_SHARE = 0.1
SKEW = 0.8
"""Exponent of the power law of use."""
SESSION = 10
"""Events of a session."""
CLUSTER_ITEMS = 200
START_SECONDS = 1_735_689_600.0
SPAN_SECONDS = 365 * 86_400.0
STEP_SECONDS = 120.0
PIECE_USERS = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of whole users, each user's in time order."""

    users_N: NDArray[np.int64]
    items_N: NDArray[np.int64]
    times_N: NDArray[np.float64]
    """Whole seconds since 1970."""


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A data set by its size; the same numbers give the same rows."""

    event_count: int
    item_count: int
    seed: int = 0

    def pieces(self) -> Iterator[Piece]:
        """Give the rows, some thousand users at a time."""
        user_count = max(1, self.event_count // EVENTS_PER_USER)
        for first in range(0, user_count, PIECE_USERS):
            yield self._piece(first, min(PIECE_USERS, user_count - first))

    def _piece(self, first: int, count: int) -> Piece:
        chance = np.random.default_rng((self.seed, first))
        shape = (count, EVENTS_PER_USER)
        sessions = EVENTS_PER_USER // SESSION
        cluster_count = max(1, self.item_count // CLUSTER_ITEMS)
        own_UC = self._skewed(chance, cluster_count, (count, CLUSTERS_PER_USER))
        picked_US = own_UC[np.arange(count)[:, None], chance.integers(CLUSTERS_PER_USER, size=(count, sessions))]
        cluster_UL = np.repeat(picked_US, SESSION, axis=1)
        size = min(CLUSTER_ITEMS, self.item_count)
        places_UL = self._skewed(chance, size, shape)
        goes_on_UL = chance.random(shape) < CHAIN_SHARE
        goes_on_UL[:, ::SESSION] = False
        for step in range(1, EVENTS_PER_USER):
            after_U = (places_UL[:, step - 1] + 1) % size
            places_UL[:, step] = np.where(goes_on_UL[:, step], after_U, places_UL[:, step])
        # Every cluster has its own order of use, so that the much used items are not all the first ones.
        items_UL = np.minimum(cluster_UL * size + (places_UL * 7 + cluster_UL * 13) % size, self.item_count - 1)
        is_any_UL = chance.random(shape) < ANYTHING_SHARE
        items_UL = np.where(is_any_UL, chance.integers(self.item_count, size=shape), items_UL)
        starts_US = np.sort(chance.uniform(0.0, SPAN_SECONDS, (count, sessions)), axis=1)
        steps_UL = np.tile(np.arange(SESSION) * STEP_SECONDS, sessions)[None, :]
        times_UL = np.sort(START_SECONDS + np.repeat(starts_US, SESSION, axis=1) + steps_UL, axis=1)
        users_UL = np.repeat(first + np.arange(count)[:, None], EVENTS_PER_USER, axis=1)
        return Piece(users_UL.ravel(), items_UL.ravel(), np.floor(times_UL.ravel()))

    def _skewed(self, chance: np.random.Generator, size: int, shape: tuple[int, int]) -> NDArray[np.int64]:
        """Draw numbers below `size` by the power law: the inverse of its continuous distribution."""
        drawn = chance.random(shape)
        power = 1.0 - SKEW
        return np.minimum(
            ((drawn * ((size + 1.0) ** power - 1.0) + 1.0) ** (1.0 / power)).astype(np.int64) - 1, size - 1
        )


def write_parquet(made: MadeUp, path: Path) -> int:
    """Write the rows under the column names that an import finds by itself; give their number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("user_id", pa.string()), ("item_id", pa.string()), ("timestamp", pa.int64())])
    rows = 0
    with pq.ParquetWriter(path, schema) as writer:
        for piece in made.pieces():
            users = pa.array(piece.users_N).cast(pa.string())
            items = pa.array(piece.items_N).cast(pa.string())
            writer.write_table(pa.table([users, items, pa.array(piece.times_N.astype(np.int64))], schema=schema))
            rows += len(piece.users_N)
    return rows
