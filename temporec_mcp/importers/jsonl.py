"""Tables in files with one JSON object a line; fields of inner objects are columns such as `properties.price`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from temporec_mcp.importers.base import Row
from temporec_mcp.importers.lines import head_lines, text_encoding, text_lines
from temporec_mcp.importers.source import Member

SNIFFED_LINES = 1_000
"""Lines that are looked at for the names of fields; the member's head bounds them too."""
MAX_DEPTH = 5
"""Inner objects deeper than this are left alone."""


class JsonLinesTable:
    """A text file whose lines are JSON objects."""

    def __init__(self, member: Member, columns: Sequence[str]) -> None:
        """Take the member as a table with the columns that its first lines have."""
        self.name = member.name
        self.columns = tuple(columns)
        self._member = member

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read from the start; a line that is no JSON object cannot be read, an empty one is no row."""
        for line in text_lines(self._member, text_encoding(self._member)):
            if line.strip():
                record = _record(line)
                yield None if record is None else [record.get(name) for name in wanted]


def open_json_lines(member: Member) -> JsonLinesTable | None:
    """Take a member as a table when its first lines are JSON objects."""
    lines = [line for line in head_lines(member, SNIFFED_LINES) if line.strip()]
    records = [record for line in lines if (record := _record(line)) is not None]
    if not records or _record(lines[0]) is None:
        return None
    return JsonLinesTable(member, list(dict.fromkeys(name for record in records for name in record)))


def line_object(line: str) -> dict[str, object] | None:
    """Give the JSON object that a line is, None for anything else."""
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _record(line: str) -> dict[str, object] | None:
    value = line_object(line)
    return None if value is None else dict(_flat(value))


def _flat(value: Mapping[str, object], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, object]]:
    for name, inner in value.items():
        if isinstance(inner, dict) and depth < MAX_DEPTH:
            yield from _flat(cast("dict[str, object]", inner), f"{prefix}{name}.", depth + 1)
        else:
            yield prefix + name, inner
