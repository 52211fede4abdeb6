"""Tables in text files with a separator: CSV and its relatives."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from temporec_mcp.importers.base import Row
from temporec_mcp.importers.lines import head_lines, text_encoding, text_lines
from temporec_mcp.importers.source import Member

SEPARATORS = (",", ";", "\t", "|")
SNIFFED_LINES = 10
_JSON_STARTS = ("{", "[")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a line is cut into cells."""

    separator: str = ","
    is_quoted: bool = True
    """Double quotes may enclose a cell; otherwise they are characters like others."""
    has_header: bool = True


class DelimitedTable:
    """A text file whose lines are rows."""

    def __init__(self, member: Member, dialect: Dialect, columns: Sequence[str]) -> None:
        """Take the member as a table with these columns; a header line, if the dialect has one, is skipped."""
        self.name = member.name
        self.columns = tuple(columns)
        self._member = member
        self._dialect = dialect

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read from the start; a row with fewer cells has empty ones, one with more cannot be read."""
        width = len(self.columns)
        places = [self.columns.index(name) for name in wanted]
        pick = itemgetter(*places)
        records = self._records()
        if self._dialect.has_header:
            next(records, None)
        for record in records:
            if record is not None and len(record) != width:
                record = _fitted(record, width)
            if record is None:
                yield None
            else:
                yield pick(record) if len(places) > 1 else (pick(record),)

    def _records(self) -> Iterator[list[str] | None]:
        lines = text_lines(self._member, text_encoding(self._member))
        if len(self._dialect.separator) > 1:
            yield from (line.rstrip("\r\n").split(self._dialect.separator) for line in lines if line.strip())
            return
        quoting = csv.QUOTE_MINIMAL if self._dialect.is_quoted else csv.QUOTE_NONE
        reader = csv.reader(lines, delimiter=self._dialect.separator, quoting=quoting)
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                # A cell without end, or longer than any cell should be; the reader goes on at the next line.
                yield None
                continue
            if record:
                yield record


def open_delimited(member: Member) -> DelimitedTable | None:
    """Take a member as a table whose first line names at least two columns, or one in a file called .csv."""
    lines = [line for line in head_lines(member, SNIFFED_LINES) if line.strip()]
    if not lines or lines[0].lstrip().startswith(_JSON_STARTS):
        return None
    dialect = replace(Dialect(), separator=_separator(lines))
    columns = _distinct(_cut(lines[0], dialect.separator))
    if len(columns) < 2 and member.suffix != "csv":
        return None
    return DelimitedTable(member, dialect, columns)


def _separator(lines: Sequence[str]) -> str:
    """Give the separator that cuts the header into the most cells."""
    return max(SEPARATORS, key=lambda separator: len(_cut(lines[0], separator)))


def _cut(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for record in csv.reader([line], delimiter=separator) for cell in record]
    except csv.Error:
        return []


def _distinct(columns: Sequence[str]) -> list[str]:
    """Number the columns that have no name or one that came before."""
    names: list[str] = []
    for number, column in enumerate(columns, 1):
        names.append(column if column and column not in names else f"column {number}")
    return names


def _fitted(record: list[str], width: int) -> list[str] | None:
    if len(record) < width:
        return record + [""] * (width - len(record))
    return None if any(cell.strip() for cell in record[width:]) else record[:width]
