"""Tables of events, read by a mapping of fields to columns."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.base import BATCH_ROWS, ImportOptions, Parsed, Row, Table, listed
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.dates import DateSurvey
from temporec_mcp.importers.event_rows import EventRows
from temporec_mcp.importers.items import item_of

TYPED_AFTER_ROWS = 1_000
"""A time column without any text in its first rows has types, so that no order of dates has to be found."""


class TableEvents:
    """The events of one or more tables with the same columns, read as one."""

    def __init__(self, tables: Sequence[Table], mapping: Mapping[str, str], options: ImportOptions) -> None:
        """Look through the column of times, so that the questions are known before anything is read.

        Args:
            tables: read in this order.
            mapping: the column of each field; at least a timestamp and an item, a title or a text.
            options: how to read it.
        """
        self._tables = tables
        self.names = tuple(table.name for table in tables)
        self._options = options
        self._mapping = _completed(mapping)
        survey = None if options.date_order else _survey(tables, mapping["timestamp"], options)
        self.questions = (survey.question,) if survey and survey.question else ()
        self._rows = EventRows(self._mapping, options, survey.order if survey else options.date_order)
        self._first_notes = [survey.note] if survey and survey.note else []

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed."""
        read = [f"{name}={column}" for name, column in self._mapping.items()]
        notes = [f"Columns were read as {listed(read, len(read))}.", *self._first_notes]
        if "action" not in self._mapping:
            notes.append(f"Rows name no action; they were read as {self._rows.default_action}.")
        if "user_id" not in self._mapping:
            notes.append(f"Rows name no user; they were given to user {self._options.user_id}.")
        if "title" in self._mapping and self._mapping["item_id"] == self._mapping["title"]:
            notes.append("Rows name no item id; items are told apart by their title.")
        return tuple(notes)

    def batches(self) -> Iterator[Parsed]:
        """Read from the start, BATCH_ROWS rows at a time."""
        wanted = list(self._mapping.values())
        rows = enumerate(row for table in self._tables for row in table.rows(wanted))
        seen: set[str] = set()
        while numbered := list(islice(rows, BATCH_ROWS)):
            yield self._batch(numbered, seen)

    def _batch(self, numbered: Sequence[tuple[int, Row]], seen: set[str]) -> Parsed:
        parsed = Parsed(row_count=len(numbered))
        for number, row in numbered:
            if row is None:
                parsed.dropped["bad_row"] += 1
                continue
            cells = dict(zip(self._mapping, row, strict=True))
            try:
                event = self._rows.event(cells)
            except DroppedRowError as reason:
                parsed.dropped[str(reason)] += 1
                continue
            parsed.events.append(event)
            parsed.rows.append(number)
            if "title" in cells and event.item_id is not None and event.item_id not in seen:
                parsed.items.extend(_seen_item(cells, event.item_id, seen))
        return parsed


def _completed(mapping: Mapping[str, str]) -> dict[str, str]:
    """Fill in the title from the description, and the item from the title."""
    full = dict(mapping)
    if "title" not in full and "description" in full:
        full["title"] = full.pop("description")
    if "item_id" not in full and "title" in full:
        full["item_id"] = full["title"]
    return full


def _survey(tables: Sequence[Table], column: str, options: ImportOptions) -> DateSurvey:
    survey = DateSurvey(options.now)
    for table in tables:
        rows = table.rows([column])
        first = list(islice(rows, TYPED_AFTER_ROWS))
        for row in first:
            survey.see(row[0] if row else None)
        if any(row and isinstance(row[0], str) for row in first):
            for row in rows:
                survey.see(row[0] if row else None)
    return survey


def _seen_item(cells: Mapping[str, object], item_id: str, seen: set[str]) -> Iterator[Item]:
    item = item_of(cells, item_id, is_catalogue=False)
    if item.title is not None:
        seen.add(item_id)
        yield item
