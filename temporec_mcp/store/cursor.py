"""Cursors that run named queries on an open database."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

import duckdb

from temporec_mcp.store.arrow import Table
from temporec_mcp.store.pseudonyms import PLAIN, Pseudonyms
from temporec_mcp.store.queries import query

Scalar = str | int | float | bool | datetime | None
Value = Scalar | Sequence[Scalar | Sequence[str]]
Row = TypeVar("Row")


class Cursor:
    """A connection of its own to the open database; temporary tables and registered batches are private to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms = PLAIN) -> None:
        """Wrap `connection`, which this cursor owns."""
        self._connection = connection
        self.pseudonyms = pseudonyms
        """How a parameter `user_id` is given."""

    def run(self, name: str, /, **parameters: Value) -> int:
        """Run the query `name` for what it changes; give how many rows it changed (0 for table definitions)."""
        found = self._execute(query(name).sql, parameters).fetchall()
        return int(found[0][0]) if found else 0

    def rows(self, name: str, shape: Callable[..., Row], /, **parameters: Value) -> list[Row]:
        """Run the query `name` and make each row with `shape`, whose parameters are its columns in order."""
        return [shape(*row) for row in self._execute(query(name).sql, parameters).fetchall()]

    def table(self, name: str, /, **parameters: Value) -> Table:
        """Run the query `name` and give its result as columns."""
        # A relation, because the results of execute() would be copied once more on their way to Arrow.
        relation = self._connection.sql(query(name).sql, params=self._bound_all(parameters))
        arrow_table: object = relation.to_arrow_table()  # pyright: ignore[reportUnknownMemberType] (it has no types)
        return Table(arrow_table)

    def script(self, sql: str) -> None:
        """Run the statements of a migration."""
        self._connection.execute(sql)

    @contextmanager
    def batch(self, view: str, table: Table) -> Generator[None]:
        """Let queries read `table` under the name `view` inside the block."""
        self._connection.register(view, table.raw)
        try:
            yield
        finally:
            self._connection.unregister(view)

    def close(self) -> None:
        """Drop the temporary tables and the connection."""
        self._connection.close()

    def _execute(self, sql: str, parameters: dict[str, Value]) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(sql, self._bound_all(parameters))

    def _bound_all(self, parameters: dict[str, Value]) -> dict[str, Value]:
        bound = {name: _bound(value) for name, value in parameters.items()}
        user_id = bound.get("user_id")
        return {**bound, "user_id": self.pseudonyms.of(user_id)} if isinstance(user_id, str) else bound


def as_utc(column_time: datetime) -> datetime:
    """Give the aware time that a TIMESTAMP column holds."""
    return column_time.replace(tzinfo=UTC)


def _bound(value: Value) -> Value:
    """TIMESTAMP columns hold UTC without saying so."""
    if isinstance(value, datetime):
        return _naive(value)
    if isinstance(value, list) and value and isinstance(value[0], datetime):
        return [_naive(time) if isinstance(time, datetime) else time for time in value]
    return value


def _naive(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None)
