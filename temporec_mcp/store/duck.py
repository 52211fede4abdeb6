"""The one typed door to DuckDB: opening the file, cursors that run named queries, transactions under one write lock."""

import re
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb

from temporec_mcp.errors import StoreBusyError, StoreDamagedError
from temporec_mcp.store.arrow import Table
from temporec_mcp.store.queries import query

Value = str | int | float | bool | datetime | Sequence[str] | None
Row = TypeVar("Row")

_Config = dict[str, str | bool | int | float | list[str]]

_WITHOUT_EXTENSIONS: _Config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
_HARDENED: _Config = {**_WITHOUT_EXTENSIONS, "enable_external_access": False, "lock_configuration": True}
_PRIVATE_FILE = 0o600
_WRITING_FAULTS = (duckdb.FatalException, duckdb.IOException, duckdb.TransactionException)
_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")


class Cursor:
    """A connection of its own to the open database; temporary tables and registered batches are private to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Wrap `connection`, which this cursor owns."""
        self._connection = connection

    def run(self, name: str, /, **parameters: Value) -> int:
        """Run the query `name` for what it changes; give how many rows it changed (0 for table definitions)."""
        found = self._execute(query(name).sql, parameters).fetchall()
        return int(found[0][0]) if found else 0

    def rows(self, name: str, shape: Callable[..., Row], /, **parameters: Value) -> list[Row]:
        """Run the query `name` and make each row with `shape`, whose parameters are its columns in order."""
        return [shape(*row) for row in self._execute(query(name).sql, parameters).fetchall()]

    def table(self, name: str, /, **parameters: Value) -> Table:
        """Run the query `name` and give its result as columns."""
        # A relation, because the results of execute() would be copied once more on their way to Arrow.
        relation = self._connection.sql(query(name).sql, params=_bound_all(parameters))
        arrow_table: object = relation.to_arrow_table()  # pyright: ignore[reportUnknownMemberType] (it has no types)
        return Table(arrow_table)

    def script(self, sql: str) -> None:
        """Run the statements of a migration."""
        self._connection.execute(sql)

    @contextmanager
    def batch(self, view: str, table: Table) -> Generator[None]:
        """Let queries read `table` under the name `view` inside the block."""
        self._connection.register(view, table.raw)
        try:
            yield
        finally:
            self._connection.unregister(view)

    def close(self) -> None:
        """Drop the temporary tables and the connection."""
        self._connection.close()

    def _execute(self, sql: str, parameters: dict[str, Value]) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql, _bound_all(parameters))


class Database:
    """An open database file: a cursor a call, and one writer at a time."""

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
        self._connection = _connect(path)

    @contextmanager
    def reading(self) -> Generator[Cursor]:
        """Give a cursor that sees what is committed now, whatever is committed meanwhile."""
        with self.cursor() as cursor:
            cursor.script("BEGIN TRANSACTION")
            yield cursor

    @contextmanager
    def cursor(self) -> Generator[Cursor]:
        """Give a cursor without a transaction; what it has not committed at the end of the block is dropped."""
        with self._readers:
            cursor = Cursor(self._connection.cursor())
            self._reader_count += 1
        try:
            yield cursor
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
    def transaction(self, cursor: Cursor) -> Generator[None]:
        """Make the block one transaction of `cursor`, the only writer; nothing of it stays when it raises.

        Raises:
            StoreDamagedError: the file could not be written, as when the disk is full.
        """
        with self._writing:
            cursor.script("BEGIN TRANSACTION")
            try:
                yield
                cursor.script("COMMIT")
            except BaseException as error:
                with suppress(duckdb.Error):
                    cursor.script("ROLLBACK")
                if isinstance(error, _WRITING_FAULTS):
                    raise _writing_fault(self.path, error) from error
                raise

    def rewrite(self, patience_seconds: float) -> bool:
        """Write the file anew with what is in it, so that no trace of deleted rows stays on the disk.

        DuckDB leaves deleted rows in blocks that it may use again later. Waits until nobody holds a
        cursor, at most `patience_seconds`, and then keeps everybody waiting; gives False when it could not be done now.

        Raises:
            StoreDamagedError: the new file could not be written; the old one stays in use.
        """
        # Without the writer's lock: whoever waits for that one holds a cursor, and no cursor means no transaction.
        with self._readers:
            if not self._readers.wait_for(lambda: self._reader_count == 0, patience_seconds):
                return False
            self._connection.close()
            try:
                # A log that stays behind holds changes that are not in the file yet, so the file must stay too.
                is_whole = not _log_of(self.path).exists()
                if is_whole:
                    _replace_by_clean_copy(self.path)
            finally:
                self._connection = _connect(self.path)
        return is_whole

    def close(self) -> None:
        """Finish the writer's transaction and close the file."""
        with self._writing, self._readers:
            self._connection.close()


def as_utc(column_time: datetime) -> datetime:
    """Give the aware time that a TIMESTAMP column holds."""
    return column_time.replace(tzinfo=UTC)


def _bound_all(parameters: dict[str, Value]) -> dict[str, Value]:
    return {name: _bound(value) for name, value in parameters.items()}


def _bound(value: Value) -> Value:
    """TIMESTAMP columns hold UTC without saying so."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(path, config=_HARDENED)
    except duckdb.Error as error:
        raise _opening_fault(path, error) from error
    path.chmod(_PRIVATE_FILE)
    return connection


def _replace_by_clean_copy(path: Path) -> None:
    clean = path.with_name(f"{path.name}.clean")
    for left_by_a_death in (clean, _log_of(clean)):
        left_by_a_death.unlink(missing_ok=True)
    try:
        with duckdb.connect(":memory:", config=_WITHOUT_EXTENSIONS) as connection:
            connection.execute(f"ATTACH {_quoted(path)} AS held (READ_ONLY)")
            connection.execute(f"ATTACH {_quoted(clean)} AS clean")
            connection.execute("COPY FROM DATABASE held TO clean")
        clean.replace(path)
    except duckdb.Error as error:
        raise _writing_fault(path, error) from error
    finally:
        clean.unlink(missing_ok=True)


def _log_of(path: Path) -> Path:
    """Give where DuckDB writes ahead what is not in the file yet."""
    return path.with_name(f"{path.name}.wal")


def _quoted(path: Path) -> str:
    """ATTACH takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def _opening_fault(path: Path, error: duckdb.Error) -> StoreBusyError | StoreDamagedError:
    holder = _HOLDER.search(str(error))
    if holder:
        return StoreBusyError(
            f"The database {path} is open in another process ({holder['program']}, pid {holder['pid']}), "
            "and one process at a time may have it.",
            f"End process {holder['pid']} (close the program that uses this home), or choose another --home.",
        )
    if "Could not set lock" in str(error):
        return StoreBusyError(
            f"The database {path} is open in another process, and one process at a time may have it.",
            "Close the program that uses this home, or choose another --home.",
        )
    return StoreDamagedError(
        f"The database {path} cannot be opened: {_first_line(error)}.",
        "Restore the file from a safety copy, or move it away to start with an empty one.",
    )


def _writing_fault(path: Path, error: duckdb.Error) -> StoreDamagedError:
    return StoreDamagedError(
        f"The database {path} could not be written: {_first_line(error)}. Nothing of this change was kept.",
        "Make room on the disk and start again.",
    )


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0].rstrip(".")
