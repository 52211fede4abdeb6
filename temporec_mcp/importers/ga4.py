"""Google Analytics 4, as its BigQuery export gives events in JSON lines: one row may name several items.

A visitor is the signed-in user, else the pseudonym of the browser. Addresses of pages, devices and places are left out.
"""

from collections.abc import Sequence
from dataclasses import replace

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, Labels, action_of, entries, number, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

FIELDS = ("event_timestamp", "event_name", "event_params")
NOTE = "Addresses of pages, devices and places were left out."
_CATEGORIES = ("item_category", "item_category2", "item_category3", "item_category4", "item_category5")
_VALUES = ("string_value", "int_value", "float_value", "double_value")


def _parameter(record: Record, key: str) -> str | None:
    found = next((entry for entry in entries(record, "event_params") if word(entry, "key") == key), None)
    return next((text for name in _VALUES if (text := word(found, "value", name))), None)


def _claims(record: Record) -> Sequence[Claim]:
    action = action_of(word(record, "event_name"))
    user = word(record, "user_id") or word(record, "user_pseudo_id") or ""
    session = _parameter(record, "ga_session_id")
    when = word(record, "event_timestamp")
    seen = Claim(action, when, user_id=user, session_id=session)
    items = [entry for entry in entries(record, "items") if word(entry, "item_id") or word(entry, "item_name")]
    if items:
        return [_used(seen, entry) for entry in items]
    if words := _parameter(record, "search_term"):
        return [replace(seen, action="search", text=words)]
    raise DroppedRowError("no_item")


def _used(seen: Claim, entry: Record) -> Claim:
    name = word(entry, "item_name")
    labels = Labels([word(entry, "item_brand")], [word(entry, key) for key in _CATEGORIES])
    price = number(entry, "price") if seen.action == "purchase" else None
    return replace(seen, item=seen_item(word(entry, "item_id") or name, name, labels), value=price)


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    found = [look for look in looks(source) if look.has_fields(FIELDS)]
    files = [RecordFile(look.member.name, look.objects, _claims) for look in found]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("ga4", "Google Analytics 4 BigQuery export", _find_events)
