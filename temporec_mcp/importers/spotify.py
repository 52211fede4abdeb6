"""Spotify: the account's streaming history of a year, and the extended history of a lifetime.

Both forms note when a play ended, in UTC, so a play starts its played time before that. Artist and track name the
item, because the account's history has no other id and the same recording has several. What was played in a private
session stays private.
"""

from collections.abc import Sequence

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, recording, seconds_of, start_of, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

ACCOUNT = ("endTime", "msPlayed")
EXTENDED = ("ts", "ms_played", "master_metadata_track_name")
SHORT_PLAY_SECONDS = 30
"""Spotify counts a stream from here on; who leaves before skips, unless the track was over."""
NOTE = "Plays start at their end less the time played."
EXTENDED_NOTE = "IP addresses, countries and devices were left out, and what was played in private sessions."
_FINISHED = "trackdone"


def _account(record: Record) -> Sequence[Claim]:
    song = word(record, "trackName") or word(record, "episodeName")
    by = word(record, "artistName") or word(record, "podcastName")
    return [_play(record, seconds_of(record, "msPlayed"), word(record, "endTime"), recording(by, song))]


def _extended(record: Record) -> Sequence[Claim]:
    if record.get("incognito_mode") is True:
        raise DroppedRowError("private_session")
    return [_play(record, seconds_of(record, "ms_played"), word(record, "ts"), _extended_item(record))]


def _extended_item(record: Record) -> Item:
    names = (
        ("master_metadata_album_artist_name", "master_metadata_track_name"),
        ("episode_show_name", "episode_name"),
        ("audiobook_title", "audiobook_chapter_title"),
    )
    found = next(((word(record, by), name) for by, of in names if (name := word(record, of))), None)
    if found is None:
        raise DroppedRowError("no_item")
    return recording(*found, album=word(record, "master_metadata_album_album_name"))


def _play(record: Record, seconds: float, end: str | None, item: Item) -> Claim:
    is_skip = seconds < SHORT_PLAY_SECONDS and word(record, "reason_end") != _FINISHED
    return Claim("skip" if is_skip else "listen", start_of(end, seconds), item, None if is_skip else seconds)


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    found = [look for look in looks(source) if look.is_array]
    extended = [look for look in found if look.has_fields(EXTENDED)]
    files = [RecordFile(look.member.name, look.objects, _extended) for look in extended]
    if files:
        # The extended history holds all that the account's has, with better times.
        return RecordEvents(files, options, [NOTE, EXTENDED_NOTE])
    files = [RecordFile(look.member.name, look.objects, _account) for look in found if look.has_fields(ACCOUNT)]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("spotify", "Spotify streaming history", _find_events, is_personal=True)
