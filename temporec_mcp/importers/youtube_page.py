"""The page form (HTML) of YouTube's history in Google Takeout, as entries like those of its JSON.

Unverified: made from what others read in such pages, not tried on a real export. Dates stand in the account's language;
English ones and those in digits are read.
"""

import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta, timezone, tzinfo

from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.lines import text_encoding
from temporec_mcp.importers.source import Member

ENTRY_TIME, ENTRY_ZONE = "time", "zone"
SUFFIXES = ("html", "htm")
LOOKED_AT_BYTES = 1 << 20
"""The style sheet at a page's start is long."""
CHUNK_CHARACTERS = 1 << 16
MAX_ENTRY_CHARACTERS = 1 << 20
_START = '<div class="outer-cell'
_HEADER = re.compile(r'<p class="mdl-typography--title">(.*?)</p>', re.DOTALL)
_CONTENT = re.compile(r'<div class="content-cell[^"]*body-1">(.*?)</div>', re.DOTALL)
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>")
_TAG = re.compile(r"<[^>]*>")
_ZONED = re.compile(r"(?P<time>.*\d.*?) (?P<zone>[A-Z]{2,5}|(?:GMT|UTC)[+-]\d{1,2}(?::\d{2})?)")
_OFFSET = re.compile(r"(?:GMT|UTC)(?P<hours>[+-]\d{1,2})(?::(?P<minutes>\d{2}))?")
_NOT_ZONES = ("AM", "PM")
_HOURS = {
    **{"UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2},
    **{"EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13},
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
}
"""Hours from UTC of the names that such pages write behind a time."""


def is_history_page(member: Member) -> bool:
    """Tell whether a member is a page of YouTube's history."""
    if member.suffix not in SUFFIXES:
        return False
    with member.open() as stream:
        start = stream.read(LOOKED_AT_BYTES)
    return _START.encode() in start and b"youtube.com/" in start


def page_entries(member: Member) -> Iterator[Record | None]:
    """Give the entries of a page, each read by itself; None for one that cannot be read."""
    with (
        member.open() as raw,
        io.TextIOWrapper(raw, encoding=text_encoding(member), errors="replace", newline="") as stream,
    ):
        text = ""
        is_inside = False
        while chunk := stream.read(CHUNK_CHARACTERS):
            *whole, text = (text + chunk).split(_START)
            if len(text) > MAX_ENTRY_CHARACTERS:
                text = text[-len(_START) :]
            for part in whole:
                if is_inside:
                    yield _entry(part)
                is_inside = True
        if is_inside:
            yield _entry(text)


def zone_of(record: Record) -> tzinfo | None:
    """Give the zone that stands behind an entry's time; None when there is none or its name is not known."""
    name = str(record.get(ENTRY_ZONE) or "")
    if match := _OFFSET.fullmatch(name):
        hours = int(match["hours"])
        minutes = int(match["minutes"] or 0) * (-1 if match["hours"].startswith("-") else 1)
        return timezone(timedelta(hours=hours, minutes=minutes)) if abs(hours) < 24 else None
    return timezone(timedelta(hours=_HOURS[name])) if name in _HOURS else None


def _entry(part: str) -> Record | None:
    content = _CONTENT.search(part)
    if content is None:
        return None
    links = [(html.unescape(address), _plain(name)) for address, name in _LINK.findall(content[1])]
    lines = [line for line in map(_plain, _BREAK.split(content[1])) if line]
    zoned = _ZONED.fullmatch(lines[-1]) if lines else None
    is_zoned = zoned is not None and zoned["zone"] not in _NOT_ZONES
    header = _HEADER.search(part)
    record: dict[str, object] = {
        "header": _plain(header[1]) if header else "",
        ENTRY_TIME: zoned["time"] if zoned and is_zoned else lines[-1] if lines else None,
        ENTRY_ZONE: zoned["zone"] if zoned and is_zoned else None,
        "details": [{"name": _plain(part[content.end() :])}],
    }
    if links:
        record["titleUrl"], record["title"] = links[0]
        record["subtitles"] = [{"name": name} for _, name in links[1:2]]
    return record


def _plain(text: str) -> str:
    """Give the words of a piece of a page."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())
