"""Small logs written as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from temporec_mcp.domain.log import PADDING, EventLog


@dataclass(frozen=True)
class Row:
    user: str
    item: str
    action: str = "view"
    time: float = 1_000_000.0
    value: float = float("nan")


def log_of(rows: Sequence[Row], item_ids: Sequence[str] | None = None) -> EventLog:
    """Build the log of `rows`, which arrive in their order; an item outside `item_ids` gets no number."""
    order = sorted(range(len(rows)), key=lambda n: (rows[n].user, rows[n].time, n))
    rows_N = [rows[n] for n in order]
    users = sorted({row.user for row in rows})
    items = list(item_ids or sorted({row.item for row in rows}))
    actions = sorted({row.action for row in rows})
    counts = [sum(row.user == user for row in rows_N) for user in users]
    return EventLog(
        user_ids=tuple(users),
        item_ids=tuple(items),
        action_names=tuple(actions),
        context_names=(),
        offsets_U=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        items_N=np.array([items.index(r.item) if r.item in items else PADDING for r in rows_N], dtype=np.int32),
        times_N=np.array([row.time for row in rows_N], dtype=np.float64),
        actions_N=np.array([actions.index(row.action) for row in rows_N], dtype=np.int32),
        values_N=np.array([row.value for row in rows_N], dtype=np.float32),
        contexts_N=np.full(len(rows), PADDING, dtype=np.int32),
        seqs_N=np.array(order, dtype=np.int64),
        date_only_N=np.zeros(len(rows), dtype=np.bool_),
    )
