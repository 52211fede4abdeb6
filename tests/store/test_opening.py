"""Opening a home: what it makes, what it refuses, and what the message then says."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from temporec_mcp.errors import StoreBusyError, StoreDamagedError
from temporec_mcp.store.database import Store
from temporec_mcp.store.files import log_of
from temporec_mcp.store.marks import read_marks
from temporec_mcp.store.migrate import available
from temporec_mcp.store.queries import query
from tests.store.helpers import commit, contents, event

HOLDS_THE_STORE = """
import sys
from pathlib import Path
from temporec_mcp.store.database import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""
COMMITS_AND_HANGS = """
import sys
from pathlib import Path
from temporec_mcp.store.database import Store
from tests.store.helpers import commit, event
store = Store.open(Path(sys.argv[1]))
for number in range(5):
    commit(store, [event(item=f"item-{number}")])
    print(number, flush=True)
sys.stdin.read()
"""

FILLS_THE_DISK = """
import resource, signal, sys
from pathlib import Path
from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.database import Store
from tests.store.helpers import commit, event
store = Store.open(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_100_000, resource.RLIM_INFINITY))
acknowledged = 0
try:
    while True:
        acknowledged += commit(store, [event(f"{acknowledged}-{n}", text="words " * 600) for n in range(100)]).accepted
except StoreDamagedError as error:
    print(acknowledged, error)
"""


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_STORE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def change_ledger(path: Path, sql: str) -> None:
    Store.open(path).close()
    with duckdb.connect(path) as connection:
        connection.execute(sql)


def test_a_second_process_is_told_which_one_has_the_home(path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(StoreBusyError, match=rf"pid {holder.pid}.*End process {holder.pid}"):
        Store.open(path)


def test_what_was_committed_survives_the_death_of_the_process(path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMITS_AND_HANGS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    store = Store.open(path)
    assert len(acknowledged) == len(contents(store)) == 5
    assert commit(store, [event(item=f"item-{number}") for number in range(6)]).accepted == 1
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="a small disk is played by a POSIX limit")
def test_a_full_disk_is_told_and_nothing_acknowledged_is_lost(path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", FILLS_THE_DISK, str(path)], capture_output=True, text=True, check=True)
    acknowledged, message = run.stdout.split(maxsplit=1)
    assert "could not be written" in message
    assert "Make room on the disk" in message
    store = Store.open(path)
    assert store.events.counts()["events"] == int(acknowledged) > 0
    store.close()


def test_a_home_that_is_closed_from_another_thread_is_free_and_marked_as_whole(path: Path) -> None:
    with ThreadPoolExecutor(1) as thread:
        store = thread.submit(Store.open, path).result()
    store.close()
    assert read_marks(path).is_clean
    Store.open(path).close()


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX idea")
def test_the_file_and_a_new_folder_are_private(path: Path) -> None:
    store = Store.open(path)
    commit(store, [event()])
    assert stat.S_IMODE(log_of(path).stat().st_mode) == 0o600
    store.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX idea")
def test_a_folder_that_was_there_keeps_its_mode(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    path.parent.chmod(0o755)
    Store.open(path).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


def test_a_file_that_is_no_database_is_left_alone_and_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("holiday photos" * 1000)
    with pytest.raises(StoreDamagedError, match=r"temporec\.duckdb cannot be opened.*safety copy"):
        Store.open(path)
    assert path.read_text() == "holiday photos" * 1000


def test_opening_again_applies_no_migration_twice(path: Path) -> None:
    for _ in range(2):
        Store.open(path).close()
    with duckdb.connect(path) as connection:
        ledger = connection.execute("SELECT version, name, sha256 FROM migrations ORDER BY version").fetchall()
    assert ledger == [(migration.version, migration.name, migration.sha256) for migration in available()]


def test_migrations_are_numbered_without_gaps() -> None:
    assert [migration.version for migration in available()] == list(range(1, len(available()) + 1))


def test_a_changed_migration_is_refused_with_its_name(path: Path) -> None:
    change_ledger(path, "UPDATE migrations SET sha256 = 'other' WHERE version = 1")
    with pytest.raises(StoreDamagedError, match=r"0001_first_tables\.sql.*Reinstall"):
        Store.open(path)


def test_a_file_of_a_newer_version_is_refused_with_the_way_out(path: Path) -> None:
    change_ledger(path, "INSERT INTO migrations VALUES (9999, '9999_later.sql', 'hash', '2030-01-01')")
    with pytest.raises(StoreDamagedError, match=r"newer version.*9999.*Install the newest"):
        Store.open(path)


def test_a_refused_file_is_closed_again(path: Path) -> None:
    change_ledger(path, "INSERT INTO migrations VALUES (9999, '9999_later.sql', 'hash', '2030-01-01')")
    # The fault is kept, because it would keep a forgotten connection open with it.
    with pytest.raises(StoreDamagedError) as refused:
        Store.open(path)
    with duckdb.connect(path) as connection:
        connection.execute("DELETE FROM migrations WHERE version = 9999")
    Store.open(path).close()
    assert refused.value.next_step


@pytest.mark.parametrize("released", range(1, len(available())))
def test_a_home_of_every_released_schema_is_brought_up_to_date_with_what_it_holds(path: Path, released: int) -> None:
    path.parent.mkdir()
    with duckdb.connect(path) as connection:
        connection.execute(query("schema/create_ledger").sql)
        for migration in available()[:released]:
            connection.execute(migration.sql)
            row = (migration.version, migration.name, migration.sha256, datetime(2026, 1, 1))
            connection.execute("INSERT INTO migrations VALUES (?, ?, ?, ?)", row)
        connection.execute("INSERT INTO users VALUES (1, 'ann', 'Europe/Berlin')")
        connection.execute(
            "INSERT INTO items BY NAME SELECT 1 AS item_no, 'tea' AS item_id, [] AS categories, [] AS creators, "
            "[] AS tags, '{}' AS attributes, true AS is_available, false AS is_catalogue, 1 AS first_user_no, "
            "false AS is_shared, TIMESTAMP '2026-01-01' AS updated_at"
        )
        connection.execute(
            "INSERT INTO events BY NAME SELECT 1 AS event_seq, uuid() AS identity, 1 AS user_no, 1 AS item_no, "
            "'view' AS action, TIMESTAMP '2026-01-01' AS happened_at, false AS is_date_only, "
            "TIMESTAMP '2026-01-01' AS received_at"
        )
        held = connection.execute(query("high_water/held").sql).fetchone()
        assert held is not None
        connection.execute("UPDATE high_water SET event_seq = 1, user_no = 1, item_no = 1")
        if released > 1:
            connection.execute("UPDATE high_water SET event_count = ?, digest = ?", held)
    store = Store.open(path)
    assert [row[:3] for row in contents(store)] == [("ann", "tea", "view")]
    assert commit(store, [event("ann", "tea"), event("bob", "tea")]).accepted == 2
    assert store.corrections.remove([1], datetime(2026, 2, 1, tzinfo=UTC)).events == 1
    assert store.users.timezone("ann") == "Europe/Berlin"
    store.close()
    again = Store.open(path)
    assert len(contents(again)) == 2
    again.close()
