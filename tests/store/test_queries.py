"""Every query file binds against the schema, and its header names exactly what goes in and comes out."""

from collections.abc import Iterator
from datetime import datetime

import duckdb
import numpy as np
import pytest

from temporec_mcp.store.arrow import event_batch, item_batch, key_batch, numbered_batch, text_batch, vector_batch
from temporec_mcp.store.migrate import available
from temporec_mcp.store.queries import Query, all_queries, query

SAMPLES = {
    "VARCHAR": "x",
    "VARCHAR[]": ["y"],
    "VARCHAR[][]": [["y"]],
    "UUID[]": ["6a09e667-f3bc-c908-b2fb-1366ea957d3e"],
    "UHUGEINT": "1",
    "INTEGER[]": [1],
    "BIGINT[]": [1],
    "DOUBLE[]": [0.5],
    "BOOLEAN[]": [True],
    "TIMESTAMP[]": [datetime(2026, 3, 1)],
    "INTEGER": 1,
    "BIGINT": 1,
    "DOUBLE": 0.5,
    "BOOLEAN": True,
    "TIMESTAMP": datetime(2026, 3, 1),
}

EVENT_COLUMNS = tuple(query("logging/add_events").parameters)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    connection.execute(query("schema/create_ledger").sql)
    for migration in available():
        connection.execute(migration.sql)
    batches = {
        "event_batch": event_batch([], [], 0),
        "numbered_batch": numbered_batch(dict.fromkeys(EVENT_COLUMNS, ())),
        "item_batch": item_batch([]),
        "key_batch": key_batch([]),
        "name_batch": text_batch({"user_id": (), "pseudonym": ()}),
        "identity_batch": text_batch({"old": (), "new": ()}),
        "vector_batch": vector_batch([], np.zeros((0, 4), dtype=np.float32)),
    }
    for name, table in batches.items():
        connection.register(name, table.raw)
    yield connection
    connection.close()


def samples(taken: Query) -> dict[str, object]:
    """Give a value for every parameter."""
    return {name: SAMPLES[kind] for name, kind in taken.parameters.items()}


@pytest.mark.parametrize("under_test", all_queries(), ids=lambda under_test: under_test.name)
def test_a_query_takes_and_gives_what_its_header_names(
    under_test: Query, connection: duckdb.DuckDBPyConnection
) -> None:
    for needed in map(query, under_test.needs):
        connection.execute(needed.sql, samples(needed))
    (statement,) = connection.extract_statements(under_test.sql)
    assert set(statement.named_parameters) == set(under_test.parameters)
    result = connection.execute(statement, samples(under_test))
    columns = {column[0]: str(column[1]) for column in result.description or []}
    is_definition = statement.type == duckdb.StatementType.CREATE
    assert under_test.columns == ({} if is_definition else columns)
    assert under_test.gives


def test_every_query_is_found_by_its_folder_and_name() -> None:
    names = [found.name for found in all_queries()]
    assert "events/log" in names
    assert names == sorted(set(names))
