"""Logs written as users' walks over items, without any net."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from temporec_mcp.domain.log import PADDING, EventLog, HistoryBatch, batch_histories
from temporec_mcp.models.part import FitData

START = 1.7e9
HOUR = 3_600.0
ACTION_WEIGHTS = np.array([1.0, -1.0], dtype=np.float32)


def walk_log(walks: Sequence[Sequence[int]], item_count: int, step_seconds: float = 2 * HOUR) -> EventLog:
    """Give one user a walk; events lie `step_seconds` apart, users start a minute after each other."""
    counts = [len(walk) for walk in walks]
    items_N = np.array([item for walk in walks for item in walk], dtype=np.int32)
    times = [START + 60.0 * user + step_seconds * step for user, walk in enumerate(walks) for step in range(len(walk))]
    return EventLog(
        user_ids=tuple(f"u{user}" for user in range(len(walks))),
        item_ids=tuple(f"i{item}" for item in range(item_count)),
        action_names=("view", "dislike"),
        context_names=(),
        offsets_U=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        items_N=items_N,
        times_N=np.array(times, dtype=np.float64),
        actions_N=np.zeros(len(items_N), dtype=np.int32),
        values_N=np.full(len(items_N), np.nan, dtype=np.float32),
        contexts_N=np.full(len(items_N), PADDING, dtype=np.int32),
        seqs_N=np.arange(len(items_N), dtype=np.int64),
        date_only_N=np.zeros(len(items_N), dtype=np.bool_),
    )


def chain(user_count: int = 60, event_count: int = 12, item_count: int = 40, *, is_shuffled: bool = False) -> EventLog:
    """Let users walk from item v to v + 1 from places of their own; shuffled, every event has any item."""
    draw = np.random.default_rng(3)
    starts_U = draw.integers(0, item_count, user_count)
    items_UN = (starts_U[:, None] + np.arange(event_count)[None, :]) % item_count
    if is_shuffled:
        items_UN = draw.integers(0, item_count, items_UN.shape)
    return walk_log(items_UN.tolist(), item_count)


def habits(user_count: int = 30, visit_count: int = 12, item_count: int = 60) -> EventLog:
    """Let users buy from their own four items at every visit, three at a time, visits a day apart."""
    draw = np.random.default_rng(5)
    walks = []
    for _ in range(user_count):
        own = draw.choice(item_count, 4, replace=False)
        walks.append([int(item) for _ in range(visit_count) for item in draw.permutation(own)[:3]])
    log = walk_log(walks, item_count)
    days_N = np.concatenate([np.repeat(np.arange(visit_count), 3) for _ in range(user_count)])
    log.times_N[:] = START + 24 * HOUR * days_N + 10.0 * log.users_N
    return log


def routines(day_count: int = 40, item_count: int = 12) -> EventLog:
    """Let four users go through their own five items in their own order every day, minutes apart, in two contexts.

    The first item is the same in both contexts, and what follows it depends on the context.
    """
    draw = np.random.default_rng(6)
    orders = [[draw.permutation(item_count - 1)[:4] + 1 for _ in range(2)] for _ in range(4)]
    contexts_UN = draw.integers(0, 2, (4, day_count))
    walks = [[int(item) for place in contexts_UN[user] for item in (0, *orders[user][place])] for user in range(4)]
    log = walk_log(walks, item_count)
    days_N = np.tile(np.repeat(np.arange(day_count), 5), 4)
    log.times_N[:] = START + 24 * HOUR * days_N + 300.0 * np.tile(np.arange(5), 4 * day_count) + log.users_N
    return replace(log, context_names=("home", "work"), contexts_N=np.repeat(contexts_UN.ravel(), 5).astype(np.int32))


def data_of(log: EventLog, *, has_vectors: bool = True, horizon: str = "next") -> FitData:
    """Give the log to learn from, with random text vectors."""
    vectors_VD = np.random.default_rng(1).normal(size=(len(log.item_ids), 8)).astype(np.float32)
    return FitData(log, vectors_VD if has_vectors else None, ACTION_WEIGHTS, horizon)


def ask(log: EventLog, users: Sequence[int], *, later_seconds: float = HOUR) -> HistoryBatch:
    """Ask for the whole histories of `users`, some time after the log's end."""
    as_of_B = np.full(len(users), log.times_N.max(initial=START) + later_seconds)
    return batch_histories([log.history(user) for user in users], as_of_B, ACTION_WEIGHTS)
