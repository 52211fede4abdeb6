"""Snowplow's enriched events in JSON lines, as its analytics kits and loaders write them.

Unverified: made from the documented fields, not tried on a real export. A user is the signed-in one, else the browser's
pseudonym. Addresses keep their path only; IP addresses, devices and places are left out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.claims import Claim, Labels, action_of, entries, inner, number, part_of, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

FIELDS = ("event_id", "event_name", "collector_tstamp")
NOTE = "IP addresses, devices, places and full addresses of pages were left out."
PRODUCTS = "contexts_com_snowplowanalytics_snowplow_ecommerce_product_1"
SHOP_ACTION = "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1"


def _claims(record: Record) -> Sequence[Claim]:
    event_id = word(record, "event_id")
    seen = Claim(
        action=action_of(word(_newest(record, SHOP_ACTION), "type") or word(record, "event_name")),
        when=word(record, "derived_tstamp") or word(record, "collector_tstamp"),
        user_id=word(record, "user_id") or word(record, "domain_userid") or word(record, "network_userid") or "",
        session_id=word(record, "domain_sessionid"),
        event_id=event_id,
        zone=UTC,
    )
    products = entries({"products": _newest(record, PRODUCTS)}, "products")
    if not products:
        return [replace(seen, item=seen_item(word(record, "page_urlpath"), word(record, "page_title")))]
    return [
        replace(_product(seen, entry), event_id=part_of(event_id, place, len(products)))
        for place, entry in enumerate(products)
    ]


def _newest(record: Record, name: str) -> object:
    """Give the field of that name, or of one with a longer version behind it (`_1_0_2`)."""
    found = sorted(key for key in record if key.startswith(name) and record[key])
    return inner(dict(record), found[-1]) if found else None


def _product(seen: Claim, entry: Record) -> Claim:
    name = word(entry, "name")
    labels = Labels([word(entry, "brand")], (word(entry, "category") or "").split("/"))
    price = number(entry, "price") if seen.action == "purchase" else None
    return replace(seen, item=seen_item(word(entry, "id") or name, name, labels), value=price)


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    found = [look for look in looks(source) if look.has_fields(FIELDS)]
    files = [RecordFile(look.member.name, look.objects, _claims) for look in found]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("snowplow", "Snowplow enriched events", _find_events)
