"""SQLite databases of other programs, read from a copy and never written: a running program may hold the original."""

import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.source import Member

_MAGIC = b"SQLite format 3\0"


def is_sqlite(member: Member) -> bool:
    """Tell whether a member is an SQLite database."""
    with member.open() as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def table_names(member: Member) -> frozenset[str]:
    """Give the names of its tables; views, which may compute anything, are none."""
    rows = read_rows(member, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return frozenset(str(row["name"]) for row in rows if row is not None)


def read_rows(member: Member, query: str) -> Iterator[Record | None]:
    """Give the rows of a query by the names of its columns.

    Raises:
        InvalidInputError: the database is damaged or lacks what the query asks for.
    """
    try:
        with _opened(member) as connection:
            cursor = connection.execute(query)
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(columns, row, strict=True))
    except sqlite3.Error as error:
        raise InvalidInputError(
            f"The database {member.name} cannot be read: {error}.",
            "Close the program that it belongs to, copy the file again, and import the copy.",
        ) from error


@contextmanager
def _opened(member: Member) -> Generator[sqlite3.Connection]:
    """Open a copy, and remove it at once where the system can: a process that is killed then leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="temporec-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "copy.sqlite")
        with member.open() as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = _text
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("SELECT 1 FROM sqlite_master").fetchall()
            with suppress(OSError):
                path.unlink()
            yield connection


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
