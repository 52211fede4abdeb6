"""From an event log or histories to what the sequence net reads.

Axes: N events, U users, W windows, B histories in a batch, L positions (oldest first), C batches.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from temporec_mcp.domain.log import DAY_SECONDS, PADDING, Flags, Floats, HistoryBatch, Indices, Times
from temporec_mcp.models.net import Sequences
from temporec_mcp.models.part import FitData
from temporec_mcp.models.torch_facade import tensor_of

WEEKS_AHEAD_DAYS = 28.0
"""How far the coming weeks reach."""
MOST_STEPS_AHEAD = 50
LENGTH_JITTER = 8.0
"""Windows whose lengths differ by less than this, in events, may change places between batches."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """A log as the net learns from it."""

    offsets_U: NDArray[np.int64]
    items_N: Indices
    times_N: Times
    weights_N: Floats
    """What each event says for its item."""
    is_target_N: Flags
    """The event may be asked for."""
    horizon: str

    def between(self, since: float, until: float) -> "Lessons":
        """Give the same log with only the targets of this time (seconds since 1970, `until` not included)."""
        is_target_N = self.is_target_N & (self.times_N >= since) & (self.times_N < until)
        return Lessons(self.offsets_U, self.items_N, self.times_N, self.weights_N, is_target_N, self.horizon)

    def target_counts(self, item_count: int) -> NDArray[np.int64]:
        """Give how often each item [V] may be asked for."""
        return np.bincount(self.items_N[self.is_target_N], minlength=item_count)


@dataclass(frozen=True, slots=True)
class Examples:
    """Windows of a batch and what comes next at each position."""

    sequences: Sequences
    targets_BL: Tensor
    """int64; any item number where there is nothing to learn."""
    worth_BL: Tensor
    """float32, what the answer counts in the loss; 0 where there is nothing to learn."""

    def to(self, device: torch.device) -> "Examples":
        """Give the same on `device`."""
        return Examples(self.sequences.to(device), self.targets_BL.to(device), self.worth_BL.to(device))


def lessons_of(data: FitData) -> Lessons:
    """Give the lessons of `data`: an event that does not speak for its item is read but never asked for."""
    log = data.log
    weights_N = data.action_weights[log.actions_N].astype(np.float32)
    return Lessons(log.offsets_U, log.items_N, log.times_N, weights_N, weights_N > 0.0, data.horizon)


def cut_windows(offsets_U: NDArray[np.int64], length: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Cut every user's events into windows of at most `length` events with a next one, at random places.

    Returns:
        [W, 2] row numbers where each window begins and ends (not included). All but the first window of a user are
        full; each event with a predecessor is asked for in at least one window. With length 3 the events 0 to 6 may be
        cut into  0-1  2-4  3-5  (row 6 is asked for at the end of the last one).
    """
    step_counts_U = np.diff(offsets_U) - 1
    chosen = np.flatnonzero(step_counts_U > 0)
    steps, begins = step_counts_U[chosen], offsets_U[:-1][chosen]
    heads = np.where(steps > length, rng.integers(1, length + 1, len(chosen)), steps)
    counts = 1 + -(-(steps - heads) // length)
    owners = np.repeat(np.arange(len(chosen)), counts)
    places = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
    ends_W = np.minimum(heads[owners] + places * length, steps[owners])
    starts_W = np.maximum(ends_W - length, 0)
    return np.stack((starts_W, ends_W), axis=1) + begins[owners][:, None]


def batch_windows(
    windows_W2: NDArray[np.int64], batch_events: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Group windows of about equal length into batches of about `batch_events` events each, in random order."""
    if not len(windows_W2):
        return []
    lengths_W = windows_W2[:, 1] - windows_W2[:, 0]
    order = np.argsort(lengths_W + rng.random(len(lengths_W)) * LENGTH_JITTER, kind="stable")
    numbers = (np.cumsum(lengths_W[order]) - 1) // batch_events
    batches = np.split(windows_W2[order], np.flatnonzero(np.diff(numbers)) + 1)
    return [batches[place] for place in rng.permutation(len(batches))]


def useful_windows(lessons: Lessons, windows_W2: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the windows in which something is asked for."""
    counts_N = np.concatenate(([0], np.cumsum(lessons.is_target_N)))
    return windows_W2[counts_N[windows_W2[:, 1] + 1] > counts_N[windows_W2[:, 0] + 1]]


def make_examples(lessons: Lessons, windows_B2: NDArray[np.int64], rng: np.random.Generator) -> Examples:
    """Give the examples of some windows; for the coming weeks the answer is drawn from what follows within them."""
    lengths_B = windows_B2[:, 1] - windows_B2[:, 0]
    steps_L = np.arange(int(lengths_B.max()))
    real_BL: Flags = steps_L[None, :] < lengths_B[:, None]
    rows_BL = np.where(real_BL, windows_B2[:, :1] + steps_L[None, :], windows_B2[:, :1])
    nexts_BL = rows_BL + 1
    asked_BL = lessons.times_N[nexts_BL]
    if lessons.horizon == "weeks":
        nexts_BL = _draw_ahead(lessons, rows_BL, rng)
        pause_BL = lessons.times_N[rows_BL + 1] - lessons.times_N[rows_BL]
        asked_BL = lessons.times_N[rows_BL] + pause_BL * rng.random(rows_BL.shape)
    worth_BL = np.where(real_BL & lessons.is_target_N[nexts_BL], lessons.weights_N[nexts_BL], 0.0)
    return Examples(
        Sequences(
            items_BL=tensor_of(lessons.items_N[rows_BL].astype(np.int64)),
            times_BL=tensor_of(lessons.times_N[rows_BL]),
            asked_BL=tensor_of(asked_BL),
            weights_BL=tensor_of(np.where(real_BL, lessons.weights_N[rows_BL], 0.0).astype(np.float32)),
            real_BL=tensor_of(real_BL),
        ),
        targets_BL=tensor_of(lessons.items_N[nexts_BL].astype(np.int64)),
        worth_BL=tensor_of(worth_BL.astype(np.float32)),
    )


def sequences_of(batch: HistoryBatch, length: int) -> Sequences:
    """Give the newest `length` events of each history, oldest first, padding in front; the last position is asked."""
    items_BL = batch.items_BL[:, :length][:, ::-1]
    real_BL = items_BL != PADDING
    times_BL = np.where(real_BL, batch.times_BL[:, :length][:, ::-1], 0.0)
    asked_BL = np.concatenate((times_BL[:, 1:], batch.as_of_B[:, None]), axis=1)
    return Sequences(
        items_BL=tensor_of(np.where(real_BL, items_BL, 0).astype(np.int64)),
        times_BL=tensor_of(times_BL),
        asked_BL=tensor_of(asked_BL),
        weights_BL=tensor_of(np.where(real_BL, batch.weights_BL[:, :length][:, ::-1], 0.0)),
        real_BL=tensor_of(real_BL),
    )


def _draw_ahead(lessons: Lessons, rows_BL: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Give for each row one of the user's following rows, drawn evenly from the coming weeks; at least the next."""
    users_BL = np.searchsorted(lessons.offsets_U, rows_BL, side="right") - 1
    steps_BL = np.minimum(lessons.offsets_U[users_BL + 1] - 1 - rows_BL, MOST_STEPS_AHEAD)
    drawn_BL = rows_BL + 1 + (rng.random(rows_BL.shape) * steps_BL).astype(np.int64)
    is_late_BL = lessons.times_N[drawn_BL] > lessons.times_N[rows_BL] + WEEKS_AHEAD_DAYS * DAY_SECONDS
    return np.where(is_late_BL, rows_BL + 1, drawn_BL)
