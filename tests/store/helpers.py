"""Short ways to put events in and to see what is there."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporec_mcp.domain.events import Event
from temporec_mcp.domain.log import EventLog
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter, StageCounts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(user: str = "ann", item: str | None = "tea", hours: float = 0.0, **more: object) -> Event:
    fields: dict[str, object] = {"action": "view", "time": NOW - timedelta(days=9) + timedelta(hours=hours)}
    return Event(user_id=user, item_id=item, **{**fields, **more})  # type: ignore[arg-type]


def commit(store: Store, events: Sequence[Event], rows: Sequence[int] | None = None) -> StageCounts:
    with store.events.stage() as staging:
        staging.add(events, rows)
        return staging.commit(NOW)


def log_of(store: Store, user_id: str | None = None, **limits: object) -> EventLog:
    return store.events.log(store.items.table().item_nos_V, EventFilter(user_id, **limits))  # type: ignore[arg-type]


def contents(store: Store) -> list[tuple[str, str, str, float, float]]:
    """User, item, action, time and value (-1 for none) of every event with an item, sorted."""
    log = log_of(store)
    return sorted(
        (
            log.user_ids[user],
            log.item_ids[item],
            log.action_names[action],
            time,
            -1.0 if value != value else value,
        )
        for user, item, action, time, value in zip(
            log.users_N.tolist(),
            log.items_N.tolist(),
            log.actions_N.tolist(),
            log.times_N.tolist(),
            log.values_N.tolist(),
            strict=True,
        )
    )
