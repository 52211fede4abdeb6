"""Logs in which every item has one follower, and the same with their order lost."""

import numpy as np

from temporec_mcp.domain.log import PADDING, EventLog
from temporec_mcp.models.net_config import NetConfig, NetPlan, Schedule
from temporec_mcp.models.part import FitData

HOUR = 3_600.0
STEP = 2 * HOUR
"""Between the events of a user; long enough that each is a visit."""
SMALL_PLAN = NetPlan(
    shape=NetConfig(width=16, length=20, dropout=0.1),
    first=Schedule(epochs=12, rate=2e-2, batch_events=128),
    again=Schedule(epochs=2, rate=5e-3, batch_events=128),
)


def chain_log(
    user_count: int = 40, event_count: int = 25, item_count: int = 12, *, is_shuffled: bool = False
) -> EventLog:
    """Give users who walk from item v to item v + 1, each from a place of their own, one event every two hours.

    Shuffled, the items of all events change places; popularity and times stay as they are.
    """
    rng = np.random.default_rng(7)
    starts_U = rng.integers(0, item_count, user_count)
    items_N = ((starts_U[:, None] + np.arange(event_count)[None, :]) % item_count).ravel().astype(np.int32)
    if is_shuffled:
        items_N = rng.permutation(items_N)
    times_UN = 1.7e9 + STEP * np.arange(event_count)[None, :] + rng.integers(0, 60, user_count)[:, None]
    count = len(items_N)
    return EventLog(
        user_ids=tuple(f"u{user}" for user in range(user_count)),
        item_ids=tuple(f"i{item}" for item in range(item_count)),
        action_names=("view", "dislike"),
        context_names=(),
        offsets_U=np.arange(user_count + 1, dtype=np.int64) * event_count,
        items_N=items_N,
        times_N=times_UN.ravel().astype(np.float64),
        actions_N=np.zeros(count, dtype=np.int32),
        values_N=np.full(count, np.nan, dtype=np.float32),
        contexts_N=np.full(count, PADDING, dtype=np.int32),
        seqs_N=np.arange(count, dtype=np.int64),
        date_only_N=np.zeros(count, dtype=np.bool_),
    )


def fit_data(log: EventLog, seed: int = 0, horizon: str = "next") -> FitData:
    """Give the log to learn from; views speak for their item and dislikes against it."""
    return FitData(log, None, np.array([1.0, -1.0], dtype=np.float32), horizon, seed)
