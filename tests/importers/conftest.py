from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from temporec_mcp.domain.events import Event, Item
from temporec_mcp.importers.history import ImportOptions, open_history

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIXTURES = Path(__file__).parents[1] / "fixtures"


@dataclass
class History:
    """Everything that a history gave, with the accounting checked."""

    format: str
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    events: list[Event]
    items: list[Item]
    row_count: int
    dropped: Counter[str]


def read(path: Path, **options: object) -> History:
    history = open_history(path, ImportOptions(now=NOW, **options))
    events: list[Event] = []
    items: list[Item] = []
    row_count, dropped = 0, Counter[str]()
    for batch in history.batches():
        assert len(batch.rows) == len(batch.events)
        assert batch.row_count == len(set(batch.rows)) + batch.item_rows + batch.dropped.total()
        assert all(row_count <= row < row_count + batch.row_count for row in batch.rows)
        events += batch.events
        items += batch.items
        row_count += batch.row_count
        dropped += batch.dropped
    return History(history.format, history.questions, history.notes, events, items, row_count, dropped)


def write(path: Path, lines: Sequence[str], encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
    return path


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A small data set in RecBole's form, with files beside it that are no events."""
    folder = tmp_path / "films"
    write(
        folder / "films.inter",
        [
            "user_id:token\titem_id:token\trating:float\ttimestamp:float",
            "196\t242\t3\t881250949",
            '186\t302\t4.5\t"891717742',
            "22\t242\t1\t878887116",
        ],
    )
    write(
        folder / "films.item",
        [
            "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq",
            "242\tKolya\t1996\tComedy Children's",
            '302\tThe "Best" Film\t1997\tSci-Fi',
            "303\tUlee's Gold\t\tDrama",
        ],
    )
    write(folder / "films.kg", ["head_id:token\trelation_id:token\ttail_id:token", "m.1\tfilm.producer\tm.2"])
    write(folder / "films.link", ["item_id:token\tentity_id:token", "242\tm.1"])
    write(folder / "films.user", ["user_id:token\tage:token", "196\t49"])
    return folder
