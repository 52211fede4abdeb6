"""Goodreads' library: one row a book, with the day it was added, the day it was read and the rating.

Shelves are a person's own words, so they stay with the event and never describe the book to others. Private notes are
left out. ISBNs stand in `="..."`, by which spreadsheets keep their zeros.
"""

import re
from collections.abc import Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, Labels, number, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.records import RecordEvents, table_files
from temporec_mcp.importers.source import Source

COLUMNS = ("Book Id", "Title", "Author", "My Rating", "Date Read", "Date Added", "Exclusive Shelf")
NOTE = "Private notes were left out. A book without a day of reading counts as read on the day it was added."
DATES = ("Date Read", "Date Added")
_READ, _READING = "read", "currently-reading"
_GIVEN_UP = ("did-not-finish", "dnf", "abandoned", "gave-up")
_NO_ISBN = re.compile(r"[^0-9Xx]")


def isbn(cell: object) -> str | None:
    """Give the digits of an ISBN, whatever stands around them."""
    return _NO_ISBN.sub("", str(cell or "")) or None


def shelf_action(shelf: str) -> str:
    """Give the action that putting a book on this shelf is."""
    if shelf == _READ:
        return "read"
    if shelf in _GIVEN_UP:
        return "skip"
    return "view" if shelf == _READING else "save"


def _claims(record: Record) -> Sequence[Claim]:
    book_id = word(record, "Book Id")
    if book_id is None:
        raise DroppedRowError("no_item")
    creators = [word(record, "Author"), *(word(record, "Additional Authors") or "").split(",")]
    attributes = {
        "isbn13": isbn(record.get("ISBN13")),
        "year": word(record, "Original Publication Year") or word(record, "Year Published"),
        "pages": word(record, "Number of Pages"),
    }
    item = seen_item(f"goodreads:{book_id}", word(record, "Title"), Labels(creators, attributes=attributes))
    shelf = word(record, "Exclusive Shelf") or _READ
    own = [name for name in (word(record, "Bookshelves") or "").split(", ") if name != shelf]
    when = record["Date Added"]
    if shelf == _READ:
        when = word(record, "Date Read") or when
    claims = [Claim(shelf_action(shelf), when, item, context=", ".join(own))]
    rating, review = number(record, "My Rating"), word(record, "My Review")
    if rating:
        claims.append(Claim("rate", when, item, rating, text=review))
    elif review:
        claims.append(Claim("comment", when, item, text=review))
    return claims


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = table_files(source, COLUMNS, _claims, DATES)
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("goodreads", "Goodreads library", _find_events, is_personal=True)
