from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from temporec_mcp.domain.ranking import RankedItem
from temporec_mcp.tools.parquet import write_lists


def places(count: int) -> Iterator[tuple[str, RankedItem]]:
    for number in range(count):
        yield f"u{number // 2}", RankedItem(number % 2 + 1, f"i{number}", "A title", 1.0 - number / count)


def test_lists_are_written_with_the_four_columns_in_order(tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    assert write_lists(path, places(5)) == 5
    table = pq.read_table(path)
    assert table.column_names == ["user_id", "rank", "item_id", "score"]
    assert table.column("user_id").to_pylist() == ["u0", "u0", "u1", "u1", "u2"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_former_file_and_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    write_lists(path, places(2))

    def broken() -> Iterator[tuple[str, RankedItem]]:
        yield from places(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lists(path, broken())
    assert pq.read_table(path).num_rows == 2
    assert list(tmp_path.iterdir()) == [path]
