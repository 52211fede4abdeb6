"""CSV, JSON lines and Parquet tables whose columns are named by the caller or have names that are known."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import EventReader, Format, ImportOptions, ItemReader, Table, listed
from temporec_mcp.importers.delimited import open_delimited
from temporec_mcp.importers.fields import KNOWN_NAMES, is_catalogue, is_history, map_columns
from temporec_mcp.importers.items import TableItems
from temporec_mcp.importers.jsonl import open_json_lines
from temporec_mcp.importers.parquet import open_parquet
from temporec_mcp.importers.source import Member, Source
from temporec_mcp.importers.table import TableEvents

OPENERS: dict[str, Callable[[Member], Table | None]] = {
    "parquet": open_parquet,
    "jsonl": open_json_lines,
    "csv": open_delimited,
}
"""The kinds of tables by format, those that are told by their content first."""
TEXT_SUFFIXES = ("csv", "tsv", "tab", "txt")
"""In a folder only files of these names are looked at as CSV: a readme has commas too."""

Kind = tuple[str, Table]


@lru_cache(maxsize=4)
def _open_tables(source: Source, only: str | None) -> tuple[Kind, ...]:
    tables: list[Kind] = []
    for member in source.members:
        for kind, opener in OPENERS.items():
            if only not in (None, kind) or (
                kind == "csv" and not source.is_single and member.suffix not in TEXT_SUFFIXES
            ):
                continue
            table = opener(member)
            if table is not None:
                tables.append((kind, table))
                break
    return tuple(tables)


def _given(table: Table, options: ImportOptions) -> dict[str, str]:
    """Give the columns that the caller named, where this table may not have them because it is not the events."""
    return options.columns if set(options.columns.values()) <= set(table.columns) else {}


def _histories(tables: Sequence[Kind], options: ImportOptions) -> list[Kind]:
    """Give the tables that are events: those with users, if any is, for a list of items may have times as well."""
    mapped = [(kind, table, map_columns(table.columns, _given(table, options))) for kind, table in tables]
    found = [(kind, table, mapping) for kind, table, mapping in mapped if is_history(mapping)]
    with_users = [(kind, table) for kind, table, mapping in found if "user_id" in mapping]
    return with_users or [(kind, table) for kind, table, _ in found]


def _find_events(source: Source, options: ImportOptions, kind: str) -> EventReader | None:
    tables = _open_tables(source, options.format)
    found = _histories(tables, options)
    if not found and len(tables) == 1 and tables[0][0] == kind:
        raise _unusable(tables[0][1], options)
    if not found or found[0][0] != kind:
        return None
    first = found[0][1]
    others = [table for _, table in found if table.columns != first.columns]
    if others:
        raise InvalidInputError(
            f"{first.name} and {others[0].name} in {source.path.name} both look like events, with other columns.",
            "Name the one file, and a file with the items as items_path.",
        )
    same = [table for _, table in found]
    return TableEvents(same, map_columns(first.columns, options.columns), options)


def _find_items(source: Source, options: ImportOptions, kind: str) -> ItemReader | None:
    tables = _open_tables(source, None)
    events = [] if source.is_single else [table for _, table in _histories(tables, options)]
    found = [(of, table) for of, table in tables if table not in events and _lists_items(table, source, options)]
    if not found or found[0][0] != kind:
        return None
    first = found[0][1]
    same = [table for _, table in found if table.columns == first.columns]
    return TableItems(same, map_columns(first.columns, _given(first, options), "items"))


def _lists_items(table: Table, source: Source, options: ImportOptions) -> bool:
    """Tell whether a table is a catalogue; columns that were named for it alone must be there."""
    given = _given(table, options)
    is_alone = source.is_single and options.items_path is None
    return is_catalogue(table.columns, given) and (given == options.columns or not is_alone)


def _unusable(table: Table, options: ImportOptions) -> InvalidInputError:
    mapping = map_columns(table.columns, options.columns)
    missing = [] if "timestamp" in mapping else ["timestamp"]
    missing += [] if {"item_id", "title", "text"} & set(mapping) else ["item_id"]
    if is_catalogue(table.columns, options.columns):
        return InvalidInputError(
            f"{table.name} is a list of items, not a history: no column holds a time.",
            "Name the file with the events, and this one as items_path; or the folder with both.",
        )
    return InvalidInputError(
        f"In {table.name} no column is known to be {' or '.join(missing)}; it has {listed(table.columns)}.",
        f"Say which is which with columns, such as {missing[0]}=NAME (of a list of items item_id=NAME title=NAME, "
        f"which may be the same); fields are {', '.join(KNOWN_NAMES)}.",
    )


def _generic(kind: str, form: str) -> Format:
    return Format(
        name=kind,
        form=form,
        find_events=lambda source, options: _find_events(source, options, kind),
        find_items=lambda source, options: _find_items(source, options, kind),
        takes_columns=True,
    )


PARQUET = _generic("parquet", "Parquet with a column for the item and one for the time")
JSONL = _generic("jsonl", "JSON lines with a field for the item and one for the time")
CSV = _generic("csv", "CSV with a header and columns for the item and the time")
