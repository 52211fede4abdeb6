"""The events of the store: staged in, read out as one sorted log.

Axes: N events, U users, V items.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.events import Event
from temporec_mcp.domain.log import EventLog, Times
from temporec_mcp.store.arrow import Table
from temporec_mcp.store.cursor import Cursor, as_utc
from temporec_mcp.store.duck import Database
from temporec_mcp.store.held import UNKNOWN_USER_NO
from temporec_mcp.store.items import ItemStore
from temporec_mcp.store.logger import Logger
from temporec_mcp.store.staging import StageCounts, Staging, staging
from temporec_mcp.store.users import find_user

__all__ = ["EventFilter", "EventStore", "LaterUses", "StageCounts", "Staging"]

AGAINST = [name for name, meaning in ACTIONS.items() if meaning.weight <= 0.0]
"""Actions that speak against their item."""

SEARCHES = 20
"""Past searches that are read, at most."""
ANY_TWO = 2
"""With so many users in common nothing has to be left out: an item that one user has says nothing of another."""
_MICROSECONDS = 1e6


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a log is made of; None sets no limit."""

    user_id: str | None = None
    since: datetime | None = None
    """Not before; that moment itself counts."""
    until: datetime | None = None
    """Not after; that moment itself counts."""
    max_seq: int | None = None
    """Only events whose arrival number is not above it."""
    is_aggregate: bool = False
    """Many users' events that others will be shown something of: only those with items that enough users have."""


class LaterUses(NamedTuple):
    """Uses of items that came in later, in no order; N events."""

    item_nos_N: NDArray[np.int32]
    """The store's numbers."""
    times_N: Times
    """Seconds since 1970."""


class _User(NamedTuple):
    user_no: int
    user_id: str


class _Counts(NamedTuple):
    events: int
    users: int
    items: int


class _Search(NamedTuple):
    happened_at: datetime
    text: str


class EventStore:
    """Takes events in and gives them back sorted."""

    def __init__(self, database: Database, items: ItemStore) -> None:
        """Work on the open `database`; `items` knows the ids of a log's items."""
        self._database = database
        self._items = items
        self._logger = Logger(database)

    def stage(self) -> AbstractContextManager[Staging]:
        """Give an empty staging: add events batch by batch, then preview or commit; the rest is dropped."""
        return staging(self._database)

    def add(self, events: Sequence[Event], received_at: datetime) -> StageCounts:
        """Put logged events into the store, all or none; on disk when this returns.

        The same as staging and committing them, but calls that come together share their way to the disk.
        """
        return self._logger.add(events, received_at)

    def count_received(self, received_at: datetime) -> int:
        """Give how many logged events came in at exactly that moment."""
        with self._database.reading() as cursor:
            return cursor.rows("events/received_at", int, received_at=received_at)[0]

    def log(self, item_nos_V: NDArray[np.int32], chosen: EventFilter) -> EventLog:
        """Read the chosen events that have an item, sorted by user, then time, then arrival.

        Its users are those with such events, by their first arrival in the store; with `chosen.user_id` always
        exactly that user, without rows where there are none. Actions and contexts are numbered by name.

        Args:
            item_nos_V: the store's numbers of the items that the log counts in, ascending, as `ItemTable` has
                them. Events of other items (newer than the table) are left out.
            chosen: which events.
        """
        if chosen == EventFilter(user_id=chosen.user_id) and chosen.user_id is not None:
            return self._history(item_nos_V, chosen.user_id)
        with self._database.reading() as cursor:
            users = _users(cursor, chosen.user_id)
            table = cursor.table(
                "events/log",
                user_no=None if chosen.user_id is None else users[0].user_no,
                since=chosen.since,
                until=chosen.until,
                max_seq=chosen.max_seq,
            )
            own = cursor.rows("items/catalogue", int) if chosen.is_aggregate and self._database.is_private else None
        log = _log(table, users, item_nos_V, self._items.ids(item_nos_V))
        if own is not None:
            log = log.keep(np.isin(item_nos_V, own)[log.items_N])
        elif chosen.is_aggregate and self._database.min_users > ANY_TWO:
            log = log.keep(_is_common(log, self._database.min_users))
        return log if chosen.user_id is not None else _without_idle_users(log)

    def later(self, after_seq: int, max_seq: int, until: datetime | None) -> LaterUses:
        """Give what arrived after `after_seq` and up to `max_seq`, not after `until`, and speaks for its item.

        Nothing where only what enough users share may be learnt in this home.
        """
        if self._database.is_private or self._database.min_users > ANY_TWO:
            return LaterUses(np.zeros(0, dtype=np.int32), np.zeros(0))
        with self._database.reading() as cursor:
            table = cursor.table("events/later", after=after_seq, max_seq=max_seq, until=until, against=AGAINST)
        times_N = table.numbers("time_us", np.int64) / _MICROSECONDS
        return LaterUses(table.numbers("item_no", np.int32), times_N)

    def last_seq(self) -> int:
        """Give the arrival number of the newest event that ever came in; 0 before any."""
        return self._database.committed.event_seq

    def counts(self) -> dict[str, int]:
        """Count `events`, `users` (with events) and `items` (used or not)."""
        with self._database.reading() as cursor:
            return cursor.rows("events/counts", _Counts)[0]._asdict()

    def searches(self, user_id: str, until: datetime) -> list[tuple[datetime, str]]:
        """Give when and for what the user searched, up to and with `until`, newest first, at most 20."""
        with self._database.reading() as cursor:
            rows = cursor.rows("events/searches", _Search, user_id=user_id, until=until, limit=SEARCHES)
        return [(as_utc(row.happened_at), row.text) for row in rows]

    def _history(self, item_nos_V: NDArray[np.int32], user_id: str) -> EventLog:
        """Give the log of all events of one user."""
        database = self._database
        found = database.held.of(database.pseudonyms.of(user_id))
        if found is None:
            with database.reading() as cursor:
                user_no = _users(cursor, user_id)[0].user_no
                found = user_no, cursor.table("events/log", user_no=user_no, since=None, until=None, max_seq=None)
            self._hold()
        user_no, table = found
        return _log(table, [_User(user_no, user_id)], item_nos_V, self._items.ids(item_nos_V))

    def _hold(self) -> None:
        """Read all events into memory where that pays by now."""
        database = self._database
        version = database.held.counts_again(database.committed.event_count)
        if version is None:
            return
        with database.reading() as cursor:
            users = {user.user_id: user.user_no for user in _users(cursor, None)}
            table = cursor.table("events/log", user_no=None, since=None, until=None, max_seq=None)
        database.held.hold(version, table, users)


def _is_common(log: EventLog, min_users: int) -> NDArray[np.bool_]:
    """Tell which events [N] are with an item that at least `min_users` users have events with."""
    pairs = np.unique(np.stack((log.items_N, log.users_N)), axis=1)
    users_V = np.bincount(pairs[0], minlength=len(log.item_ids))
    return users_V[log.items_N] >= min_users


def _users(cursor: Cursor, user_id: str | None) -> list[_User]:
    """Give all users by number, or just the one asked for."""
    if user_id is None:
        return cursor.rows("users/all", _User)
    found = find_user(cursor, user_id)
    return [_User(found.user_no if found else UNKNOWN_USER_NO, user_id)]


def _log(table: Table, users: list[_User], item_nos_V: NDArray[np.int32], item_ids: tuple[str, ...]) -> EventLog:
    """Number users, items, actions and contexts of the sorted rows of `events/log`."""
    is_known_N = np.isin(table.numbers("item_no", np.int32), item_nos_V)
    table = table.keep(is_known_N)
    user_nos_N = table.numbers("user_no", np.int32)
    starts_U = np.searchsorted(user_nos_N, np.array([user.user_no for user in users], dtype=np.int32))
    action_names, actions_N = table.codes("action")
    context_names, contexts_N = table.codes("context")
    return EventLog(
        user_ids=tuple(user.user_id for user in users),
        item_ids=item_ids,
        action_names=action_names,
        context_names=context_names,
        offsets_U=np.append(starts_U, len(table)).astype(np.int64),
        items_N=np.searchsorted(item_nos_V, table.numbers("item_no", np.int32)).astype(np.int32),
        times_N=table.numbers("time_us", np.int64) / _MICROSECONDS,
        actions_N=actions_N,
        values_N=table.numbers("value", np.float32),
        contexts_N=contexts_N,
        seqs_N=table.numbers("event_seq", np.int64),
        date_only_N=table.numbers("is_date_only", np.bool_),
    )


def _without_idle_users(log: EventLog) -> EventLog:
    """Give the log of the users with rows."""
    is_active_U = np.diff(log.offsets_U) > 0
    return replace(
        log,
        user_ids=tuple(compress(log.user_ids, is_active_U)),
        offsets_U=np.append(log.offsets_U[:-1][is_active_U], log.offsets_U[-1]),
    )
