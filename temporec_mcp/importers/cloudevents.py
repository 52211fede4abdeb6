"""CloudEvents 1.0 in JSON lines or an array: the type's last word is the action, the data has item and user.

The subject names the user (`user/u1`) where the data names none, or the item where the data names none.
"""

import re
from collections.abc import Sequence
from datetime import UTC

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.claims import Claim, Labels, action_of, fields_of, number, seen_item, word
from temporec_mcp.importers.fields import map_columns, value_fits, value_meaning
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

FIELDS = ("specversion", "id", "source", "type")
NOTE = "Of each event's data the known fields were kept; all else was left out."
_VERSION = re.compile(r"\.v\d+$")
_USER = re.compile(r"(?:users?|customers?|visitors?|accounts?|people|persons?)[/:](?P<id>.+)", re.IGNORECASE)


def _claims(record: Record) -> Sequence[Claim]:
    data = fields_of(record, "data")
    mapping = map_columns(list(data), {})
    told = {name: word(data, column) for name, column in mapping.items()}
    subject = word(record, "subject") or ""
    by = _USER.fullmatch(subject)
    action = action_of(_VERSION.sub("", word(record, "type") or "").rpartition(".")[2])
    item_id = told.get("item_id") or told.get("title") or (None if by else subject)
    fits = value_fits(value_meaning(mapping.get("value")), action)
    return [
        Claim(
            action,
            record.get("time"),
            None if action == "search" and not item_id else seen_item(item_id, told.get("title"), _labels(told)),
            value=number(data, mapping["value"]) if "value" in mapping and fits else None,
            text=told.get("text"),
            user_id=told.get("user_id") or (by["id"] if by else ""),
            session_id=told.get("session_id"),
            event_id=f"{word(record, 'source')}#{word(record, 'id')}",
            zone=UTC,
        )
    ]


def _labels(told: dict[str, str | None]) -> Labels:
    return Labels([told.get("creators")], [told.get("categories")])


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    found = [look for look in looks(source) if look.has_fields(FIELDS)]
    files = [RecordFile(look.member.name, look.objects, _claims) for look in found]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("cloudevents", "CloudEvents", _find_events)
