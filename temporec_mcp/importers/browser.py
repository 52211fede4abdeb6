"""Browser history: Chrome's of Google Takeout, and the databases that Chrome and Firefox keep on the machine.

A page is read as its site: addresses and titles of pages hold tokens, searches and other people's words, so they are
left out. Pages of the own machine or network are no sites. The databases are unverified: made from their known tables,
not tried on a real profile.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, number, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Member, Source
from temporec_mcp.importers.sqlite import is_sqlite, read_rows, table_names

HISTORY = "Browser History"
NOTE = "Pages were read as their sites; addresses, page titles and searches were left out."
DATABASE_NOTE = "While the browser runs, its newest pages may not be in the file yet."
MICROSECONDS = 1e6
WINDOWS_EPOCH_SECONDS = 11_644_473_600
"""Seconds from 1601, where Chrome's database starts to count, to 1970."""
_SITE = re.compile(r"(?:www\d?\.)?(?P<site>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+)")
_LOCAL = (".local", ".localhost", ".lan", ".internal", ".home", ".home.arpa", ".localdomain", ".test", ".invalid")
_NOT_VISITED = ("RELOAD", "AUTO_SUBFRAME", "MANUAL_SUBFRAME")

CHROME_VISITS = """
SELECT urls.url AS url, visits.visit_time AS visited, visits.transition & 255 AS how
FROM visits JOIN urls ON urls.id = visits.url ORDER BY visits.visit_time
"""
FIREFOX_VISITS = """
SELECT moz_places.url AS url, moz_historyvisits.visit_date AS visited, moz_historyvisits.visit_type AS how
FROM moz_historyvisits JOIN moz_places ON moz_places.id = moz_historyvisits.place_id
ORDER BY moz_historyvisits.visit_date
"""
_CHROME_UNSEEN = (3, 4, 8)
"""Chrome's transitions: automatic subframe, manual subframe, reload."""
_FIREFOX_UNSEEN = (4, 7, 8, 9)
"""Firefox's visit types: embedded, download, framed link, reload."""


def site_of(address: str | None) -> str:
    """Give the site of a web address, without `www.`.

    Raises:
        DroppedRowError: no_web_page, or local_address for the own machine, the own network or a bare IP address.
    """
    try:
        parts = urlsplit(address or "")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        raise DroppedRowError("no_web_page") from None
    if parts.scheme not in ("http", "https") or not host:
        raise DroppedRowError("no_web_page")
    match = _SITE.fullmatch(host)
    if match is None or host.endswith(_LOCAL):
        raise DroppedRowError("local_address")
    return match["site"]


def _visit(address: str | None, seconds: float | None) -> Sequence[Claim]:
    site = site_of(address)
    return [Claim("view", seconds, seen_item(site, site))]


def _takeout(record: Record) -> Sequence[Claim]:
    if word(record, "page_transition") in _NOT_VISITED:
        raise DroppedRowError("not_visited")
    microseconds = number(record, "time_usec")
    return _visit(word(record, "url"), microseconds and microseconds / MICROSECONDS)


def _chrome(record: Record) -> Sequence[Claim]:
    if record["how"] in _CHROME_UNSEEN:
        raise DroppedRowError("not_visited")
    visited = number(record, "visited")
    seconds = visited / MICROSECONDS - WINDOWS_EPOCH_SECONDS if visited else None
    return _visit(word(record, "url"), seconds)


def _firefox(record: Record) -> Sequence[Claim]:
    if record["how"] in _FIREFOX_UNSEEN:
        raise DroppedRowError("not_visited")
    visited = number(record, "visited")
    return _visit(word(record, "url"), visited and visited / MICROSECONDS)


@dataclass(frozen=True, slots=True)
class _Database:
    tables: frozenset[str]
    query: str
    claims: Callable[[Record], Sequence[Claim]]


_CHROME = _Database(frozenset(("urls", "visits")), CHROME_VISITS, _chrome)
_FIREFOX = _Database(frozenset(("moz_places", "moz_historyvisits")), FIREFOX_VISITS, _firefox)


def _database_files(source: Source, database: _Database) -> list[RecordFile]:
    members = [member for member in source.members if is_sqlite(member) and database.tables <= table_names(member)]
    return [RecordFile(member.name, _rows(member, database.query), database.claims) for member in members]


def _rows(member: Member, query: str) -> Callable[[], Iterator[Record | None]]:
    return lambda: read_rows(member, query)


def _takeout_file(look: Look) -> RecordFile:
    return RecordFile(look.member.name, lambda: look.objects(HISTORY), _takeout)


def _find_chrome(source: Source, options: ImportOptions) -> EventReader | None:
    files = [_takeout_file(look) for look in looks(source) if look.holds(HISTORY, ("url", "time_usec"))]
    if files:
        return RecordEvents(files, options, [NOTE])
    files = _database_files(source, _CHROME)
    return RecordEvents(files, options, [NOTE, DATABASE_NOTE]) if files else None


def _find_firefox(source: Source, options: ImportOptions) -> EventReader | None:
    files = _database_files(source, _FIREFOX)
    return RecordEvents(files, options, [NOTE, DATABASE_NOTE]) if files else None


CHROME = Format("chrome", "Chrome history (Takeout, or the profile's History)", _find_chrome, is_personal=True)
FIREFOX = Format("firefox", "Firefox history (the profile's places.sqlite)", _find_firefox, is_personal=True)
