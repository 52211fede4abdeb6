"""Kindle reading sessions of an Amazon data request: books are known by their ASIN only.

A session whose start Amazon does not have starts its reading time before its end.
"""

from collections.abc import Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.claims import Claim, seconds_of, seen_item, start_of, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.records import RecordEvents, table_files
from temporec_mcp.importers.source import Source

COLUMNS = ("start_timestamp", "ASIN", "total_reading_millis")
NOTE = "The device was left out; the file has no titles, so books are named by their ASIN."
_NONE = "Not Available"


def _claims(record: Record) -> Sequence[Claim]:
    seconds = seconds_of(record, "total_reading_millis")
    when = _time(record, "start_timestamp") or start_of(_time(record, "end_timestamp"), seconds)
    return [Claim("read", when, seen_item(word(record, "ASIN")), seconds)]


def _time(record: Record, name: str) -> str | None:
    text = word(record, name)
    return None if text == _NONE else text


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = table_files(source, COLUMNS, _claims)
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("kindle", "Kindle reading sessions", _find_events, is_personal=True)
