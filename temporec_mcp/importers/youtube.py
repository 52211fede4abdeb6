"""YouTube's watch and search history from Google Takeout, as JSON or as a page.

A title is a sentence in the account's language ("Watched ..."); what all titles of a file share is that sentence.
Advertisements, removed videos and community posts are no viewing. Addresses are left out but for the video's id.
"""

import re
from collections.abc import Sequence
from itertools import islice, takewhile
from urllib.parse import parse_qs, urlsplit

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, Labels, entries, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source
from temporec_mcp.importers.youtube_page import ENTRY_TIME, is_history_page, page_entries, zone_of

PRODUCT = "YouTube"
"""How the header of an entry starts; other products of Google have such entries too."""
FIELDS = ("header", "title", "time")
NOTE = "Addresses of pages and channels were left out."
ENGLISH = "Watched "
ARTIST_CHANNEL = " - Topic"
"""What YouTube adds to the name of an artist for the channel it makes of their songs."""
LEARNT_FROM_ENTRIES = 2_000
LEAST_CHANNELS = 10
"""Titles of fewer channels may share a start or an end that is theirs: one channel names its series alike."""
_HOST = re.compile(r"(?:[\w-]+\.)?youtube\.com|youtu\.be")
_WATCH = re.compile(r"https://www\.youtube\.com/watch\?v=(?P<video>[\w-]+)")
"""How nearly all addresses look; it is read without taking the address apart."""
_SHORT_HOST = "youtu.be"
_PART_END = re.compile(r'.*[\s"“„«»”「『(]', re.DOTALL)
_PART_START = re.compile(r'[\s"“„«»”」』)].*', re.DOTALL)


class VideoReading:
    """Makes events of the entries of a Takeout history."""

    def __init__(self, titles: Sequence[str]) -> None:
        """Learn from a title of each channel what is not theirs: the sentence around them."""
        self._before, self._after = _sentence(titles)

    def __call__(self, record: Record) -> Sequence[Claim]:
        """Give the event of an entry."""
        if any("google ads" in (word(entry, "name") or "").lower() for entry in entries(record, "details")):
            raise DroppedRowError("ad")
        address = word(record, "titleUrl")
        if address is None:
            raise DroppedRowError("removed")
        parts = split_address(address)
        if query := parts.get("search_query"):
            return [Claim("search", record.get("time"), text=query, zone=zone_of(record))]
        video = parts.get("v")
        title = self._title(word(record, "title") or "")
        if video is None:
            raise DroppedRowError("community_post" if parts.get("post") else "no_video")
        if title.startswith(("https://", "http://")):
            # The address in place of a title: the video is gone or private.
            raise DroppedRowError("removed")
        channel = (word(record, "subtitles", 0, "name") or "").removesuffix(ARTIST_CHANNEL)
        action = "listen" if word(record, "header") == "YouTube Music" else "watch"
        item = seen_item(f"youtube:{video}", title, Labels([channel]))
        return [Claim(action, record.get("time"), item, zone=zone_of(record))]

    def _title(self, title: str) -> str:
        if title.startswith(self._before) and title.endswith(self._after):
            title = title[len(self._before) : len(title) - len(self._after)]
        elif title.startswith(ENGLISH):
            title = title[len(ENGLISH) :]
        return title.strip()


def split_address(address: str) -> dict[str, str]:
    """Give what an address on YouTube names: `v` a video, `search_query` words, `post` a post; empty elsewhere."""
    if plain := _WATCH.fullmatch(address):
        return {"v": plain["video"]}
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query)
    except ValueError:
        return {}
    if not _HOST.fullmatch(parts.netloc):
        return {}
    found = {name: query[name][0] for name in ("v", "search_query") if query.get(name)}
    first, _, rest = parts.path.strip("/").partition("/")
    if (first == "shorts" or parts.netloc == _SHORT_HOST) and (rest or first):
        found["v"] = rest or first
    if first in ("post", "community"):
        found["post"] = rest or first
    return found


def _sentence(titles: Sequence[str]) -> tuple[str, str]:
    if len(titles) < LEAST_CHANNELS:
        return (ENGLISH if titles else ""), ""
    before = _PART_END.match(_shared_start(titles))
    rest = [title[before.end() if before else 0 :][::-1] for title in titles]
    after = _PART_START.search(_shared_start(rest)[::-1])
    return (before.group() if before else ""), (after.group() if after else "")


def _shared_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(character for character, _ in same)


def _is_entry(record: Record) -> bool:
    return set(FIELDS) <= set(record) and (word(record, "header") or "").startswith(PRODUCT)


def _reading(look: Look) -> VideoReading:
    by_channel: dict[str, str] = {}
    for record in islice(look.objects(), LEARNT_FROM_ENTRIES):
        title = word(record, "title")
        if title and "v" in split_address(word(record, "titleUrl") or ""):
            by_channel[word(record, "subtitles", 0, "name") or ""] = title
    return VideoReading(list(by_channel.values()))


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    found = [look for look in looks(source) if look.is_array and any(map(_is_entry, look.records))]
    files = [RecordFile(look.member.name, look.objects, _reading(look)) for look in found]
    # In a page the title stands by itself, so there is no sentence to learn.
    pages = [member for member in source.members if is_history_page(member)]
    files += [
        RecordFile(page.name, lambda page=page: page_entries(page), VideoReading([]), (ENTRY_TIME,)) for page in pages
    ]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("youtube", "YouTube history of Google Takeout", _find_events, is_personal=True)
