"""The items of the store: those that came with a catalogue and those that were only used.

Axes: V items.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import Flags
from temporec_mcp.store.arrow import Table, item_batch
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.high_water import HighWater

_ATTRIBUTES = TypeAdapter(dict[str, str | float | bool])
_NO_ATTRIBUTES = "{}"
SHARED = 2
"""Users of an item that is marked as shared."""


@dataclass(frozen=True, slots=True)
class ItemTable:
    """All V items in the order of their numbers; a new item always comes last."""

    items: tuple[Item, ...]
    item_ids: tuple[str, ...]
    item_nos_V: NDArray[np.int32]
    """The store's item numbers, ascending, with gaps where items were forgotten."""
    public_V: Flags
    """Came with a catalogue or was used by at least two users, so it may be shown to anybody.

    Under a promise of differential privacy it must have come with a catalogue.
    """
    version: int
    """The version of the items that this table shows."""


class _Row(NamedTuple):
    """The columns of `items/table` and `items/get`."""

    item_no: int
    is_public: bool
    item_id: str
    title: str | None
    description: str | None
    categories: list[str]
    creators: list[str]
    tags: list[str]
    attributes: str
    url: str | None
    is_available: bool
    is_catalogue: bool

    def item(self) -> Item:
        """Give the item of this row."""
        return Item(
            item_id=self.item_id,
            title=self.title,
            description=self.description,
            categories=tuple(self.categories),
            creators=tuple(self.creators),
            tags=tuple(self.tags),
            attributes={} if self.attributes == _NO_ATTRIBUTES else _ATTRIBUTES.validate_json(self.attributes),
            url=self.url,
            is_available=self.is_available,
            is_catalogue=self.is_catalogue,
        )


class _Number(NamedTuple):
    item_no: int
    item_id: str


class _Uses(NamedTuple):
    item_no: int
    use_count: int


class ItemStore:
    """Reads and saves items."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database
        self._reading_table = threading.Lock()
        self._table: ItemTable | None = None

    @property
    def version(self) -> int:
        """A number that moves on every change that could alter `table()`."""
        return self._database.committed.items_version

    def save(self, items: Sequence[Item], now: datetime) -> int:
        """Add or complete items; give how many different ones were given.

        Of several with one id the last counts. A catalogue item replaces what was read from a history, and an
        item from a history never touches a catalogue's. Otherwise what is absent (None or empty) erases nothing.
        """
        distinct = list({item.item_id: item for item in items}.values())
        if not distinct:
            return 0
        with self._database.writing() as cursor:
            numbers = self._database.numbers
            saved = save_items(cursor, item_batch(distinct), numbers, now)
            if saved != numbers:
                self._database.names_version += 1
                self._database.hand_out(saved)
        return len(distinct)

    def table(self) -> ItemTable:
        """Give all items; the same object until `version` moves."""
        with self._reading_table:
            with self._database.reading() as cursor:
                version = HighWater.read(cursor).items_version
                if self._table is None or self._table.version != version:
                    self._table = _read_table(cursor, version, self._database)
            return self._table

    def ids(self, item_nos_V: NDArray[np.int32]) -> tuple[str, ...]:
        """Give the ids of the items with these numbers, in the same order; numbers must be those of a `table()`.

        Costs nothing for the numbers of the newest table.
        """
        newest = self._table
        if newest is not None and item_nos_V is newest.item_nos_V:
            return newest.item_ids
        with self._database.reading() as cursor:
            id_of = dict(cursor.rows("items/ids", _Number))
        return tuple(id_of.get(number, "") for number in item_nos_V.tolist())

    def use_counts(self, item_nos_V: NDArray[np.int32]) -> NDArray[np.int64]:
        """Give how many events each of the items with these numbers has."""
        with self._database.reading() as cursor:
            uses = dict(cursor.rows("items/uses", _Uses))
        return np.array([uses.get(number, 0) for number in item_nos_V.tolist()], dtype=np.int64)

    def get(self, item_id: str) -> Item | None:
        """Give one item, or None."""
        with self._database.reading() as cursor:
            rows = cursor.rows("items/get", _Row, item_id=item_id)
        return rows[0].item() if rows else None


def save_items(
    cursor: Cursor, batch: Table, numbers: HighWater, now: datetime, import_id: int | None = None
) -> HighWater:
    """Save a batch of different items inside the writer's transaction; give the numbers after it.

    Args:
        cursor: the writer's.
        batch: as `item_batch` makes it.
        numbers: those before.
        now: when the items were told.
        import_id: the import that tells them; None for logged ones.
    """
    with cursor.batch("item_batch", batch):
        cursor.run("items/merge")
        changed = cursor.run("items/update", updated_at=now, import_id=import_id)
        added = cursor.run("items/insert", item_no=numbers.item_no, updated_at=now, import_id=import_id)
    if not (changed or added):
        return numbers
    return replace(numbers, item_no=numbers.item_no + added, items_version=numbers.items_version + 1)


def _read_table(cursor: Cursor, version: int, database: Database) -> ItemTable:
    rows = cursor.rows("items/table", _Row)
    if database.is_private:
        rows = [row._replace(is_public=row.is_catalogue) for row in rows]
    elif database.min_users > SHARED:
        common = set(cursor.rows("items/used_by", int, min_users=database.min_users))
        rows = [row._replace(is_public=row.is_catalogue or row.item_no in common) for row in rows]
    return ItemTable(
        items=tuple(row.item() for row in rows),
        item_ids=tuple(row.item_id for row in rows),
        item_nos_V=np.fromiter((row.item_no for row in rows), dtype=np.int32, count=len(rows)),
        public_V=np.fromiter((row.is_public for row in rows), dtype=np.bool_, count=len(rows)),
        version=version,
    )
