"""The open DuckDB file: readers, transactions under one write lock, and starting anew after a fault."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import duckdb

from temporec_mcp.store.connecting import connect, replace_by_clean_copy
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.faults import busy, fallen_back, is_file_fault, reading_fault, too_large, writing_fault
from temporec_mcp.store.files import log_of
from temporec_mcp.store.former import Former
from temporec_mcp.store.held import HeldEvents, Logged
from temporec_mcp.store.high_water import HighWater
from temporec_mcp.store.marks import MarkFile
from temporec_mcp.store.pseudonyms import PLAIN

REOPENING_SECONDS = 5.0
"""How long a reopening waits until nobody holds a cursor of the file that broke."""


class Database:
    """An open database file: a cursor a call, one writer at a time, and a mark beside the file for every commit."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, shut off from other files, the network and extensions.

        Raises:
            StoreBusyError: another process has it open.
            StoreDamagedError: it cannot be opened.
        """
        self.path = path
        self._writing = threading.RLock()
        self._readers = threading.Condition()
        self._reader_count = 0
        self._is_broken = False
        self.names_version = 0
        """Moves with every change of users or items that does not come from the small commits."""
        self.content_version = 0
        """Moves with every commit but those of answers given, before the commit is acknowledged."""
        self.rest_version = 0
        """Moves as that does, but with no commit that logs events and does nothing else."""
        self.held = HeldEvents()
        """Events in memory, which follow every commit that moves `content_version`."""
        self.pseudonyms = PLAIN
        """How user ids are kept; whoever waited for the writer's turn must look again."""
        self.former = Former()
        """What is known from before they were kept so."""
        self.min_users = 2
        """Users that an item must have, where it came with no catalogue, before others are shown it."""
        self.is_private = False
        """What users do is learnt under differential privacy only, so only a catalogue says which items there are."""
        self._marks = MarkFile(path)
        self._numbers: HighWater | None = None
        self._next: HighWater | None = None
        self._logged: Logged | None = None
        self._connection = connect(path)

    def start_marks(self, numbers: HighWater) -> None:
        """Mark every commit from now on; `numbers` are those of the file."""
        self._numbers = numbers
        self._marks.restart("open", numbers)

    @property
    def numbers(self) -> HighWater:
        """The highest numbers so far; for the writer, inside its transaction."""
        numbers = self._next or self._numbers
        assert numbers is not None, "the marks start before the first change"
        return numbers

    @property
    def committed(self) -> HighWater:
        """The highest numbers that every reader sees."""
        assert self._numbers is not None, "the marks start before the first question"
        return self._numbers

    def hand_out(self, numbers: HighWater, logged: Logged | None = None) -> None:
        """Let the writer's transaction leave these numbers behind; `logged` is everything that it changes of events."""
        self._next, self._logged = numbers, logged

    @contextmanager
    def reading(self) -> Generator[Cursor]:
        """Give a cursor that sees what is committed now, whatever is committed meanwhile."""
        with self.cursor() as cursor:
            cursor.script("BEGIN TRANSACTION")
            yield cursor

    @contextmanager
    def cursor(self) -> Generator[Cursor]:
        """Give a cursor without a transaction; what it has not committed at the end of the block is dropped.

        Raises:
            StoreDamagedError: a part of the file cannot be read.
            StoreBusyError: it needs more memory than there is for it.
        """
        with self._readers:
            if self._is_broken:
                self._reopen()
            cursor = Cursor(self._connection.cursor(), self.pseudonyms)
            self._reader_count += 1
        try:
            yield cursor
        except duckdb.Error as error:
            if isinstance(error, duckdb.OutOfMemoryException):
                raise too_large(self.path) from error
            if not is_file_fault(error):
                raise
            self._is_broken = True
            raise reading_fault(self.path, error) from error
        finally:
            cursor.close()
            with self._readers:
                self._reader_count -= 1
                self._readers.notify_all()

    @contextmanager
    def writing(self) -> Generator[Cursor]:
        """Give a cursor inside a transaction: the only writer, committed at the end of the block."""
        with self.cursor() as cursor, self.transaction(cursor):
            yield cursor

    @contextmanager
    def turn(self) -> Generator[None]:
        """Wait for the writer's turn and keep it for the block."""
        with self._writing:
            yield

    @contextmanager
    def transaction(self, cursor: Cursor) -> Generator[None]:
        """Make the block one transaction of `cursor`, the only writer; nothing of it stays when it raises.

        Raises:
            StoreDamagedError: the file could not be written, as when the disk is full.
        """
        with self.unconfirmed(cursor):
            yield
        self.confirm()

    @contextmanager
    def unconfirmed(self, cursor: Cursor, *, is_content: bool = True) -> Generator[None]:
        """Make the block one transaction as `transaction` does, but leave `confirm` to the caller.

        With `is_content` False it moves no `content_version`: what is written changes no later answer's history.
        """
        with self._writing:
            cursor.pseudonyms = self.pseudonyms
            cursor.script("BEGIN TRANSACTION")
            try:
                yield
                numbers = self._write_numbers(cursor)
                cursor.script("COMMIT")
                logged = self._logged
                if is_content:
                    self.held.follow(logged)
            except BaseException as error:
                with suppress(duckdb.Error):
                    cursor.script("ROLLBACK")
                if isinstance(error, duckdb.Error) and (is_file_fault(error) or _is_lost_race(error)):
                    self._is_broken = not _is_lost_race(error)
                    raise writing_fault(self.path, error) from error
                raise
            finally:
                self._next = self._logged = None
            if numbers is not None:
                self._marks.note(numbers)
                self._numbers = numbers
            self.content_version += is_content
            self.rest_version += is_content and logged is None

    def confirm(self) -> None:
        """Return when all commits until now are marked on the disk; nothing may be acknowledged before.

        Writers need not wait for it, and one wait serves all who wait.

        Raises:
            StoreDamagedError: the mark could not be written.
        """
        if self._numbers is None:
            return
        try:
            self._marks.confirm(self._numbers.commit_no)
        except OSError as error:
            raise writing_fault(self.path, error) from error

    def rewrite(self, patience_seconds: float) -> bool:
        """Write the file anew with what is in it, so that no trace of deleted rows stays on the disk.

        DuckDB leaves deleted rows in blocks that it may use again later. Waits until nobody holds a
        cursor, at most `patience_seconds`, and then keeps everybody waiting; gives False when it could not be done now.

        Raises:
            StoreDamagedError: the new file could not be written; the old one stays in use.
        """
        return self.let_go(replace_by_clean_copy, patience_seconds)

    def let_go(self, use: Callable[[Path], None], patience_seconds: float) -> bool:
        """Close the file, let `use` have it, and open it again, in a moment when nobody holds a cursor.

        Gives False, without calling `use`, when no such moment came within `patience_seconds`.

        Raises:
            StoreDamagedError: as `use` raises it; the file is open again.
        """
        # Without the writer's lock: whoever waits for that one holds a cursor, and no cursor means no transaction.
        with self._readers:
            if not self._readers.wait_for(lambda: self._reader_count == 0, patience_seconds):
                return False
            self._connection.close()
            try:
                # A log that stays behind holds changes that are not in the file yet, so the file must stay too.
                is_whole = not log_of(self.path).exists()
                if is_whole:
                    use(self.path)
            finally:
                self._connection = connect(self.path)
        return is_whole

    def close(self) -> None:
        """Finish the writer's transaction and close the file; when it is whole then, the marks say so."""
        with self._writing, self._readers:
            self._connection.close()
            if self._numbers is not None and not self._is_broken and not log_of(self.path).exists():
                with suppress(OSError):  # without room for the word, the next opening looks closer
                    self._marks.restart("clean", self._numbers)
            self._marks.close()

    def _write_numbers(self, cursor: Cursor) -> HighWater | None:
        """Write the numbers of this commit, once there are marks: the migrations come before."""
        if self._numbers is None:
            return None
        numbers = replace(self.numbers, commit_no=self.numbers.commit_no + 1)
        numbers.write(cursor)
        return numbers

    def _reopen(self) -> None:
        """Start anew after a fault that DuckDB does not work on after, as a full disk; the readers' lock is held."""
        if not self._readers.wait_for(lambda: self._reader_count == 0, REOPENING_SECONDS):
            raise busy(self.path)
        self._connection.close()
        self._connection = connect(self.path)
        cursor = Cursor(self._connection.cursor())
        try:
            numbers = HighWater.read(cursor)
            if self._numbers is not None and numbers.commit_no < self._numbers.commit_no:
                raise fallen_back(self.path)
            self._marks.restart("open", numbers)
        except (OSError, duckdb.Error) as error:
            raise writing_fault(self.path, error) from error
        finally:
            cursor.close()
        self._numbers = numbers
        self.content_version += 1
        self.rest_version += 1
        self.held.follow(None)
        self._is_broken = False


def _is_lost_race(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.TransactionException)
