"""A few events as rows: identities computed here, users and items numbered, ready for one statement a table."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.events import Event
from temporec_mcp.store.arrow import LogRow, numbered_batch
from temporec_mcp.store.cursor import Cursor, Scalar
from temporec_mcp.store.held import Logged
from temporec_mcp.store.high_water import HighWater
from temporec_mcp.store.known import Known, Use

MANY = 50
"""From so many events on, columns that DuckDB reads in place are cheaper than parameters."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SEPARATOR = "\x1f"
IDENTITY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities of a call's events, one after the other."""

    raw: bytes

    @property
    def prefixes(self) -> NDArray[np.uint64]:
        """The leading half of each as a number."""
        return self._halves[:, 0]

    @property
    def digest(self) -> int:
        """The exclusive or of all."""
        high, low = np.bitwise_xor.reduce(self._halves, axis=0).tolist()
        return high << 64 | low

    def hexadecimal(self) -> list[str]:
        """Give each as a text of 32 digits."""
        text, width = self.raw.hex(), 2 * IDENTITY_BYTES
        return [text[start : start + width] for start in range(0, len(text), width)]

    @property
    def _halves(self) -> NDArray[np.uint64]:
        return np.frombuffer(self.raw, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def identities_of(events: Sequence[Event]) -> Identities | None:
    """Give the identity of each event as `staging/merge` computes it; None where events of the batch share a key.

    Which of several occurrences is which depends on their content, so those are left to the staging.
    """
    keys = [identity_key(event) for event in events]
    if len(set(keys)) < len(keys):
        return None
    return Identities(b"".join([hashlib.sha256(key.encode()).digest()[:IDENTITY_BYTES] for key in keys]))


def identity_key(event: Event, occurrence: int = 1) -> str:
    """Give what the identity of an event is computed from, as `staging/merge` does."""
    if event.event_id is not None:
        return f"e{_SEPARATOR}{event.event_id}"
    microseconds = str((event.time - _EPOCH) // _MICROSECOND)
    parts = ("a", event.user_id, event.item_id or "", event.action, microseconds, str(occurrence))
    return _SEPARATOR.join(parts)


@dataclass(slots=True)
class Batch:
    """New events of one commit with the users and items that change with them."""

    known: Known
    cursor: Cursor
    numbers: HighWater
    """The highest numbers before this commit."""
    events: list[Event] = field(default_factory=list[Event])
    identities: list[Identities] = field(default_factory=list[Identities])
    received: list[datetime] = field(default_factory=list[datetime])
    users: dict[str, int] = field(default_factory=dict[str, int])
    items: dict[str, Use] = field(default_factory=dict[str, Use])

    def add(self, events: Sequence[Event], identities: Identities, received_at: datetime) -> None:
        """Take in the events of one call."""
        self.events.extend(events)
        self.identities.append(identities)
        self.received.extend([received_at] * len(events))

    def write(self) -> HighWater:
        """Write all rows; give the highest numbers after them."""
        user_ids = list(dict.fromkeys(event.user_id for event in self.events))
        item_ids = list(dict.fromkeys(event.item_id for event in self.events if event.item_id is not None))
        old_users = self.known.users(self.cursor, user_ids)
        old_items = self.known.items(self.cursor, item_ids)
        first_user, first_item = self.numbers.user_no + 1, self.numbers.item_no + 1
        new_users = [user_id for user_id in user_ids if user_id not in old_users]
        new_items = [item_id for item_id in item_ids if item_id not in old_items]
        self.users = old_users | {user_id: first_user + place for place, user_id in enumerate(new_users)}
        self.items = old_items | {
            item_id: Use(first_item + place, None, False, False) for place, item_id in enumerate(new_items)
        }
        for event in self.events:
            if event.item_id is not None:
                self.items[event.item_id] = self.items[event.item_id].by(self.users[event.user_id])
        self._write_users(new_users)
        self._write_items(new_items, old_items)
        self._write_events()
        return self._numbers_after(len(new_users), len(new_items), old_items)

    @property
    def logged(self) -> Logged:
        """Tell what was written of events."""
        first = self.numbers.event_seq + 1
        rows = [
            LogRow(
                user_no=self.users[event.user_id],
                item_no=self.items[event.item_id].item_no,
                time_us=(event.time - _EPOCH) // _MICROSECOND,
                action=event.action,
                value=event.value,
                context=event.context,
                event_seq=seq,
                is_date_only=event.is_date_only,
            )
            for seq, event in enumerate(self.events, start=first)
            if event.item_id is not None
        ]
        return Logged(rows, self.users)

    def _write_users(self, new_users: list[str]) -> None:
        if new_users:
            user_nos = [self.users[user_id] for user_id in new_users]
            self.cursor.run("logging/add_users", user_no=user_nos, user_id=new_users)

    def _write_items(self, new_items: list[str], old_items: dict[str, Use]) -> None:
        if new_items:
            uses = [self.items[item_id] for item_id in new_items]
            self.cursor.run(
                "logging/add_items",
                item_no=[use.item_no for use in uses],
                item_id=new_items,
                first_user_no=[use.first_user_no for use in uses],
                is_shared=[use.is_shared for use in uses],
                updated_at=self.received[0],
            )
        changed = [self.items[item_id] for item_id, old in old_items.items() if self.items[item_id] != old]
        if changed:
            self.cursor.run(
                "logging/mark_items",
                item_no=[use.item_no for use in changed],
                first_user_no=[use.first_user_no for use in changed],
                is_shared=[use.is_shared for use in changed],
            )

    def _write_events(self) -> None:
        events = self.events
        first = self.numbers.event_seq + 1
        columns: dict[str, Sequence[Scalar]] = {
            "event_seq": list(range(first, first + len(events))),
            "identity": [text for identities in self.identities for text in identities.hexadecimal()],
            "user_no": [self.users[event.user_id] for event in events],
            "item_no": [None if event.item_id is None else self.items[event.item_id].item_no for event in events],
            "action": [event.action for event in events],
            "happened_at": [event.time for event in events],
            # A value that is not a number is no value.
            "value": [event.value if event.value == event.value else None for event in events],
            "text": [event.text for event in events],
            "session_id": [event.session_id for event in events],
            "context": [event.context for event in events],
            "event_id": [event.event_id for event in events],
            "recommendation_id": [event.recommendation_id for event in events],
            "is_date_only": [event.is_date_only for event in events],
            "received_at": self.received,
        }
        if len(events) < MANY:
            self.cursor.run("logging/add_events", **columns)
            return
        with self.cursor.batch("numbered_batch", numbered_batch(columns)):
            self.cursor.run("logging/add_event_batch")

    def _numbers_after(self, user_count: int, item_count: int, old_items: dict[str, Use]) -> HighWater:
        before = self.numbers
        is_made_public = any(
            self.items[item_id].is_shared and not old.is_shared and not old.is_catalogue
            for item_id, old in old_items.items()
        )
        digest = before.digest
        for identity in self.identities:
            digest ^= identity.digest
        return HighWater(
            event_seq=before.event_seq + len(self.events),
            user_no=before.user_no + user_count,
            item_no=before.item_no + item_count,
            import_id=before.import_id,
            items_version=before.items_version + int(item_count > 0 or is_made_public),
            commit_no=before.commit_no,
            event_count=before.event_count + len(self.events),
            digest=digest,
        )
