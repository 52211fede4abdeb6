"""The highest numbers handed out so far, which outlive the rows that held them, and what the store holds in all."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from temporec_mcp.store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class HighWater:
    """One row, changed by every commit inside its transaction."""

    event_seq: int
    user_no: int
    item_no: int
    import_id: int
    items_version: int
    """Moves whenever the table of items could differ."""
    commit_no: int
    event_count: int
    digest: int
    """Exclusive or of the identities of all events, 128 bits."""

    @classmethod
    def read(cls, cursor: Cursor) -> HighWater:
        """Read the row."""
        return cursor.rows("high_water/get", cls)[0]

    def write(self, cursor: Cursor) -> None:
        """Put these numbers in the row's place."""
        cursor.run("high_water/set", **(asdict(self) | {"digest": str(self.digest)}))

    def with_changed_items(self) -> HighWater:
        """Give these numbers with the table of items read anew by everybody."""
        return replace(self, items_version=self.items_version + 1)

    def recounted(self, cursor: Cursor) -> HighWater:
        """Give these numbers with events and digest counted anew from the events that are there."""
        held = cursor.rows("high_water/held", Held)[0]
        return replace(self, event_count=held.event_count, digest=held.digest)


class Held(NamedTuple):
    """What the table of events really holds."""

    event_count: int
    digest: int
