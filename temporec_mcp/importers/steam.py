"""Steam's owned games, as GetOwnedGames answers: each game with its whole playing time and the last day.

There is one event a game, on the last day it was played, whose value is all the time that was ever played.
"""

from collections.abc import Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, number, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

GAMES = "games"
NOTE = "Steam tells when a game was played last and for how long in all, so each game gives one event."
MINUTE_SECONDS = 60


def _claims(record: Record) -> Sequence[Claim]:
    app_id = word(record, "appid")
    item = seen_item(f"steam:{app_id}" if app_id else None, word(record, "name"))
    minutes = number(record, "playtime_forever")
    if not minutes:
        raise DroppedRowError("never_played")
    last = number(record, "rtime_last_played")
    if not last:
        # Before 2009 Steam kept no time of playing.
        raise DroppedRowError("no_time")
    return [Claim("play", last, item, minutes * MINUTE_SECONDS)]


def _file(look: Look) -> RecordFile:
    return RecordFile(look.member.name, lambda: look.objects(GAMES), _claims)


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    found = [look for look in looks(source) if look.holds(GAMES, ("appid", "playtime_forever"))]
    return RecordEvents(list(map(_file, found)), options, [NOTE]) if found else None


FORMAT = Format("steam", "Steam's owned games", _find_events, is_personal=True)
