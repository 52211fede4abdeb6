"""Events on their way into the store: a private table that is filled batch by batch, then committed whole."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from temporec_mcp.domain.events import Event, Item
from temporec_mcp.errors import StoreBusyError
from temporec_mcp.store.arrow import event_batch, item_batch
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.high_water import HighWater
from temporec_mcp.store.items import save_items
from temporec_mcp.store.pseudonyms import Pseudonyms

PART = 500_000
"""Staged events that are looked up together."""


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What a commit does; accepted + duplicates + updated + removed = events."""

    accepted: int
    duplicates: int
    updated: int
    """Corrections: the same identity with another value or text."""
    rows_kept: int
    """Rows of the file with an event that is accepted or updated."""
    rows_duplicate: int
    """Rows of the file whose events are all there already."""
    events: int
    users: int
    items: int
    first: datetime | None
    """Time of the oldest staged event, UTC; None when nothing is staged."""
    last: datetime | None
    removed: int = 0
    """Events of a file that their user has removed, so they stay away."""
    rows_removed: int = 0
    """Other rows of the file with such an event."""
    import_id: int | None = None
    """Number of the import, once it is committed; None for logged events."""


class _Verdicts(NamedTuple):
    """The columns of `staging/counts`."""

    accepted: int
    updated: int
    removed: int
    rows_kept: int
    rows_removed: int
    file_rows: int
    digest: int


@dataclass(slots=True)
class _Staged:
    """What was staged so far, counted on the way."""

    events: int = 0
    users: set[str] = field(default_factory=set[str])
    items: set[str] = field(default_factory=set[str])
    first: datetime | None = None
    last: datetime | None = None

    def take(self, events: Sequence[Event]) -> None:
        """Count some more."""
        self.events += len(events)
        self.users.update(event.user_id for event in events)
        self.items.update(event.item_id for event in events if event.item_id is not None)
        times = [event.time for event in events]
        self.first = min(times if self.first is None else [self.first, *times], default=None)
        self.last = max(times if self.last is None else [self.last, *times], default=None)

    def counts(self, verdicts: _Verdicts) -> StageCounts:
        """Give what a commit does."""
        return StageCounts(
            accepted=verdicts.accepted,
            duplicates=self.events - verdicts.accepted - verdicts.updated - verdicts.removed,
            updated=verdicts.updated,
            rows_kept=verdicts.rows_kept,
            rows_duplicate=verdicts.file_rows - verdicts.rows_kept - verdicts.rows_removed,
            events=self.events,
            users=len(self.users),
            items=len(self.items),
            first=None if self.first is None else self.first.astimezone(UTC),
            last=None if self.last is None else self.last.astimezone(UTC),
            removed=verdicts.removed,
            rows_removed=verdicts.rows_removed,
        )


class Staging:
    """Staged events; nobody else sees them before the commit, and they are gone when the block ends."""

    def __init__(self, database: Database, cursor: Cursor) -> None:
        """Work on `cursor`, where the stage is or will be."""
        self._database = database
        self._cursor = cursor
        self._pseudonyms = database.pseudonyms
        self._staged = _Staged()
        self._item_batches = 0

    def add_items(self, items: Sequence[Item]) -> None:
        """Stage items that came with the events; of several with one id the last counts, as `ItemStore.save` says."""
        distinct = list({item.item_id: item for item in items}.values())
        if not distinct:
            return
        if not self._item_batches:
            self._cursor.run("staging/create_items")
        with self._cursor.batch("item_batch", item_batch(distinct)):
            self._cursor.run("staging/add_item_batch", batch=self._item_batches)
        self._item_batches += 1

    def add(self, events: Sequence[Event], rows: Sequence[int] | None = None) -> None:
        """Stage `events`; `rows` gives the file row of each, None makes each its own row."""
        events = kept_as(self._database.former.named(events, self._pseudonyms), self._pseudonyms)
        first = self._staged.events
        file_rows = range(first, first + len(events)) if rows is None else rows
        with self._cursor.batch("event_batch", event_batch(events, file_rows, first)):
            self._cursor.run("staging/add")
        self._staged.take(events)

    @contextmanager
    def whole(self, events: Sequence[Event]) -> Generator[None]:
        """Let `events` be all that is staged, inside the block, without a copy in a table."""
        events = kept_as(events, self._pseudonyms)
        with self._cursor.batch("stage", event_batch(events, range(len(events)), 0)):
            self._staged.take(events)
            yield

    def preview(self) -> StageCounts:
        """Tell what a commit of an import would do now; changes nothing."""
        return self._staged.counts(self._verdicts(is_import=True))

    def commit(self, received_at: datetime, source: str | None = None) -> StageCounts:
        """Put the staged events into the store, all or none; on disk when this returns. Once a staging.

        Args:
            received_at: now.
            source: name of the import that the events come from; None for logged events.

        Raises:
            StoreBusyError: the home has turned to pseudonyms meanwhile.
        """
        with self._database.transaction(self._cursor):
            self._check_names()
            verdicts = self._verdicts(is_import=source is not None)
            counts = self._staged.counts(verdicts)
            numbers = self._database.numbers
            if source is not None:
                numbers = self._add_import(numbers, counts, received_at, source)
                counts = replace(counts, import_id=numbers.import_id)
            numbers = self._save_items(numbers, received_at, counts.import_id)
            if counts.updated:
                self._correct(counts.import_id)
            if counts.accepted:
                numbers = self._accept(numbers, verdicts, received_at, counts.import_id)
            self._database.hand_out(numbers)
        return counts

    def _check_names(self) -> None:
        if self._pseudonyms is not self._database.pseudonyms:
            raise StoreBusyError("The home turned to pseudonyms while this was on its way.", "Send it again.")

    def _verdicts(self, *, is_import: bool) -> _Verdicts:
        self._cursor.run("staging/merge", is_import=is_import)
        return self._cursor.rows("staging/counts", _Verdicts)[0]

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

    def _correct(self, import_id: int | None) -> None:
        """Correct what is there, after a note of what an import finds, so that undoing it gives that back."""
        if import_id is not None:
            self._cursor.run("staging/note_corrections", import_id=import_id)
        self._cursor.run("staging/correct")

    def _save_items(self, numbers: HighWater, received_at: datetime, import_id: int | None) -> HighWater:
        """Save the items before the events, which then find them."""
        for batch in range(self._item_batches):
            items = self._cursor.table("staging/item_batch", batch=batch)
            numbers = save_items(self._cursor, items, numbers, received_at, import_id)
        if self._item_batches:
            self._database.names_version += 1
        return numbers

    def _choose(self) -> None:
        self._cursor.run("staging/choose")
        place = 0
        for first in range(0, self._staged.events, PART):
            place += self._cursor.run("staging/choose_part", first=first, last=first + PART, place=place)

    def _accept(
        self, numbers: HighWater, verdicts: _Verdicts, received_at: datetime, import_id: int | None
    ) -> HighWater:
        cursor = self._cursor
        self._choose()
        new_users = cursor.run("staging/add_users", user_no=numbers.user_no)
        cursor.run("staging/use")
        new_items = cursor.run("staging/add_items", item_no=numbers.item_no, updated_at=received_at)
        made_public = any(cursor.rows("staging/mark_users_of_items", bool))
        cursor.run("staging/accept", event_seq=numbers.event_seq, import_id=import_id, received_at=received_at)
        self._database.names_version += 1
        return replace(
            numbers,
            event_seq=numbers.event_seq + verdicts.accepted,
            user_no=numbers.user_no + new_users,
            item_no=numbers.item_no + new_items,
            items_version=numbers.items_version + int(new_items > 0 or made_public),
            event_count=numbers.event_count + verdicts.accepted,
            digest=numbers.digest ^ verdicts.digest,
        )


def kept_as(events: Sequence[Event], pseudonyms: Pseudonyms) -> Sequence[Event]:
    """Give events with the user ids that are kept."""
    if pseudonyms.key is None:
        return events
    return [replace(event, user_id=pseudonyms.of(event.user_id)) for event in events]


@contextmanager
def staging(database: Database) -> Generator[Staging]:
    """Give an empty staging with a cursor of its own."""
    with database.cursor() as cursor:
        cursor.run("staging/create")
        yield Staging(database, cursor)


def commit_batch(database: Database, events: Sequence[Event], received_at: datetime) -> StageCounts:
    """Stage and commit logged events in one go."""
    with database.cursor() as cursor:
        stage = Staging(database, cursor)
        with stage.whole(events):
            return stage.commit(received_at)
