from collections.abc import Sequence
from pathlib import Path

import pytest

from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.behind import WriteBehind
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.opening import open_database


def test_what_could_not_be_committed_goes_on_waiting_and_is_written_once(path: Path) -> None:
    path.parent.mkdir()
    database = open_database(path)
    written: list[str] = []
    is_broken = True

    def write(cursor: Cursor, records: Sequence[str]) -> None:
        if is_broken:
            cursor.script("ROLLBACK")  # so the commit that follows fails
        else:
            written.extend(records)

    behind = WriteBehind(database, write)
    behind.add("first")
    with pytest.raises(StoreDamagedError):
        behind.flush()
    behind.add("second")
    is_broken = False
    behind.flush()
    behind.close()
    database.close()
    assert written == ["first", "second"]
