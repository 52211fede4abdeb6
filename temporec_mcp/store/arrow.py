# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportUnknownParameterType=false
"""The one typed door to Arrow: batches on their way into DuckDB and columns on their way out.

pyarrow has no types, so the checks for unknown types are off in this file and nowhere else.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.log import Floats, Indices

if TYPE_CHECKING:
    import pyarrow as pa

Number = TypeVar("Number", bound=np.generic)
MISSING_CODE = -1


class LogRow(NamedTuple):
    """An event by the columns of `events/log`."""

    user_no: int
    item_no: int
    time_us: int
    action: str
    value: float | None
    context: str | None
    event_seq: int
    is_date_only: bool


class Table:
    """Columns of equal length."""

    def __init__(self, raw: object) -> None:
        """Wrap an Arrow table."""
        self.raw = raw
        self._table = cast("pa.Table", raw)

    def __len__(self) -> int:
        """Count the rows."""
        return int(self._table.num_rows)

    @property
    def byte_count(self) -> int:
        """The memory that the columns take."""
        return int(self._table.nbytes)

    def keep(self, mask_N: NDArray[np.bool_]) -> "Table":
        """Give the rows where `mask_N` holds."""
        if mask_N.all():
            return self
        return Table(self._table.filter(mask_N))

    def slice(self, first: int, last: int) -> "Table":
        """Give the rows from `first` to before `last`, without a copy."""
        return Table(self._table.slice(first, last - first))

    def with_logged(self, rows: Sequence[LogRow]) -> "Table":
        """Give one user's rows of `events/log` and later ones, by time, then arrival."""
        if not rows:
            return self
        import pyarrow as pa

        columns = zip(LogRow._fields, zip(*rows, strict=True), strict=True)
        later = pa.table({name: pa.array(values, self._table.schema.field(name).type) for name, values in columns})
        both = Table(pa.concat_tables([self._table, later.select(self._table.column_names)]))
        order = np.lexsort((both.numbers("event_seq", np.int64), both.numbers("time_us", np.int64)))
        return Table(both._table.take(order))

    def numbers(self, name: str, dtype: type[Number]) -> NDArray[Number]:
        """Give the column `name` as numbers of `dtype`; NULL is NaN, so only floats may have it."""
        return np.asarray(self._column(name).to_numpy(), dtype=dtype)

    def codes(self, name: str) -> tuple[tuple[str, ...], Indices]:
        """Give the distinct texts of the column `name`, sorted, and the number of each row's; -1 for NULL."""
        encoded = self._column(name).combine_chunks().dictionary_encode()
        found = np.asarray(encoded.dictionary.to_pylist(), dtype=np.object_)
        order = np.argsort(found)
        place_of = np.empty(len(found) + 1, dtype=np.int32)
        place_of[order] = np.arange(len(found), dtype=np.int32)
        place_of[-1] = MISSING_CODE
        codes = encoded.indices.fill_null(MISSING_CODE).to_numpy(zero_copy_only=False)
        return tuple(str(text) for text in found[order]), place_of[codes]

    def matrix(self, name: str) -> Floats:
        """Give a column of equally long lists as a matrix, one row a list."""
        if not len(self):
            return np.zeros((0, 0), dtype=np.float32)
        flat = self._column(name).combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return np.asarray(flat, dtype=np.float32).reshape(len(self), -1)

    def _column(self, name: str) -> "pa.ChunkedArray":
        return self._table.column(name)


def event_batch(events: Sequence[Event], file_rows: Sequence[int], first_arrival: int) -> Table:
    """Give events as columns of the stage, with the file row of each and running arrival numbers."""
    import pyarrow as pa

    text = pa.string()
    utc = pa.timestamp("us", tz="UTC")
    columns = {
        "arrival": pa.array(np.arange(first_arrival, first_arrival + len(events), dtype=np.int64)),
        "file_row": pa.array(file_rows, pa.int64()),
        "user_id": pa.array([event.user_id for event in events], text),
        "item_id": pa.array([event.item_id for event in events], text),
        "action": pa.array([event.action for event in events], text),
        "happened_at": pa.array([event.time for event in events], utc).cast(pa.timestamp("us")),
        # from_pandas turns NaN into NULL: a value that is not a number is no value.
        "value": pa.array([event.value for event in events], pa.float64(), from_pandas=True),
        "text": pa.array([event.text for event in events], text),
        "session_id": pa.array([event.session_id for event in events], text),
        "context": pa.array([event.context for event in events], text),
        "event_id": pa.array([event.event_id for event in events], text),
        "recommendation_id": pa.array([event.recommendation_id for event in events], text),
        "is_date_only": pa.array([event.is_date_only for event in events], pa.bool_()),
    }
    return Table(pa.table(columns))


def numbered_batch(columns: Mapping[str, Sequence[object]]) -> Table:
    """Give the columns of new events as they lie in the store, identities as hexadecimal text."""
    import pyarrow as pa

    text, utc = pa.string(), pa.timestamp("us", tz="UTC")
    kinds = {
        "event_seq": pa.int64(),
        "user_no": pa.int32(),
        "item_no": pa.int32(),
        "happened_at": utc,
        "value": pa.float64(),
        "is_date_only": pa.bool_(),
        "received_at": utc,
    }
    arrays = {name: pa.array(values, kinds.get(name, text)) for name, values in columns.items()}
    for name in ("happened_at", "received_at"):
        arrays[name] = arrays[name].cast(pa.timestamp("us"))
    return Table(pa.table(arrays))


def item_batch(items: Sequence[Item]) -> Table:
    """Give items as columns of the table of items."""
    import pyarrow as pa

    text, texts = pa.string(), pa.list_(pa.string())
    columns = {
        "item_id": pa.array([item.item_id for item in items], text),
        "title": pa.array([item.title for item in items], text),
        "description": pa.array([item.description for item in items], text),
        "categories": pa.array([list(item.categories) for item in items], texts),
        "creators": pa.array([list(item.creators) for item in items], texts),
        "tags": pa.array([list(item.tags) for item in items], texts),
        "attributes": pa.array(
            [json.dumps(item.attributes, ensure_ascii=False, sort_keys=True) for item in items], text
        ),
        "url": pa.array([item.url for item in items], text),
        "is_available": pa.array([item.is_available for item in items], pa.bool_()),
        "is_catalogue": pa.array([item.is_catalogue for item in items], pa.bool_()),
    }
    return Table(pa.table(columns))


def key_batch(keys: Sequence[str]) -> Table:
    """Give content keys with their places."""
    import pyarrow as pa

    places = np.arange(len(keys), dtype=np.int32)
    return Table(pa.table({"position": pa.array(places), "content_key": pa.array(keys, pa.string())}))


def text_batch(columns: Mapping[str, Sequence[str]]) -> Table:
    """Give columns of texts."""
    import pyarrow as pa

    return Table(pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()}))


def vector_batch(keys: Sequence[str], vectors: Floats) -> Table:
    """Give content keys with their vectors, rows in the same order."""
    import pyarrow as pa

    offsets = np.arange(len(keys) + 1, dtype=np.int32) * vectors.shape[1]
    lists = pa.ListArray.from_arrays(pa.array(offsets), pa.array(np.ascontiguousarray(vectors).reshape(-1)))
    return Table(pa.table({"content_key": pa.array(keys, pa.string()), "vector": lists}))
