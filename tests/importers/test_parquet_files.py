"""Parquet files are read by the types of their columns."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from temporec_mcp.errors import InvalidInputError
from tests.importers.conftest import read

TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
FINE = int(datetime(2010, 12, 1, 8, 26, tzinfo=UTC).timestamp()) * 10**9 + 7


def test_parquet_times_ids_and_gaps_keep_their_meaning(tmp_path: Path) -> None:
    path = tmp_path / "shop.parquet"
    table = pa.table(
        {
            "CustomerID": [17850.0, None],
            "StockCode": ["85123A", "x"],
            "Description": ["WHITE HANGING HEART", None],
            "InvoiceNo": ["536365", "536366"],
            "InvoiceDate": pa.array([FINE, None], pa.timestamp("ns")),
            "UnitPrice": [2.55, 1.0],
        }
    )
    pq.write_table(table, path)
    history = read(path, timezone="Europe/London")
    [event] = history.events
    assert (event.user_id, event.item_id, event.action, event.value) == ("17850", "85123A", "purchase", 2.55)
    assert (event.time, event.session_id) == (datetime(2010, 12, 1, 8, 26, tzinfo=UTC), "536365"), (
        "finer than a microsecond"
    )
    assert history.items[0].title == "WHITE HANGING HEART"
    assert history.dropped == {"no_time": 1}


def test_parquet_dates_have_no_hour_and_zoned_times_are_converted(tmp_path: Path) -> None:
    day, zoned = tmp_path / "day.parquet", tmp_path / "zoned.parquet"
    pq.write_table(pa.table({"item": ["i"], "date": [date(2026, 3, 1)]}), day)
    pq.write_table(pa.table({"item": [1], "time": pa.array([TEN], pa.timestamp("us", "Asia/Tokyo"))}), zoned)
    assert read(day).events[0].is_date_only
    assert read(zoned).events[0].time == TEN and read(zoned).events[0].item_id == "1"


def test_a_damaged_parquet_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 100)
    with pytest.raises(InvalidInputError, match=r"broken\.parquet"):
        read(path)
