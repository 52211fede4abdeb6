"""StoryGraph's library: one row a book, with its days of reading, its moods and the stars.

Unverified: made from the columns that others report, not tried on a real export.
"""

from collections.abc import Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.claims import Claim, Labels, number, seen_item, word
from temporec_mcp.importers.goodreads import isbn, shelf_action
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.records import RecordEvents, table_files
from temporec_mcp.importers.source import Source

COLUMNS = ("Title", "Authors", "ISBN/UID", "Read Status", "Date Added", "Last Date Read", "Star Rating")
NOTE = "A book without a day of reading counts as read on the day it was added."
DATES = ("Last Date Read", "Date Added")


def _claims(record: Record) -> Sequence[Claim]:
    title, authors = word(record, "Title"), word(record, "Authors") or ""
    number_of_book = isbn(record.get("ISBN/UID"))
    item = seen_item(
        f"isbn:{number_of_book}" if number_of_book else f"{title} - {authors}" if title else None,
        title,
        Labels(authors.split(", "), (word(record, "Moods") or "").split(", ")),
    )
    status = word(record, "Read Status") or "read"
    when = record["Date Added"]
    if status in ("read", "did-not-finish"):
        when = word(record, "Last Date Read") or when
    claims = [Claim(shelf_action(status), when, item, context=word(record, "Tags"))]
    stars, review = number(record, "Star Rating"), word(record, "Review")
    if stars:
        claims.append(Claim("rate", when, item, stars, text=review))
    elif review:
        claims.append(Claim("comment", when, item, text=review))
    return claims


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = table_files(source, COLUMNS, _claims, DATES)
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("storygraph", "StoryGraph library", _find_events, is_personal=True)
