"""Last.fm scrobbles, in the two forms that exporters give: with a header and Unix times, and without a header.

Times of the second form are UTC, as Last.fm shows them to programs. Last.fm itself only counts a track that was
played for half its length, so every row is a listening.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.claims import Claim, recording, word
from temporec_mcp.importers.delimited import DelimitedTable, Dialect
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile, table_files
from temporec_mcp.importers.source import Source

HEADED = ("uts", "artist", "album", "track")
HEADLESS = ("artist", "album", "track", "date")
_HEADLESS_LINE = re.compile(r'.+,"?\d{1,2} [A-Z][a-z]{2} \d{4},? \d{2}:\d{2}"?')


def _claims(record: Record) -> Sequence[Claim]:
    song = recording(word(record, "artist"), word(record, "track"), word(record, "album"))
    return [Claim("listen", word(record, "uts") or word(record, "date"), song, zone=UTC)]


def _rows(table: DelimitedTable) -> Iterator[Record | None]:
    for row in table.rows(HEADLESS):
        yield None if row is None else dict[str, object](zip(HEADLESS, row, strict=True))


def _headless(look: Look) -> RecordFile:
    table = DelimitedTable(look.member, Dialect(has_header=False), HEADLESS)
    return RecordFile(look.member.name, lambda: _rows(table), _claims)


def _is_headless(look: Look) -> bool:
    lines = [line.strip() for line in look.lines if line.strip()]
    return bool(lines) and all(map(_HEADLESS_LINE.fullmatch, lines))


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = table_files(source, HEADED, _claims)
    if not files:
        files = [_headless(look) for look in looks(source) if _is_headless(look)]
    return RecordEvents(files, options) if files else None


FORMAT = Format("lastfm", "Last.fm scrobbles", _find_events, is_personal=True)
