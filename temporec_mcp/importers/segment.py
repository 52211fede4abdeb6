"""Segment's calls in JSON lines or an array: track calls with products, and pages and screens as views.

A user is the signed-in one, else the anonymous id. Addresses keep their path only; IP addresses, traits and devices
are left out. Calls that say who somebody is (identify, group, alias) are no events.
"""

from collections.abc import Sequence
from dataclasses import replace

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import (
    Claim,
    Labels,
    action_of,
    entries,
    inner,
    number,
    part_of,
    seen_item,
    word,
)
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

NOTE = "IP addresses, traits, devices and full addresses of pages were left out."
CALLS = ("track", "page", "screen", "identify", "group", "alias")
_IDS = ("product_id", "productId", "item_id", "itemId", "content_id", "id", "sku")
_NAMES = ("name", "title", "product_name")
_VALUES = {"rate": ("rating", "value"), "purchase": ("price", "value"), "watch": ("position",)}


def _claims(record: Record) -> Sequence[Claim]:
    call = word(record, "type")
    seen = Claim(
        action="view",
        when=word(record, "timestamp") or word(record, "originalTimestamp") or word(record, "receivedAt"),
        user_id=word(record, "userId") or word(record, "anonymousId") or "",
        event_id=word(record, "messageId"),
    )
    if call in ("page", "screen"):
        return [_page(record, seen)]
    if call != "track":
        raise DroppedRowError("no_event")
    return _tracked(record, replace(seen, action=action_of(word(record, "event"))))


def _page(record: Record, seen: Claim) -> Claim:
    path = (word(record, "properties", "path") or word(record, "name") or "").partition("?")[0]
    return replace(seen, item=seen_item(path, word(record, "properties", "title") or word(record, "name")))


def _tracked(record: Record, seen: Claim) -> Sequence[Claim]:
    products = entries(record, "properties", "products") or [{}]
    single = inner(record, "properties")
    if query := word(single, "query"):
        return [replace(seen, action="search", text=query)]
    found = [_product(seen, entry or single) for entry in products]
    return [
        replace(claim, event_id=part_of(word(record, "messageId"), place, len(found)))
        for place, claim in enumerate(found)
    ]


def _product(seen: Claim, entry: object) -> Claim:
    name = _first(entry, _NAMES)
    labels = Labels([word(entry, "brand")], [word(entry, "category")])
    values = (number(entry, key) for key in _VALUES.get(seen.action, ()))
    value = next((value for value in values if value is not None), None)
    return replace(seen, item=seen_item(_first(entry, _IDS) or name, name, labels), value=value)


def _first(entry: object, keys: Sequence[str]) -> str | None:
    return next((text for key in keys if (text := word(entry, key))), None)


def _is_call(look: Look) -> bool:
    return any(
        word(record, "type") in CALLS and "messageId" in record and {"userId", "anonymousId"} & set(record)
        for record in look.records
    )


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = [RecordFile(look.member.name, look.objects, _claims) for look in looks(source) if _is_call(look)]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("segment", "Segment calls", _find_events)
