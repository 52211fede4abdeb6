"""The store takes little memory: what does not fit goes to the disk, and leaves it again."""

from datetime import timedelta
from pathlib import Path

import pytest

from temporec_mcp.domain.events import Event
from temporec_mcp.errors import StoreBusyError
from temporec_mcp.store import connecting
from temporec_mcp.store.database import Store
from temporec_mcp.store.files import spilled
from tests.store.helpers import NOW, contents

MEBIBYTE = 1024**2
EVENTS = [
    Event(f"user {n % 7}", f"item {n % 999}", "view", NOW - timedelta(minutes=n), text=f"note {n}" * 40)
    for n in range(40_000)
]


def imported(path: Path) -> tuple[bool, list[tuple[str, str, str, float, float]]]:
    """Import the events; tell whether some went to the disk on the way, and what is there afterwards."""
    store = Store.open(path)
    with store.events.stage() as staging:
        for first in range(0, len(EVENTS), 10_000):
            staging.add(EVENTS[first : first + 10_000])
        staging.preview()
        was_spilled = any(spilled(path).glob("*"))
        assert staging.commit(NOW, "csv").accepted == len(EVENTS)
    held = contents(store)
    store.close()
    return was_spilled, held


def test_an_import_beyond_the_memory_goes_to_the_disk_and_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = imported(tmp_path / "wide" / "temporec.duckdb")
    monkeypatch.setattr(connecting, "MEMORY_BYTES", 48 * MEBIBYTE)
    narrow = imported(tmp_path / "narrow" / "temporec.duckdb")
    assert (wide[0], narrow[0]) == (False, True)
    assert wide[1] == narrow[1]
    assert not spilled(tmp_path / "narrow" / "temporec.duckdb").exists()


def test_what_a_death_left_on_the_disk_is_gone_when_the_home_opens(path: Path) -> None:
    spilled(path).mkdir(parents=True)
    (spilled(path) / "duckdb_temp_storage_DEFAULT-0.tmp").write_text("a canary")
    Store.open(path).close()
    assert not spilled(path).exists()


def test_what_fits_nowhere_is_refused_in_words_and_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "MEMORY_BYTES", 6 * MEBIBYTE)
    store = Store.open(path)
    with pytest.raises(StoreBusyError, match="more memory than"), store.events.stage() as staging:
        staging.add(EVENTS)
        staging.commit(NOW, "csv")
    assert contents(store) == []
    assert store.events.add(EVENTS[:3], NOW).accepted == 3
    store.close()
