"""The RetailRocket data set: events of a shop's visitors. Its items are numbers without titles."""

from collections.abc import Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.claims import Claim, action_of, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.records import RecordEvents, table_files
from temporec_mcp.importers.source import Source

COLUMNS = ("timestamp", "visitorid", "event", "itemid", "transactionid")


def _claims(record: Record) -> Sequence[Claim]:
    return [
        Claim(
            action_of(word(record, "event")),
            record["timestamp"],
            seen_item(word(record, "itemid")),
            user_id=word(record, "visitorid") or "",
            session_id=record["transactionid"],
        )
    ]


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = table_files(source, COLUMNS, _claims)
    return RecordEvents(files, options) if files else None


FORMAT = Format("retailrocket", "RetailRocket events", _find_events)
