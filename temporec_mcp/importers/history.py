"""Open a history: find its format by content, then read it batch by batch."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from temporec_mcp.domain.text import shown
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers import (
    apple_tv,
    browser,
    cloudevents,
    ga4,
    generic,
    goodreads,
    imdb,
    kindle,
    lastfm,
    letterboxd,
    movielens,
    netflix,
    personalize,
    recbole,
    retailrocket,
    segment,
    shell,
    snowplow,
    spotify,
    steam,
    storygraph,
    xapi,
    youtube,
)
from temporec_mcp.importers.base import EventReader, Format, HistoryFile, ImportOptions, ItemReader, Parsed, listed
from temporec_mcp.importers.source import Source, named, open_source

__all__ = ["FORMATS", "HistoryFile", "ImportOptions", "Parsed", "open_history"]

REGISTRY: tuple[Format, ...] = (
    recbole.FORMAT,
    movielens.FORMAT,
    netflix.FORMAT,
    spotify.FORMAT,
    youtube.FORMAT,
    goodreads.FORMAT,
    storygraph.FORMAT,
    letterboxd.FORMAT,
    *letterboxd.NAMED,
    imdb.FORMAT,
    lastfm.FORMAT,
    kindle.FORMAT,
    steam.FORMAT,
    apple_tv.FORMAT,
    browser.CHROME,
    browser.FIREFOX,
    personalize.FORMAT,
    retailrocket.FORMAT,
    ga4.FORMAT,
    segment.FORMAT,
    snowplow.FORMAT,
    cloudevents.FORMAT,
    xapi.FORMAT,
    shell.FORMAT,
    generic.PARQUET,
    generic.JSONL,
    generic.CSV,
)
"""The formats in the order in which they are tried; those that are easily told come first."""
FORMATS: tuple[str, ...] = tuple(form.name for form in REGISTRY)


class _OpenHistory:
    """A catalogue, if there is one, and the events after it."""

    def __init__(self, name: str, source: Source, events: EventReader, items: ItemReader | None) -> None:
        self.format = name
        self._source = source
        self._events = events
        self._items = items

    @property
    def questions(self) -> tuple[str, ...]:
        return self._events.questions

    @property
    def notes(self) -> tuple[str, ...]:
        item_notes, item_names = (self._items.notes, self._items.names) if self._items else ((), ())
        read = {*self._events.names, *item_names}
        unread = [member.name for member in self._source.members if member.name not in read]
        left_out = (f"Not read: {listed(unread)}.",) if unread else ()
        return self._events.notes + item_notes + left_out

    def batches(self) -> Iterator[Parsed]:
        if self._items is not None:
            yield from (Parsed(items=items) for items in self._items.batches())
        yield from self._events.batches()


class _OpenCatalogue:
    """A catalogue that was named by itself; each of its rows counts."""

    questions = ()

    def __init__(self, name: str, items: ItemReader) -> None:
        self.format = name
        self._items = items

    @property
    def notes(self) -> tuple[str, ...]:
        return self._items.notes

    def batches(self) -> Iterator[Parsed]:
        unusable = 0
        for items in self._items.batches():
            dropped = self._items.unusable_count - unusable
            unusable += dropped
            reasons = Counter({"bad_id": dropped} if dropped else {})
            yield Parsed(items=items, row_count=len(items) + dropped, item_rows=len(items), dropped=reasons)


def open_history(path: Path, options: ImportOptions) -> HistoryFile:
    """Open a file, zip or folder that holds events, and items where it or `options.items_path` has them.

    A catalogue alone will do, too. Nothing but the columns' names and the column of times is read before `batches`.

    Raises:
        InvalidInputError: nothing there, no known format (the formats tried are named), or columns missing.
    """
    source = open_source(path)
    try:
        return _with_events(source, options)
    except InvalidInputError:
        found = ((form.name, form.find_items(source, options)) for form in _chosen(options))
        alone = next(((name, items) for name, items in found if items is not None), None)
        if alone is None or options.items_path is not None or "timestamp" in options.columns:
            raise
    return _OpenCatalogue(*alone)


def _with_events(source: Source, options: ImportOptions) -> HistoryFile:
    for form in _chosen(options):
        events = form.find_events(source, options)
        if events is not None:
            return _OpenHistory(form.name, source, events, _items(source, options, form.is_personal))
    if not any(member.head() for member in source.members):
        raise InvalidInputError(f"{named(source.path)} is empty.", "Export it again, or name another file.")
    tried = ", ".join(form.name for form in _chosen(options))
    raise InvalidInputError(
        f"{named(source.path)} is no history in a form that was tried ({tried}).",
        "Name the file with the events, or say with columns which column holds what.",
    )


def _chosen(options: ImportOptions) -> tuple[Format, ...]:
    if options.format is None:
        # Who names columns means a table, whatever else it may look like.
        return tuple(form for form in REGISTRY if form.takes_columns or not options.columns)
    found = tuple(form for form in REGISTRY if form.name == options.format)
    if not found:
        raise InvalidInputError(
            f"There is no format {shown(options.format)}.",
            f"Choose one of {', '.join(FORMATS)}, or leave it out to have it found.",
        )
    if options.columns and not found[0].takes_columns:
        raise InvalidInputError(
            f"The format {options.format} has columns of its own.", "Leave out columns, or the format."
        )
    return found


def _items(source: Source, options: ImportOptions, is_personal: bool) -> ItemReader | None:
    if options.items_path is None:
        return None if source.is_single or is_personal else _first_items(source, options)
    items = _first_items(open_source(options.items_path), options)
    if items is None:
        raise InvalidInputError(
            f"{named(options.items_path)} holds no list of items that is understood.",
            "A table needs a column for the item_id and one for the title, the description or the categories; with "
            "other names, import it by itself and say with columns which is which.",
        )
    return items


def _first_items(source: Source, options: ImportOptions) -> ItemReader | None:
    found = (form.find_items(source, options) for form in REGISTRY)
    return next((items for items in found if items is not None), None)
