"""A first look at each member of a source, taken once for all formats: its columns, first JSON objects and lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from temporec_mcp.importers.base import Table
from temporec_mcp.importers.delimited import open_delimited
from temporec_mcp.importers.json_arrays import Record, array_records, first_records
from temporec_mcp.importers.jsonl import line_object
from temporec_mcp.importers.lines import head_lines, text_encoding, text_lines
from temporec_mcp.importers.source import Member, Source

TEXT_SUFFIXES = ("csv", "tsv", "tab", "txt")
"""In a folder only files of these names are looked at as tables: a readme has commas too."""
SHOWN_LINES = 5
LINE_CHARACTERS = 400
MOST_RECORDS = 5
INNER_ARRAYS = ("Browser History", "games", "statements", "events")
"""Names under which exports hold the array of their records."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the start of a member shows."""

    member: Member
    lines: tuple[str, ...]
    """The first lines, each cut at LINE_CHARACTERS; none for a binary file."""
    table: Table | None
    """The member as a table with a header, where it can be one."""
    records: tuple[Record, ...]
    """The first JSON objects, of an array or one a line."""
    is_array: bool
    inside: Mapping[str, tuple[Record, ...]]
    """The first objects of each of INNER_ARRAYS that it holds."""

    @property
    def base_name(self) -> str:
        """Its name without folders, lower case."""
        return self.member.name.rpartition("/")[2].lower()

    def has_columns(self, names: Iterable[str]) -> bool:
        """Tell whether it is a table with all these columns."""
        return self.table is not None and set(names) <= set(self.table.columns)

    def has_fields(self, names: Iterable[str]) -> bool:
        """Tell whether any of its first objects has all these fields."""
        wanted = set(names)
        return any(wanted <= set(record) for record in self.records)

    def holds(self, key: str, names: Iterable[str]) -> bool:
        """Tell whether any of the first objects of its array under `key` has all these fields."""
        wanted = set(names)
        return any(wanted <= set(record) for record in self.inside.get(key, ()))

    def rows(self) -> Iterator[Record | None]:
        """Read the table from the start, each row by the names of its columns."""
        columns: Sequence[str] = self.table.columns if self.table else ()
        for row in self.table.rows(columns) if self.table else ():
            yield None if row is None else dict(zip(columns, row, strict=True))

    def objects(self, key: str | None = None) -> Iterator[Record | None]:
        """Read the JSON objects from the start: of the array, of the array under `key`, or one a line."""
        if self.is_array or key is not None:
            yield from array_records(self.member, key)
            return
        for line in text_lines(self.member, text_encoding(self.member)):
            if line.strip():
                yield line_object(line)


@lru_cache(maxsize=2)
def looks(source: Source) -> tuple[Look, ...]:
    """Look at every member."""
    return tuple(_look(member, source.is_single) for member in source.members)


def _look(member: Member, is_single: bool) -> Look:
    lines = head_lines(member)
    first = lines[0].lstrip() if lines else ""
    is_array = first.startswith("[")
    head = _head_text(member) if first.startswith(("[", "{")) else ""
    records = first_records(head, None, MOST_RECORDS) if is_array else _line_objects(lines) if head else ()
    may_be_table = (is_single or member.suffix in TEXT_SUFFIXES) and not head
    return Look(
        member=member,
        lines=tuple(line[:LINE_CHARACTERS] for line in lines[:SHOWN_LINES]),
        table=open_delimited(member) if may_be_table else None,
        records=records,
        is_array=is_array,
        inside={key: found for key in INNER_ARRAYS if (found := first_records(head, key, MOST_RECORDS))},
    )


def _head_text(member: Member) -> str:
    head = member.head()
    return head.decode("utf-16" if head.startswith(_UTF16_MARKS) else "utf-8-sig", errors="replace")


def _line_objects(lines: Sequence[str]) -> tuple[Record, ...]:
    found = (line_object(line) for line in lines[:MOST_RECORDS] if line.strip())
    return tuple(record for record in found if record is not None)
