"""MovieLens in its three forms: ratings.csv with movies.csv, .dat files, and u.data with u.item."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import EventReader, Format, ImportOptions, ItemReader, Row, Table
from temporec_mcp.importers.delimited import DelimitedTable, Dialect
from temporec_mcp.importers.fields import map_columns
from temporec_mcp.importers.items import TableItems
from temporec_mcp.importers.lines import head_lines
from temporec_mcp.importers.source import Source
from temporec_mcp.importers.table import TableEvents

NAME = "movielens"
RATINGS = ("userId", "movieId", "rating", "timestamp")
MOVIES = ("movieId", "title", "genres")
NO_GENRE = "(no genres listed)"
OLD_GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
"""The flags at the end of each line of u.item, in order."""
OLD_MOVIES = ("movieId", "title", "releaseDate", "videoReleaseDate", "url")


@dataclass(frozen=True, slots=True)
class _Form:
    first_line: re.Pattern[str]
    dialect: Dialect
    columns: tuple[str, ...]


_RATING_FORMS = (
    _Form(re.compile(",".join(RATINGS), re.IGNORECASE), Dialect(","), RATINGS),
    _Form(re.compile(r"\d+::\d+::[\d.]+::\d+"), Dialect("::", has_header=False), RATINGS),
    _Form(re.compile(r"\d+\t\d+\t[1-5]\t\d{9}"), Dialect("\t", False, False), RATINGS),
)
_MOVIE_FORMS = (
    _Form(re.compile(",".join(MOVIES), re.IGNORECASE), Dialect(","), MOVIES),
    _Form(re.compile(r"\d+::(?:(?!::).)+::(?:(?!::).)*"), Dialect("::", has_header=False), MOVIES),
    _Form(re.compile(r"\d+\|[^|]*(?:\|[^|]*){3}(?:\|[01]){19}"), Dialect("|", False, False), OLD_MOVIES + OLD_GENRES),
)


class MovieTable:
    """A list of films whose genres are one column of labels."""

    def __init__(self, table: Table) -> None:
        """Wrap a table with a genres column, or with a flag for each of OLD_GENRES."""
        self.name = table.name
        self._table = table
        self._has_flags = "genres" not in table.columns
        self.columns = tuple(name for name in table.columns if name not in OLD_GENRES) + (
            ("genres",) if self._has_flags else ()
        )

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Read from the start."""
        plain = [name for name in wanted if name != "genres"]
        flags = OLD_GENRES if self._has_flags else ("genres",)
        for row in self._table.rows([*plain, *flags]):
            yield row and self._shaped(dict(zip([*plain, *flags], row, strict=True)), wanted)

    def _shaped(self, cells: dict[str, object], wanted: Sequence[str]) -> Row:
        if self._has_flags:
            cells["genres"] = "|".join(genre for genre in OLD_GENRES[1:] if cells[genre] == "1")
        elif cells["genres"] == NO_GENRE:
            cells["genres"] = ""
        return [cells[name] for name in wanted]


def _find(source: Source, forms: Sequence[_Form]) -> DelimitedTable | None:
    for member in source.members:
        lines = head_lines(member, 1)
        form = next((form for form in forms if lines and form.first_line.fullmatch(lines[0].strip())), None)
        if form is not None:
            return DelimitedTable(member, form.dialect, form.columns)
    return None


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    table = _find(source, _RATING_FORMS)
    if table is not None:
        return TableEvents([table], map_columns(table.columns, options.columns), options)
    if source.is_single and _find(source, _MOVIE_FORMS) is not None:
        raise InvalidInputError(
            f"{source.path.name} is MovieLens' list of films, not the ratings.",
            "Name the ratings file, and this one as items_path; or the folder with both.",
        )
    return None


def _find_items(source: Source, options: ImportOptions) -> ItemReader | None:
    table = _find(source, _MOVIE_FORMS)
    if table is None:
        return None
    movies = MovieTable(table)
    return TableItems([movies], map_columns(movies.columns, {}, "items"))


FORMAT = Format(NAME, "MovieLens ratings and films (.csv, .dat, u.data)", _find_events, _find_items, takes_columns=True)
