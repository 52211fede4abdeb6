"""A row of a table of items as an item, and catalogues that are tables."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from temporec_mcp.domain.events import TEXT_LENGTH, TITLE_LENGTH, Item
from temporec_mcp.domain.text import clean_text
from temporec_mcp.importers.base import BATCH_ROWS, Row, Table
from temporec_mcp.importers.cells import DroppedRowError, attribute_of, cleaned, flag_of, id_of, labels_of, text_of

URL_LENGTH = 2_000
ATTRIBUTE_LENGTH = 200
MAX_ATTRIBUTES = 30
_WEB = ("https://", "http://")


def item_of(cells: Mapping[str, object], item_id: str, is_catalogue: bool) -> Item:
    """Give the item of a row's cells by field."""
    url = cleaned(cells.get("url"), URL_LENGTH)
    available = cells.get("available")
    return Item(
        item_id=item_id,
        title=cleaned(cells.get("title"), TITLE_LENGTH),
        description=cleaned(cells.get("description"), TEXT_LENGTH),
        categories=labels_of(cells.get("categories")),
        creators=labels_of(cells.get("creators")),
        tags=labels_of(cells.get("tags")),
        url=url if url is not None and url.lower().startswith(_WEB) else None,
        is_available=text_of(available) is None or flag_of(available),
        is_catalogue=is_catalogue,
    )


class TableItems:
    """The catalogue of one or more tables with the same columns; columns without a field become attributes."""

    def __init__(self, tables: Sequence[Table], mapping: Mapping[str, str]) -> None:
        """Read `tables` in this order by the column of each field, `item_id` among them."""
        self._tables = tables
        self.names = tuple(table.name for table in tables)
        self._mapping = mapping
        others = [column for column in tables[0].columns if column not in mapping.values()]
        self._attributes = others[:MAX_ATTRIBUTES]
        self.unusable_count = 0
        """Rows read so far that have no usable id."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Say how many rows were no items."""
        return (
            (f"{self.unusable_count} rows of {', '.join(self.names)} have no usable item id.",)
            if self.unusable_count
            else ()
        )

    def batches(self) -> Iterator[list[Item]]:
        """Read from the start, BATCH_ROWS rows at a time."""
        self.unusable_count = 0
        wanted = [*self._mapping.values(), *self._attributes]
        rows = (row for table in self._tables for row in table.rows(wanted))
        while batch := list(islice(rows, BATCH_ROWS)):
            yield [item for row in batch if (item := self._item(row)) is not None]

    def _item(self, row: Row) -> Item | None:
        cells = dict(zip(self._mapping, row or (), strict=False))
        try:
            item_id = id_of(cells.get("item_id"))
        except DroppedRowError:
            item_id = None
        if row is None or item_id is None:
            self.unusable_count += 1
            return None
        item = item_of(cells, item_id, is_catalogue=True)
        for name, cell in zip(self._attributes, row[len(self._mapping) :], strict=True):
            value = attribute_of(cell, ATTRIBUTE_LENGTH)
            if value is not None:
                item.attributes[clean_text(name, ATTRIBUTE_LENGTH)] = value
        return item
