"""Writes lists as Parquet; the one place that knows the untyped pyarrow."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyarrow ships no type information.

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from temporec_mcp.domain.ranking import RankedItem

BATCH_LENGTH = 100_000
"""Rows written at a time."""


def write_lists(path: Path, places: Iterator[tuple[str, RankedItem]]) -> int:
    """Write user_id, rank, item_id and score of each place, and give how many there were.

    The file appears, or is replaced, only when it is complete.
    """
    schema = pa.schema(
        [("user_id", pa.string()), ("rank", pa.int32()), ("item_id", pa.string()), ("score", pa.float64())]
    )
    unfinished = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with pq.ParquetWriter(unfinished, schema) as writer:
            while batch := list(islice(places, BATCH_LENGTH)):
                count += len(batch)
                columns = {
                    "user_id": [user_id for user_id, _ in batch],
                    "rank": [item.rank for _, item in batch],
                    "item_id": [item.item_id for _, item in batch],
                    "score": [item.score for _, item in batch],
                }
                writer.write_table(pa.table(columns, schema=schema))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count
