"""Netflix: the short list of titles and days, and the rich viewing activity of the whole account.

In the rich form each profile is a user, and its times are UTC. Trailers, previews that nobody chose and what a person
hid are no viewing. The same row may stand there twice because the same was watched twice; identities count those.
"""

import re
from collections.abc import Sequence
from datetime import UTC

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, Labels, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import looks
from temporec_mcp.importers.records import RecordEvents, RecordFile, table_files
from temporec_mcp.importers.source import Source

SLIM = ("Title", "Date")
RICH = ("Profile Name", "Start Time", "Duration", "Title", "Supplemental Video Type")
SHORT_WATCH_SECONDS = 120
"""Who leaves a title before this point did not choose it; Netflix itself counted views from two minutes on."""
RICH_NOTE = "Country and device were left out."
_EPISODE = re.compile(r'(?P<season>.*?): "(?P<name>.*)" \(.*\d+\)')
_CLOCK = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})")
_NOT_CHOSEN = "user action: none"
_HIDDEN = "hidden"


def _item(title: str | None) -> Item:
    """Give the film or episode; both forms of the export name an episode alike then."""
    title = (title or "").strip()
    if match := _EPISODE.fullmatch(title):
        title = f"{match['season']}: {match['name']}"
    if not title or title.startswith(":"):
        raise DroppedRowError("no_title")
    series, *rest = title.split(": ")
    # A film may have one colon, an episode has its series, its season and its name.
    return seen_item(title, title, Labels(attributes={"series": series}) if len(rest) > 1 else None)


def _seconds(cell: object) -> float | None:
    match = _CLOCK.fullmatch(str(cell).strip())
    if match is None:
        return None
    return float(sum(int(part) * unit for part, unit in zip(match.groups(), (3600, 60, 1), strict=True)))


def _slim(record: Record) -> Sequence[Claim]:
    return [Claim("watch", record["Date"], _item(word(record, "Title")))]


def _rich(record: Record) -> Sequence[Claim]:
    if word(record, "Supplemental Video Type"):
        raise DroppedRowError("trailer")
    attributes = (word(record, "Attributes") or "").lower()
    if _HIDDEN in attributes:
        raise DroppedRowError("hidden")
    if _NOT_CHOSEN in attributes:
        raise DroppedRowError("autoplayed")
    seconds = _seconds(record["Duration"])
    reached = max(seconds or 0, _seconds(record.get("Bookmark")) or 0)
    is_skip = seconds is not None and reached < SHORT_WATCH_SECONDS
    return [
        Claim(
            action="skip" if is_skip else "watch",
            when=record["Start Time"],
            item=_item(word(record, "Title")),
            value=None if is_skip else seconds,
            user_id=record["Profile Name"],
            zone=UTC,
        )
    ]


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    if files := table_files(source, RICH, _rich):
        return RecordEvents(files, options, [RICH_NOTE], is_household=True)
    slim = [look for look in looks(source) if look.table and look.table.columns == SLIM]
    files = [RecordFile(look.member.name, look.rows, _slim, ("Date",)) for look in slim]
    return RecordEvents(files, options) if files else None


FORMAT = Format("netflix", "Netflix viewing history", _find_events, is_personal=True)
