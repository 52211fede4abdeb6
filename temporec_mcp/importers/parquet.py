"""Tables in Parquet files, read by row groups. The only importer that knows pyarrow, which has no types."""

import shutil
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from importlib import import_module
from typing import IO, Protocol, Self, cast
from zipfile import ZipExtFile

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import BATCH_ROWS, Row
from temporec_mcp.importers.source import Member

MAGIC = b"PAR1"


class _Type(Protocol):
    tz: str | tzinfo | None


class _Column(Protocol):
    type: _Type

    def cast(self, target: object, safe: bool) -> "_Column": ...
    def to_pylist(self) -> list[object]: ...


class _Batch(Protocol):
    def column(self, name: str) -> _Column: ...


class _Schema(Protocol):
    names: list[str]


class _File(Protocol):
    schema_arrow: _Schema

    def iter_batches(self, batch_size: int, columns: Sequence[str]) -> Iterable[_Batch]: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...


class _Types(Protocol):
    def is_timestamp(self, type: _Type) -> bool: ...


class _Arrow(Protocol):
    types: _Types
    ArrowException: type[Exception]

    def timestamp(self, unit: str, tz: str | tzinfo | None) -> object: ...


class _Parquet(Protocol):
    def ParquetFile(self, source: IO[bytes]) -> _File: ...


class ParquetTable:
    """A Parquet file."""

    def __init__(self, member: Member) -> None:
        """Read the columns' names from the member's footer."""
        self.name = member.name
        self._member = member
        with _opened(member) as file:
            self.columns = tuple(file.schema_arrow.names)

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read from the start; times finer than a microsecond are cut."""
        distinct = list(dict.fromkeys(wanted))
        with _opened(self._member) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=distinct):
                cells = {name: _cells(batch.column(name)) for name in distinct}
                yield from zip(*(cells[name] for name in wanted), strict=True)


def open_parquet(member: Member) -> ParquetTable | None:
    """Take a member as a table when it starts as Parquet files do."""
    return ParquetTable(member) if member.head().startswith(MAGIC) else None


def _cells(column: _Column) -> list[object]:
    arrow = _arrow()
    if arrow.types.is_timestamp(column.type):
        column = column.cast(arrow.timestamp("us", tz=column.type.tz), safe=False)
    return column.to_pylist()


def _arrow() -> _Arrow:
    # Imported when the first Parquet file is met: it takes a third of a second.
    return cast("_Arrow", import_module("pyarrow"))


@contextmanager
def _opened(member: Member) -> Generator[_File]:
    parquet = cast("_Parquet", import_module("pyarrow.parquet"))
    with member.open() as stream, _seekable(stream) as seekable:
        try:
            with parquet.ParquetFile(seekable) as file:
                yield file
        except _arrow().ArrowException as error:
            raise InvalidInputError(
                f"{member.name} is a damaged Parquet file.", "Write it again, or export it as CSV."
            ) from error


@contextmanager
def _seekable(stream: IO[bytes]) -> Generator[IO[bytes]]:
    if not isinstance(stream, ZipExtFile):
        yield stream
        return
    # Seeking back in a zip unpacks it again from the start.
    with tempfile.TemporaryFile() as unpacked:
        shutil.copyfileobj(stream, unpacked)
        unpacked.seek(0)
        yield unpacked
