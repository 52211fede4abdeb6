"""Many users' events as arrays, and histories cut from them.

Axes: N events, U users, V items, B histories in a batch, L positions of a history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Times = NDArray[np.float64]
Indices = NDArray[np.int32]
Flags = NDArray[np.bool_]

HISTORY_LENGTH = 100
DAY_SECONDS = 86_400.0
PADDING = -1


@dataclass(frozen=True, slots=True)
class EventLog:
    """Events of many users, sorted by user, then time, then arrival; searches (no item) are not in it."""

    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    """All V items of the catalogue, used or not; `items_N` indexes it."""
    action_names: tuple[str, ...]
    context_names: tuple[str, ...]
    offsets_U: NDArray[np.int64]
    """U + 1 row numbers: user u owns the rows offsets_U[u] to offsets_U[u + 1] - 1."""
    items_N: Indices
    times_N: Times
    """Seconds since 1970 in UTC."""
    actions_N: Indices
    values_N: Floats
    """NaN where the event has no value."""
    contexts_N: Indices
    """PADDING where the event has no context."""
    seqs_N: NDArray[np.int64]
    """The store's arrival number of each event."""
    date_only_N: Flags

    @property
    def users_N(self) -> Indices:
        """The user of each row."""
        return np.repeat(np.arange(len(self.user_ids), dtype=np.int32), np.diff(self.offsets_U))

    def keep(self, mask_N: Flags) -> "EventLog":
        """Give the log of the rows where `mask_N` holds; users and items keep their numbers."""
        kept_before = np.concatenate(([0], np.cumsum(mask_N)))
        return replace(
            self,
            offsets_U=kept_before[self.offsets_U].astype(np.int64),
            items_N=self.items_N[mask_N],
            times_N=self.times_N[mask_N],
            actions_N=self.actions_N[mask_N],
            values_N=self.values_N[mask_N],
            contexts_N=self.contexts_N[mask_N],
            seqs_N=self.seqs_N[mask_N],
            date_only_N=self.date_only_N[mask_N],
        )

    def before(self, cut: float) -> "EventLog":
        """Give the log of what happened strictly before `cut` (seconds since 1970)."""
        return self.keep(self.times_N < cut)

    def history(self, user: int, end: int | None = None) -> "History":
        """Give user number `user`'s events, up to but not including row `end` of the log (all when None)."""
        stop = int(self.offsets_U[user + 1]) if end is None else end
        rows = slice(int(self.offsets_U[user]), stop)
        return History(
            items_L=self.items_N[rows],
            times_L=self.times_N[rows],
            actions_L=self.actions_N[rows],
            values_L=self.values_N[rows],
            contexts_L=self.contexts_N[rows],
            seqs_L=self.seqs_N[rows],
        )


@dataclass(frozen=True, slots=True)
class History:
    """One user's past events, oldest first; the same columns as the log that they come from."""

    items_L: Indices
    times_L: Times
    actions_L: Indices
    values_L: Floats
    contexts_L: Indices
    seqs_L: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the events."""
        return len(self.items_L)

    def without(self, positions: Sequence[int]) -> "History":
        """Give the history without the events at `positions` (0 is the oldest)."""
        mask_L = np.ones(len(self), dtype=np.bool_)
        mask_L[list(positions)] = False
        return self.keep(mask_L)

    def keep(self, chosen: Flags | slice) -> "History":
        """Give the history of the events of a slice, or where a mask [L] holds."""
        return History(
            self.items_L[chosen],
            self.times_L[chosen],
            self.actions_L[chosen],
            self.values_L[chosen],
            self.contexts_L[chosen],
            self.seqs_L[chosen],
        )


@dataclass(frozen=True, slots=True)
class HistoryBatch:
    """B histories and the moment each is asked for: newest event first, padding last.

    Of the events oldest a, b, c, newest d with L = 6, a row reads:  d c b a -1 -1
    """

    items_BL: Indices
    """PADDING where there is no event."""
    times_BL: Times
    weights_BL: Floats
    """How much the event speaks for its item: 1 for liking, below 0 for disliking, 0 for padding."""
    values_BL: Floats
    actions_BL: Indices
    contexts_BL: Indices
    as_of_B: Times
    """The moment asked for, seconds since 1970."""
    asked_B: Indices | None = None
    """The context asked for, numbered as in `contexts_BL`; PADDING, or None for all, where none was."""

    @property
    def lengths_B(self) -> Indices:
        """The events of each history."""
        return (self.items_BL != PADDING).sum(axis=1, dtype=np.int32)

    @property
    def ages_BL(self) -> Floats:
        """Days from each event to the moment asked for, never below 0; 0 for padding."""
        ages_BL = np.maximum(self.as_of_B[:, None] - self.times_BL, 0.0) / DAY_SECONDS
        return np.where(self.items_BL == PADDING, 0.0, ages_BL).astype(np.float32)


def batch_histories(
    histories: Sequence[History], as_of_B: Times, action_weights: Floats, length: int = HISTORY_LENGTH
) -> HistoryBatch:
    """Pad the newest `length` events of each history into a batch.

    Args:
        histories: B histories.
        as_of_B: the moment each is asked for, seconds since 1970.
        action_weights: for each action number, what an event of it says for its item (1 likes, below 0 dislikes).
        length: positions to keep, at most; the batch is only as wide as its longest history.
    """
    width = max(1, min(length, max((len(history) for history in histories), default=1)))
    shape = (len(histories), width)
    batch = HistoryBatch(
        items_BL=np.full(shape, PADDING, dtype=np.int32),
        times_BL=np.zeros(shape, dtype=np.float64),
        weights_BL=np.zeros(shape, dtype=np.float32),
        values_BL=np.full(shape, np.nan, dtype=np.float32),
        actions_BL=np.zeros(shape, dtype=np.int32),
        contexts_BL=np.full(shape, PADDING, dtype=np.int32),
        as_of_B=np.asarray(as_of_B, dtype=np.float64),
    )
    for row, history in enumerate(histories):
        newest = slice(None, -min(width, len(history)) - 1, -1) if len(history) else slice(0, 0)
        count = min(width, len(history))
        batch.items_BL[row, :count] = history.items_L[newest]
        batch.times_BL[row, :count] = history.times_L[newest]
        batch.weights_BL[row, :count] = action_weights[history.actions_L[newest]]
        batch.values_BL[row, :count] = history.values_L[newest]
        batch.actions_BL[row, :count] = history.actions_L[newest]
        batch.contexts_BL[row, :count] = history.contexts_L[newest]
    return batch
