"""Events on their way into the store: a private table that is filled batch by batch, then committed whole."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from temporec_mcp.domain.events import Event
from temporec_mcp.store.arrow import event_batch
from temporec_mcp.store.cursor import Cursor, as_utc
from temporec_mcp.store.duck import Database
from temporec_mcp.store.high_water import HighWater


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What a commit does; accepted + duplicates + updated = events."""

    accepted: int
    duplicates: int
    updated: int
    """Corrections: the same identity with another value or text."""
    rows_kept: int
    """Rows of the file with an event that is accepted or updated."""
    rows_duplicate: int
    """Rows of the file whose events are all duplicates."""
    events: int
    users: int
    items: int
    first: datetime | None
    """Time of the oldest staged event, UTC; None when nothing is staged."""
    last: datetime | None


class Staging:
    """Staged events; nobody else sees them before the commit, and they are gone when the block ends."""

    def __init__(self, database: Database, cursor: Cursor) -> None:
        """Make the private table on `cursor`."""
        self._database = database
        self._cursor = cursor
        self._staged = 0
        cursor.run("staging/create")

    def add(self, events: Sequence[Event], rows: Sequence[int] | None = None) -> None:
        """Stage `events`; `rows` gives the file row of each, None makes each its own row."""
        file_rows = range(self._staged, self._staged + len(events)) if rows is None else rows
        with self._cursor.batch("event_batch", event_batch(events, file_rows, self._staged)):
            self._cursor.run("staging/add")
        self._staged += len(events)

    def preview(self) -> StageCounts:
        """Tell what a commit would do now; changes nothing."""
        self._cursor.run("staging/merge")
        return self._counts()

    def commit(self, received_at: datetime, source: str | None = None) -> StageCounts:
        """Put the staged events into the store, all or none; on disk when this returns. Once a staging.

        Args:
            received_at: now.
            source: name of the import that the events come from; None for logged events.
        """
        with self._database.transaction(self._cursor):
            self._cursor.run("staging/merge")
            counts = self._counts()
            numbers = self._database.numbers
            if source is not None:
                numbers = self._add_import(numbers, counts, received_at, source)
            if counts.updated:
                self._cursor.run("staging/correct")
            if counts.accepted:
                numbers = self._accept(
                    numbers, counts.accepted, received_at, None if source is None else numbers.import_id
                )
            self._database.hand_out(numbers)
        return counts

    def _counts(self) -> StageCounts:
        counts = self._cursor.rows("staging/counts", StageCounts)[0]
        if counts.first is None or counts.last is None:
            return counts
        return replace(counts, first=as_utc(counts.first), last=as_utc(counts.last))

    def _add_import(self, numbers: HighWater, counts: StageCounts, received_at: datetime, source: str) -> HighWater:
        numbers = replace(numbers, import_id=numbers.import_id + 1)
        self._cursor.run(
            "staging/add_import",
            import_id=numbers.import_id,
            source=source,
            received_at=received_at,
            accepted=counts.accepted,
            duplicates=counts.duplicates,
            updated=counts.updated,
        )
        return numbers

    def _accept(self, numbers: HighWater, count: int, received_at: datetime, import_id: int | None) -> HighWater:
        cursor = self._cursor
        new_users = cursor.run("staging/add_users", user_no=numbers.user_no)
        new_items = cursor.run("staging/add_items", item_no=numbers.item_no, updated_at=received_at)
        made_public = any(cursor.rows("staging/mark_users_of_items", bool))
        cursor.run("staging/accept", event_seq=numbers.event_seq, import_id=import_id, received_at=received_at)
        self._database.names_version += 1
        return replace(
            numbers,
            event_seq=numbers.event_seq + count,
            user_no=numbers.user_no + new_users,
            item_no=numbers.item_no + new_items,
            items_version=numbers.items_version + int(new_items > 0 or made_public),
            event_count=numbers.event_count + count,
            digest=numbers.digest ^ cursor.rows("staging/digest", int)[0],
        )


@contextmanager
def staging(database: Database) -> Generator[Staging]:
    """Give an empty staging with a cursor of its own."""
    with database.cursor() as cursor:
        yield Staging(database, cursor)
