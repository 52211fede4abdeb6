"""RecBole's atomic files: tab-separated, with typed column names (.inter holds the events, .item the catalogue)."""

import re
from collections.abc import Iterator, Sequence

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import EventReader, Format, ImportOptions, ItemReader, Row, listed
from temporec_mcp.importers.delimited import DelimitedTable, Dialect
from temporec_mcp.importers.fields import is_catalogue, is_history, map_columns, plain_name
from temporec_mcp.importers.items import TableItems
from temporec_mcp.importers.lines import head_lines
from temporec_mcp.importers.source import Member, Source, named
from temporec_mcp.importers.table import TableEvents

NAME = "recbole"
_TYPED = re.compile(r"(?P<name>[^:\t]+):(?P<type>token|float|token_seq|float_seq)")
_TABS = Dialect("\t", is_quoted=False)
_YEARS = ("releaseyear", "year")


class AtomicTable(DelimitedTable):
    """An atomic file; sequences of tokens are lists, but for titles, which are words of one text."""

    def __init__(self, member: Member, types: dict[str, str]) -> None:
        """Take the member with the type of each column."""
        super().__init__(member, _TABS, list(types))
        title = map_columns(self.columns, {}, "items").get("title")
        self._title = title
        self._year = next((name for name in types if plain_name(name) in _YEARS), None)
        self._lists = {name for name, kind in types.items() if kind.endswith("_seq") and name != title}

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read from the start; the title gets the year behind it, which tells films of one name apart."""
        lists = [place for place, name in enumerate(wanted) if name in self._lists]
        is_dated = self._title in wanted and self._year is not None
        if not lists and not is_dated:
            yield from super().rows(wanted)
            return
        title = wanted.index(self._title) if is_dated and self._title else None
        for row in super().rows([*wanted, self._year] if is_dated and self._year else wanted):
            yield row and self._shaped(list(row), lists, title)

    def _shaped(self, cells: list[object], lists: Sequence[int], title: int | None) -> Row:
        if title is not None:
            year = str(cells.pop()).strip()
            text = str(cells[title]).strip()
            cells[title] = f"{text} ({year})" if text and year and year not in text else text
        for place in lists:
            cells[place] = str(cells[place]).split(" ")
        return cells


def _open_atomic(member: Member) -> AtomicTable | None:
    lines = head_lines(member, 1)
    types = [_TYPED.fullmatch(cell.strip()) for cell in lines[0].split("\t")] if lines else []
    if not types or None in types:
        return None
    return AtomicTable(member, {match["name"]: match["type"] for match in types if match})


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    tables = [table for member in source.members if (table := _open_atomic(member))]
    found = [table for table in tables if is_history(map_columns(table.columns, options.columns))]
    if not found and source.is_single and tables:
        raise InvalidInputError(
            f"{tables[0].name} is a RecBole file without events; it has {listed(tables[0].columns)}.",
            "Name the .inter file with user_id, item_id and timestamp, or the folder that holds it.",
        )
    if not found:
        return None
    stems = sorted({table.name.rpartition("/")[2].partition(".")[0] for table in found})
    if len(stems) > 1 or any(table.columns != found[0].columns for table in found):
        raise InvalidInputError(
            f"{named(source.path)} holds more than one data set: {listed(stems)}.", "Name one of them."
        )
    return TableEvents(found, map_columns(found[0].columns, options.columns), options)


def _find_items(source: Source, options: ImportOptions) -> ItemReader | None:
    tables = [table for member in source.members if (table := _open_atomic(member))]
    found = [table for table in tables if is_catalogue(table.columns, {})]
    return TableItems(found[:1], map_columns(found[0].columns, {}, "items")) if found else None


FORMAT = Format(NAME, "RecBole atomic files (.inter, .item)", _find_events, _find_items, takes_columns=True)
