"""Letterboxd: diary, ratings, watched films, watchlist, reviews and likes, each alone or the whole export.

A film is known by its name and year, because a diary's address is that of the entry and not of the film. In a whole
export the other lists repeat the diary; what they repeat is dropped by name. Lists of watched, liked and wanted films
have the same columns, so their file names tell them apart, and where a name does not, the import asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, film, number, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

LISTED = ("Date", "Name", "Year", "Letterboxd URI")
WATCHED, WATCHLIST, LIKED = "letterboxd_watched", "letterboxd_watchlist", "letterboxd_likes"
"""Formats that say what a list of films is, where its file name does not."""
NOTE = "Films are known by name and year; addresses were left out."
_NOT_READ = {"deleted", "orphaned", "lists"}
"""Folders of what a person removed, and of lists for any purpose."""
_DATES = ("Date", "Watched Date")


def _film(record: Record) -> Item:
    return film(word(record, "Name"), word(record, "Year"))


def _day(record: Record) -> object:
    return word(record, "Watched Date") or record.get("Date")


@dataclass(slots=True)
class _Diary:
    """What the diary of an export told already."""

    watched: set[str] = field(default_factory=set[str])
    """Films by id."""
    reviewed: set[str] = field(default_factory=set[str])
    """Films by id that have a review and are in no diary."""
    rated: set[tuple[str, float]] = field(default_factory=set[tuple[str, float]])
    """Films by id, with the rating."""

    def entry(self, record: Record) -> Sequence[Claim]:
        """Give the watching of a diary's entry, on the day it was watched, and its rating."""
        claims = self._watching(record)
        self.watched.update(claim.item.item_id for claim in claims if claim.item)
        return claims

    def review(self, record: Record) -> Sequence[Claim]:
        """Give a review as a comment, and the watching and the rating if no diary told them."""
        item, told = _film(record), list[Claim]()
        if item.item_id not in self.watched:
            told = self._watching(record)
            self.reviewed.add(item.item_id)
        if text := word(record, "Review"):
            told.append(Claim("comment", _day(record), item, text=text))
        if not told:
            raise DroppedRowError("in_diary")
        return told

    def _watching(self, record: Record) -> list[Claim]:
        item, when, tags = _film(record), _day(record), word(record, "Tags")
        rating = number(record, "Rating")
        if rating is None:
            return [Claim("watch", when, item, context=tags)]
        self.rated.add((item.item_id, rating))
        return [Claim("watch", when, item, context=tags), Claim("rate", when, item, rating, context=tags)]

    def rating(self, record: Record) -> Sequence[Claim]:
        """Give a rating that no diary told."""
        item, rating = _film(record), number(record, "Rating")
        if rating is None:
            raise DroppedRowError("bad_value")
        if (item.item_id, rating) in self.rated:
            raise DroppedRowError("in_diary")
        return [Claim("rate", record.get("Date"), item, rating)]

    def listed(self, record: Record) -> Sequence[Claim]:
        """Give a film that was marked as watched and is in no diary."""
        item = _film(record)
        if item.item_id in self.watched or item.item_id in self.reviewed:
            raise DroppedRowError("in_diary")
        return [Claim("watch", record.get("Date"), item)]

    def wanted(self, record: Record) -> Sequence[Claim]:
        """Give a film of the watchlist."""
        return [Claim("save", record.get("Date"), _film(record))]

    def liked(self, record: Record) -> Sequence[Claim]:
        """Give a film that was liked."""
        return [Claim("like", record.get("Date"), _film(record))]


def _kind(look: Look, chosen: str | None) -> str | None:
    """Tell what a member lists; empty when its columns fit and its name does not tell, None when it is another file."""
    folders = set(look.member.name.lower().split("/")[:-1])
    if not look.has_columns(LISTED) or folders & _NOT_READ:
        return None
    for kind, columns in (("reviews", ("Review",)), ("diary", ("Watched Date",)), ("ratings", ("Rating",))):
        if look.has_columns(columns):
            return kind
    if chosen in (WATCHED, WATCHLIST, LIKED):
        return chosen
    if "watchlist" in look.base_name:
        return WATCHLIST
    if "watched" in look.base_name:
        return WATCHED
    return LIKED if "likes" in folders or "likes" in look.base_name else ""


def _find_events(source: Source, options: ImportOptions, chosen: str | None) -> EventReader | None:
    found = {look: kind for look in looks(source) if (kind := _kind(look, chosen)) is not None}
    if not found:
        return None
    diary = _Diary()
    readings: dict[str, Callable[[Record], Sequence[Claim]]] = {
        # In the order of reading: what the diary tells is known before the lists that repeat it.
        "diary": diary.entry,
        "reviews": diary.review,
        "ratings": diary.rating,
        WATCHED: diary.listed,
        "": diary.listed,
        LIKED: diary.liked,
        WATCHLIST: diary.wanted,
    }
    files = [
        RecordFile(look.member.name, look.rows, claims, _DATES, None if kind else _question(look))
        for kind, claims in readings.items()
        for look, of in found.items()
        if of == kind
    ]
    return RecordEvents(files, options, [NOTE])


def _question(look: Look) -> str:
    return (
        f"Does {look.member.name} list films that were watched, liked or wanted? Say it with format={WATCHED}, "
        f"{LIKED} or {WATCHLIST}."
    )


def _format(name: str, form: str, chosen: str | None = None) -> Format:
    return Format(name, form, lambda source, options: _find_events(source, options, chosen), is_personal=True)


FORMAT = _format("letterboxd", "Letterboxd export")
NAMED = (
    _format(WATCHED, "a Letterboxd list of watched films", WATCHED),
    _format(WATCHLIST, "a Letterboxd watchlist", WATCHLIST),
    _format(LIKED, "a Letterboxd list of liked films", LIKED),
)
