"""What was acknowledged is marked beside the database, and what is missing from the database is told."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest

from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.database import Store
from temporec_mcp.store.files import log_of
from temporec_mcp.store.marks import marks_path, read_marks
from tests.store.helpers import commit, contents, event

LOGS_AND_DIES = """
import os, sys
from pathlib import Path
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, event
store = Store.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    store.events.add([event(item=f"item {number}", text="words " * 20)], NOW)
os._exit(1)
"""
HEADER_BYTES = 64
LOGGED = 6


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose process died after LOGGED acknowledged events, on top of one that lies in the file."""
    path = tmp_path_factory.mktemp("home") / "temporec.duckdb"
    store = Store.open(path)
    commit(store, [event(item="first")])
    store.close()
    subprocess.run([sys.executable, "-c", LOGS_AND_DIES, str(path), str(LOGGED)], check=False)
    assert log_of(path).exists()
    return path


@pytest.fixture
def path(died: Path, tmp_path: Path) -> Path:
    """A copy of that home, to be opened or damaged."""
    home = tmp_path / "home"
    shutil.copytree(died.parent, home)
    return home / died.name


def left_behind(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir() if file.is_dir() and file.name != "backups")


def test_after_an_unclean_stop_everything_is_there_and_no_copy_stays(path: Path) -> None:
    store = Store.open(path)
    assert len(contents(store)) == LOGGED + 1
    assert left_behind(path) == []
    store.close()


def test_what_a_damaged_log_lost_is_told_once_with_its_time_and_the_files_are_kept(path: Path) -> None:
    log = log_of(path).read_bytes()
    log_of(path).write_bytes(log[: len(log) * 2 // 3])
    when = re.escape(read_marks(path).marks[-1].at)
    with pytest.raises(StoreDamagedError, match=rf"changes with \d new events, from .* to {when}, are missing") as told:
        Store.open(path)
    assert "temporec-mcp restore" in told.value.next_step
    (kept,) = left_behind(path)
    assert kept in told.value.what
    assert (path.parent / kept / log_of(path).name).read_bytes() == log[: len(log) * 2 // 3]
    store = Store.open(path)
    assert 0 < len(contents(store)) < LOGGED + 1
    commit(store, [event(item="later")])
    store.close()
    Store.open(path).close()


def test_a_database_that_was_replaced_by_an_older_one_is_noticed(path: Path, tmp_path: Path) -> None:
    store = Store.open(path)
    store.close()
    older = tmp_path / "older"
    shutil.copyfile(path, older)
    store = Store.open(path)
    commit(store, [event(item="newer")])
    store.close()
    shutil.copyfile(older, path)
    with pytest.raises(StoreDamagedError, match="changes with 1 new events"):
        Store.open(path)


def test_events_that_were_taken_out_behind_the_store_s_back_are_noticed_after_an_unclean_stop(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("DELETE FROM events WHERE event_seq = 3")
    with pytest.raises(StoreDamagedError, match=f"should have {LOGGED + 1} events and has {LOGGED}"):
        Store.open(path)


def cut_last_line(marks: bytes) -> bytes:
    return marks[:-10]


def flip_a_bit_of_the_last_line(marks: bytes) -> bytes:
    return marks[:-20] + bytes([marks[-20] ^ 1]) + marks[-19:]


@pytest.mark.parametrize("damage", [cut_last_line, flip_a_bit_of_the_last_line, lambda _: b""])
def test_damaged_marks_of_a_whole_database_cost_nothing(path: Path, damage: Callable[[bytes], bytes]) -> None:
    marks_path(path).write_bytes(damage(marks_path(path).read_bytes()))
    store = Store.open(path)
    assert len(contents(store)) == LOGGED + 1
    store.close()
    assert read_marks(path).is_clean


def test_a_home_without_marks_begins_them(path: Path) -> None:
    marks_path(path).unlink()
    store = Store.open(path)
    assert len(contents(store)) == LOGGED + 1
    assert not read_marks(path).is_clean
    store.close()


def test_marks_are_private_and_name_nobody(path: Path) -> None:
    assert marks_path(path).stat().st_mode & 0o777 == 0o600
    assert b"ann" not in marks_path(path).read_bytes()
    assert b"item" not in marks_path(path).read_bytes()


def outcome(path: Path) -> Sequence[object]:
    """Give what a client would see: all events, or the fault that tells."""
    try:
        store = Store.open(path)
    except StoreDamagedError as fault:
        return [fault.next_step]
    try:
        return contents(store)
    except StoreDamagedError as fault:
        return [fault.next_step]
    finally:
        store.close()


@pytest.mark.parametrize("name", ["log", "file", "marks"])
def test_a_flipped_bit_is_mended_or_told_and_never_wrong_in_silence(died: Path, tmp_path: Path, name: str) -> None:
    target = {"log": log_of(died), "file": died, "marks": marks_path(died)}[name]
    whole = target.read_bytes()
    pristine = tmp_path / "pristine"
    shutil.copytree(died.parent, pristine)
    everything = outcome(pristine / died.name)
    assert len(everything) == LOGGED + 1
    step = max(HEADER_BYTES, len(whole) // 12 // HEADER_BYTES * HEADER_BYTES)
    for offset in range(0, len(whole), step):
        home = tmp_path / f"{name} {offset}"
        shutil.copytree(died.parent, home)
        damaged = bytearray(whole)
        damaged[offset] ^= 1 << (offset // HEADER_BYTES % 8)
        (home / target.name).write_bytes(damaged)
        seen = outcome(home / died.name)
        assert seen == everything or "restore" in str(seen[0]), (name, offset, seen)


@pytest.mark.skipif(os.name != "posix", reason="a small disk is played by a POSIX limit")
def test_after_a_full_disk_the_same_process_goes_on_when_there_is_room(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FILLS_AND_GOES_ON, str(tmp_path / "home" / "temporec.duckdb")],
        capture_output=True,
        text=True,
        check=True,
    )
    acknowledged, held = run.stdout.split()
    assert int(held) == int(acknowledged) > 0


FILLS_AND_GOES_ON = """
import resource, signal, sys
from pathlib import Path
from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, commit, contents, event
store = Store.open(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
acknowledged = 0
def fill(batch):
    return store.events.add(batch, NOW).accepted
for _ in range(2):
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_100_000 if acknowledged == 0 else 4_000_000, most))
    try:
        while True:
            batch = [event(f"{acknowledged}-{n}", text="words " * 600) for n in range(40)]
            acknowledged += fill(batch)
    except StoreDamagedError as error:
        assert "Make room" in error.next_step
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
acknowledged += fill(batch)
print(acknowledged, len(contents(store)))
store.close()
"""
