"""Store what was done, as it comes in."""

from collections.abc import Sequence
from datetime import datetime

from temporec_mcp.app.home import Home
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.requests import LogOutcome


def log_behavior(home: Home, events: Sequence[Event], items: Sequence[Item], arrived_at: datetime | None) -> LogOutcome:
    """Store events and items for good and count what became of them; the items come first, so events find them.

    A call whose answer was lost comes again with the same `arrived_at`, and is told what it would have been told.
    """
    now = arrived_at or home.clock()
    items_saved = home.store.items.save(items, now) if items else 0
    counts = home.store.events.add(events, now)
    was_accepted = home.store.events.count_received(now) - counts.accepted if arrived_at and counts.duplicates else 0
    return LogOutcome(counts.accepted + was_accepted, counts.duplicates - was_accepted, counts.updated, items_saved)
