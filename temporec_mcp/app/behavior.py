"""Store what was done, as it comes in."""

from collections.abc import Sequence

from temporec_mcp.app.home import Home
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.requests import LogOutcome


def log_behavior(home: Home, events: Sequence[Event], items: Sequence[Item]) -> LogOutcome:
    """Store events and items for good and count what became of them; the items come first, so events find them."""
    now = home.clock()
    items_saved = home.store.items.save(items, now) if items else 0
    counts = home.store.events.add(events, now)
    return LogOutcome(counts.accepted, counts.duplicates, counts.updated, items_saved)
