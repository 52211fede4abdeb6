"""The Apple TV app's activity of an Apple data request ("TV App Favorites and Activity.json").

Unverified: made from what others read in that file, not tried on a real export.
"""

import re
from collections.abc import Sequence

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, Labels, number, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

EVENTS = "events"
FIELDS = ("stored_event", "event_interpretation")
NOTE = "Times are those at which the app noted the position; devices were left out."
_DETAIL = re.compile(r"(Episode Title|Season Number) \[([^\]]*)\]")


def _item(record: Record) -> Item:
    told = "event_interpretation"
    description = word(record, told, "human_readable_media_description") or word(record, told, "media_description")
    if description is None:
        raise DroppedRowError("no_title")
    details: dict[str, str] = {match[1]: match[2] for match in _DETAIL.finditer(description)}
    if not details:
        return seen_item(description, description)
    series = description.partition(" (")[0]
    season = details.get("Season Number", "").removesuffix(".0")
    parts = (series, f"Season {season}" if season else "", details.get("Episode Title", ""))
    title = ": ".join(part for part in parts if part)
    return seen_item(title, title, Labels(attributes={"series": series}))


def _claims(record: Record) -> Sequence[Claim]:
    return [Claim("watch", number(record, "stored_event", "timestamp"), _item(record))]


def _file(look: Look) -> RecordFile:
    return RecordFile(look.member.name, lambda: look.objects(EVENTS), _claims)


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    found = [look for look in looks(source) if look.holds(EVENTS, FIELDS)]
    return RecordEvents(list(map(_file, found)), options, [NOTE]) if found else None


FORMAT = Format("apple_tv", "Apple TV app activity", _find_events, is_personal=True)
