"""Small commits: events that are certainly new go in with few statements, and writers that come together share one.

Whoever gets the writer's turn commits for all who wait for it.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from temporec_mcp.domain.events import Event
from temporec_mcp.errors import StoreBusyError, StoreDamagedError
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.known import Known
from temporec_mcp.store.logged import Batch, Identities, identities_of
from temporec_mcp.store.pseudonyms import Pseudonyms
from temporec_mcp.store.staging import StageCounts, commit_batch, kept_as

LARGEST = 10_000
"""Events of a call that are looked up in memory; with more, the statements of the staging do it."""
TOGETHER = 1_000
"""Events of one shared commit, at most, beside those of the last call."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A call's events and what became of them."""

    events: Sequence[Event]
    identities: Identities
    received_at: datetime
    pseudonyms: Pseudonyms
    """How its user ids are kept."""
    is_done: bool = False
    is_committed: bool = False
    """False when they are not certain to be new."""
    fault: StoreDamagedError | StoreBusyError | None = None


class Logger:
    """Commits small batches; any thread may call."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database
        self._known = Known()
        self._pseudonyms = database.pseudonyms
        self._queue: list[_Waiting] = []
        self._queue_lock = threading.Lock()

    def add(self, events: Sequence[Event], received_at: datetime) -> StageCounts:
        """Put events into the store, all or none; on disk when this returns."""
        pseudonyms = self._database.pseudonyms
        events = kept_as(events, pseudonyms)
        identities = identities_of(events) if 0 < len(events) <= LARGEST else None
        if identities is None:
            return commit_batch(self._database, events, received_at)
        mine = _Waiting(events, identities, received_at, pseudonyms)
        with self._queue_lock:
            self._queue.append(mine)
        with self._database.turn():
            if not mine.is_done:
                self._commit(self._next_group(mine))
        if mine.fault is not None:
            raise mine.fault
        if not mine.is_committed:
            return commit_batch(self._database, events, received_at)
        self._database.confirm()
        return _all_accepted(events)

    def _next_group(self, mine: _Waiting) -> list[_Waiting]:
        """Take from the queue what fits into one commit; `mine` is in it, first or later."""
        with self._queue_lock:
            group: list[_Waiting] = []
            while self._queue and (mine not in group or sum(len(one.events) for one in group) < TOGETHER):
                group.append(self._queue.pop(0))
            return group

    def _commit(self, group: list[_Waiting]) -> None:
        """Commit those of the group whose events are certainly new."""
        try:
            # What else can go wrong is one call's own fault, which its staging then tells.
            with suppress(duckdb.Error, UnicodeError, AttributeError), self._database.cursor() as cursor:
                self._commit_with(cursor, group)
        except (StoreDamagedError, StoreBusyError) as fault:
            for one in group:
                one.fault = fault
        finally:
            for one in group:
                one.is_done = True

    def _commit_with(self, cursor: Cursor, group: list[_Waiting]) -> None:
        numbers, pseudonyms = self._database.numbers, self._database.pseudonyms
        if pseudonyms is not self._pseudonyms:
            self._known, self._pseudonyms = Known(), pseudonyms
        self._known.catch_up(cursor, numbers.event_seq, self._database.names_version)
        batch = Batch(self._known, cursor, numbers)
        prefixes: set[int] = set()
        taken: list[_Waiting] = []
        for one in group:
            mine = one.identities.prefixes
            if one.pseudonyms is pseudonyms and prefixes.isdisjoint(mine.tolist()) and not self._known.may_hold(mine):
                prefixes.update(mine.tolist())
                batch.add(one.events, one.identities, one.received_at)
                taken.append(one)
        if not taken:
            return
        with self._database.unconfirmed(cursor):
            self._database.hand_out(batch.write(), batch.logged)
        committed = self._database.numbers
        self._known.learn(prefixes, committed.event_seq)
        self._known.learn_names(batch.users, batch.items)
        for one in taken:
            one.is_committed = True


def _all_accepted(events: Sequence[Event]) -> StageCounts:
    times = [event.time for event in events]
    return StageCounts(
        accepted=len(events),
        duplicates=0,
        updated=0,
        rows_kept=len(events),
        rows_duplicate=0,
        events=len(events),
        users=len({event.user_id for event in events}),
        items=len({event.item_id for event in events if event.item_id is not None}),
        first=min(times).astimezone(UTC),
        last=max(times).astimezone(UTC),
    )
