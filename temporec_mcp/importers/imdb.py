"""IMDb's ratings and lists: a rating on its day, or a title put on a list (the watchlist is one).

Unverified: made from the columns that others report, not tried on a real export.
"""

from collections.abc import Sequence

from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, Labels, number, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.records import RecordEvents, table_files
from temporec_mcp.importers.source import Source

COLUMNS = ("Const", "Title", "Title Type", "Year", "Genres")
NOTE = "Notes on the entries of lists were left out."
DATES = ("Date Rated", "Created")


def _claims(record: Record) -> Sequence[Claim]:
    title, year = word(record, "Title"), word(record, "Year")
    labels = Labels(
        creators=(word(record, "Directors") or "").split(", "),
        categories=(word(record, "Genres") or "").split(", "),
        attributes={"type": word(record, "Title Type")},
    )
    item = seen_item(word(record, "Const"), f"{title} ({year})" if title and year else title, labels)
    rating, rated, created = number(record, "Your Rating"), record.get("Date Rated"), record.get("Created")
    claims = [Claim("save", created, item)] if word(created) else []
    if rating is not None:
        claims.append(Claim("rate", rated, item, rating))
    if not claims:
        raise DroppedRowError("no_time")
    return claims


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = table_files(source, COLUMNS, _claims, DATES)
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("imdb", "IMDb ratings and lists", _find_events, is_personal=True)
