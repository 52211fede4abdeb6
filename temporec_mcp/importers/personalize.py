"""Amazon Personalize: interactions and items as its schemas name their columns."""

from collections.abc import Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions, ItemReader
from temporec_mcp.importers.claims import Claim, action_of, number, seen_item, word
from temporec_mcp.importers.fields import map_columns
from temporec_mcp.importers.items import TableItems
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import looks
from temporec_mcp.importers.records import RecordEvents, table_files
from temporec_mcp.importers.source import Source

COLUMNS = ("USER_ID", "ITEM_ID", "TIMESTAMP")
NOTE = "EVENT_VALUE was kept for ratings; elsewhere its meaning is not told."
_CATEGORIES = ("CATEGORY_L1", "GENRES", "CATEGORY")
_ITEM_COLUMNS = (*_CATEGORIES, "CREATION_TIMESTAMP", "PRICE", "PRODUCT_DESCRIPTION")


def _claims(record: Record) -> Sequence[Claim]:
    action = action_of(word(record, "EVENT_TYPE") or "view")
    return [
        Claim(
            action,
            record["TIMESTAMP"],
            seen_item(word(record, "ITEM_ID")),
            value=number(record, "EVENT_VALUE") if action == "rate" else None,
            user_id=word(record, "USER_ID") or "",
        )
    ]


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = table_files(source, COLUMNS, _claims)
    return RecordEvents(files, options, [NOTE]) if files else None


def _find_items(source: Source, options: ImportOptions) -> ItemReader | None:
    tables = [look.table for look in looks(source) if look.has_columns(["ITEM_ID"]) and not look.has_columns(COLUMNS)]
    found = next((table for table in tables if table and set(_ITEM_COLUMNS) & set(table.columns)), None)
    if found is None:
        return None
    mapping = map_columns(found.columns, {}, "items")
    categories = next((name for name in _CATEGORIES if name in found.columns), None)
    if "categories" not in mapping and categories:
        mapping["categories"] = categories
    return TableItems([found], mapping)


FORMAT = Format("personalize", "Amazon Personalize interactions", _find_events, _find_items)
