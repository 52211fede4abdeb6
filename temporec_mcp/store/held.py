"""The events of a home in memory, so that a history can be told without a query; they follow what is logged.

Everything else that changes events (a correction, an import, an erasure) drops them with its commit, and they are read
again only after several histories were asked for one by one.

Axes: N events.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from temporec_mcp.domain.log import Indices
from temporec_mcp.store.arrow import LogRow, Table

UNKNOWN_USER_NO = 0
"""User numbers start at 1."""
READ_SINGLY = 10
"""Histories that are read one by one before all are read at once, which takes about as long."""
MOST_EVENTS = 500_000
"""Events that are held ..."""
MOST_BYTES = 64_000_000
"""... and their size, which is 45 bytes each where they have no context."""
MOST_LOGGED = 5_000
"""Events that were logged since all were read; with more all are read again."""


@dataclass(frozen=True, slots=True)
class Logged:
    """New events of one commit."""

    rows: Sequence[LogRow]
    """Those with an item."""
    users: Mapping[str, int]
    """The numbers of their users."""


@dataclass(slots=True)
class _Held:
    table: Table
    """By user, then time, then arrival."""
    user_nos_N: Indices
    users: dict[str, int]
    logged: defaultdict[int, list[LogRow]] = field(default_factory=lambda: defaultdict[int, list[LogRow]](list))
    """What came since, by user."""
    logged_count: int = 0


class HeldEvents:
    """Holds them while they are few; any thread may ask, only the writer in its turn changes them."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._singly_count = 0
        self._is_too_large = False
        self._version = 0
        """Moves with every change of events."""

    def of(self, user_id: str) -> tuple[int, Table] | None:
        """Give the number of a user (0: unknown) and the user's events; None while nothing is held."""
        with self._lock:
            held = self._held
            if held is None:
                return None
            user_no = held.users.get(user_id, UNKNOWN_USER_NO)
            logged = list(held.logged.get(user_no, ()))
        first, last = np.searchsorted(held.user_nos_N, (user_no, user_no + 1)).tolist()
        return user_no, held.table.slice(first, last).with_logged(logged)

    def counts_again(self, event_count: int) -> int | None:
        """Count one more history that was read by itself; give the version to `hold` by when all should be read."""
        with self._lock:
            self._singly_count += 1
            is_due = self._singly_count >= READ_SINGLY and event_count <= MOST_EVENTS
            return self._version if is_due and not self._is_too_large else None

    def hold(self, version: int, table: Table, users: dict[str, int]) -> None:
        """Hold all events as they were read, unless they have changed since `version`."""
        user_nos_N = table.numbers("user_no", np.int32)
        with self._lock:
            self._is_too_large = table.byte_count > MOST_BYTES
            if version == self._version and not self._is_too_large:
                self._held = _Held(table, user_nos_N, users)

    def follow(self, logged: Logged | None) -> None:
        """Take in what was just committed; None where events may have changed in any way."""
        with self._lock:
            self._version += 1
            if logged is None:
                self._held, self._singly_count, self._is_too_large = None, 0, False
            elif self._held is not None:
                self._append(self._held, logged)

    def _append(self, held: _Held, logged: Logged) -> None:
        held.logged_count += len(logged.rows)
        if held.logged_count > MOST_LOGGED:
            self._held = None
            return
        held.users.update(logged.users)
        for row in logged.rows:
            held.logged[row.user_no].append(row)
