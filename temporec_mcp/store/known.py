"""What the store already knows, kept in memory so that a small commit need not look it up: identities, users, items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.store.cursor import Cursor

RECENT_IDENTITIES = 50_000
"""New identities are sorted in among the old ones when there are so many."""
KEPT_NAMES = 100_000
"""Users, and items, that are remembered at most."""


@dataclass(frozen=True, slots=True)
class Use:
    """An item and whose it is."""

    item_no: int
    first_user_no: int | None
    is_shared: bool
    is_catalogue: bool

    def by(self, user_no: int) -> "Use":
        """Give the item after one more event of this user."""
        if self.is_shared or self.first_user_no == user_no:
            return self
        if self.first_user_no is None:
            return replace(self, first_user_no=user_no)
        return replace(self, is_shared=True)


class _FoundUser(NamedTuple):
    user_id: str
    user_no: int


class _FoundItem(NamedTuple):
    item_id: str
    item_no: int
    first_user_no: int | None
    is_shared: bool
    is_catalogue: bool


@dataclass(slots=True)
class Known:
    """Only the writer, in its turn, may touch it."""

    _seen_seq: int = 0
    _names_version: int = 0
    _sorted: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    _recent: set[int] = field(default_factory=set[int])
    _users: dict[str, int] = field(default_factory=dict[str, int])
    _items: dict[str, Use] = field(default_factory=dict[str, Use])

    def catch_up(self, cursor: Cursor, event_seq: int, names_version: int) -> None:
        """Take in what others have changed.

        Args:
            cursor: reads the identities that came since the last time.
            event_seq: the newest arrival number.
            names_version: moves when somebody else has changed users or items.
        """
        if names_version != self._names_version:
            self._drop_names()
            self._names_version = names_version
        if event_seq == self._seen_seq and len(self._recent) < RECENT_IDENTITIES:
            return
        newer = cursor.table("logging/identities", event_seq=self._seen_seq).numbers("prefix", np.uint64)
        recent = np.fromiter(self._recent, dtype=np.uint64, count=len(self._recent))
        self._sorted = np.sort(np.concatenate((self._sorted, recent, newer)))
        self._recent.clear()
        self._seen_seq = event_seq

    def may_hold(self, prefixes: NDArray[np.uint64]) -> bool:
        """Tell whether an event with one of these first halves of identities may be there; False is certain."""
        if not self._recent.isdisjoint(prefixes.tolist()):
            return True
        if not len(self._sorted):
            return False
        places = np.minimum(np.searchsorted(self._sorted, prefixes), len(self._sorted) - 1)
        return bool((self._sorted[places] == prefixes).any())

    def learn(self, prefixes: Iterable[int], event_seq: int) -> None:
        """Take in what was just committed, whose newest arrival number is `event_seq`."""
        self._recent.update(prefixes)
        self._seen_seq = event_seq

    def users(self, cursor: Cursor, user_ids: Sequence[str]) -> dict[str, int]:
        """Give the numbers of those of the users who are there."""
        missing = [user_id for user_id in user_ids if user_id not in self._users]
        if missing:
            self._users.update(cursor.rows("logging/find_users", _FoundUser, user_ids=missing))
        return {user_id: self._users[user_id] for user_id in user_ids if user_id in self._users}

    def items(self, cursor: Cursor, item_ids: Sequence[str]) -> dict[str, Use]:
        """Give those of the items that are there."""
        missing = [item_id for item_id in item_ids if item_id not in self._items]
        if missing:
            rows = cursor.rows("logging/find_items", _FoundItem, item_ids=missing)
            self._items.update((row.item_id, Use(*row[1:])) for row in rows)
        return {item_id: self._items[item_id] for item_id in item_ids if item_id in self._items}

    def learn_names(self, users: dict[str, int], items: dict[str, Use]) -> None:
        """Take in the users and items as they were just committed."""
        if len(self._users) > KEPT_NAMES or len(self._items) > KEPT_NAMES:
            self._drop_names()
        self._users.update(users)
        self._items.update(items)

    def _drop_names(self) -> None:
        self._users.clear()
        self._items.clear()
