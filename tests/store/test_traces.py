"""What a person corrects, removes or takes back leaves no byte behind, in the safety copies neither."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from temporec_mcp.domain.seeing import Edit
from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.copies import backups_of
from temporec_mcp.store.database import Store
from temporec_mcp.store.files import log_of
from tests.store.helpers import NOW, commit, contents, event
from tests.store.test_corrections import LATER, bring, seqs

CANARY = "canary 7741"
REMOVES_LOGS_AND_DIES = """
import os, sys
from pathlib import Path
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, event
store = Store.open(Path(sys.argv[1]))
store.corrections.remove([1], NOW)
store.events.add([event("cid", text="words " * 20)], NOW)
os._exit(1)
"""


def files_with(path: Path, needle: str) -> list[str]:
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    return sorted(file.name for file in files if needle.encode() in file.read_bytes())


def test_what_a_person_removes_or_corrects_leaves_the_safety_copies_and_a_fresh_one_is_made(path: Path) -> None:
    store = Store.open(path)
    commit(store, [event(item="tea"), event("ann", None, 1, action="search", text=CANARY), event("bob", CANARY)])
    commit(store, [event("cid")])
    old = store.back_up(None, NOW)
    kept_elsewhere = store.back_up(path.parent.parent / "mine.duckdb", NOW)
    store.corrections.remove([1, 2], LATER)
    store.close()
    assert files_with(path, CANARY) == sorted([path.name, *(copy.name for copy in backups_of(path))])
    store = Store.open(path)
    store.corrections.remove(seqs(store, "bob"), LATER)
    store.close()
    assert files_with(path, CANARY) == []
    assert len(backups_of(path)) == 1 and old not in backups_of(path)
    assert CANARY.encode() in kept_elsewhere.read_bytes()


def test_a_corrected_event_replaces_the_copies_that_have_it_as_it_was(path: Path) -> None:
    store = Store.open(path)
    commit(store, [event(action=CANARY)])
    store.close()
    assert files_with(path, CANARY) == sorted([path.name, backups_of(path)[0].name])
    store = Store.open(path)
    store.corrections.correct([Edit("correct", event_seq=1, action="view")], LATER)
    store.close()
    assert files_with(path, CANARY) == []
    assert len(backups_of(path)) == 1


def test_where_something_is_missing_the_copies_stay_for_whoever_needs_them(path: Path) -> None:
    store = Store.open(path)
    commit(store, [event(), event("bob")])
    copy = store.back_up(None, NOW)
    store.close()
    subprocess.run([sys.executable, "-c", REMOVES_LOGS_AND_DIES, str(path)], check=False)
    log_of(path).write_bytes(log_of(path).read_bytes()[:-100])
    with pytest.raises(StoreDamagedError, match="missing"):
        Store.open(path)
    Store.open(path).close()
    assert copy.exists()


def test_an_undone_import_gives_back_what_it_corrected(path: Path) -> None:
    store = Store.open(path)
    ratings = [event(item=item, action="rate", value=2.0) for item in ("tea", "rum", "gin")]
    commit(store, ratings)
    first = bring(store, [event(item=item, action="rate", value=4.0) for item in ("tea", "rum", "gin", "ale")])
    assert (first.updated, first.accepted, first.import_id) == (3, 1, 1)
    store.corrections.correct([Edit("correct", event_seq=2, value=3.0)], LATER)
    store.events.add([event(item="gin", action="rate", value=5.0)], LATER)
    assert store.corrections.find_import(1).corrections == 2
    undone = store.corrections.undo_import(1, LATER)
    assert (undone.events, undone.restored) == (1, 1)
    assert [(row[1], row[4]) for row in contents(store)] == [("gin", 5.0), ("rum", 3.0), ("tea", 2.0)]
    store.close()


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_imports_that_corrected_one_event_are_undone_in_any_order(path: Path, order: tuple[int, int]) -> None:
    store = Store.open(path)
    commit(store, [event(action="rate", value=2.0)])
    for value in (4.0, 5.0):
        bring(store, [event(action="rate", value=value)])
    store.corrections.undo_import(order[0], LATER)
    assert [row[4] for row in contents(store)] == [5.0 if order[0] == 1 else 4.0]
    store.corrections.undo_import(order[1], LATER + timedelta(minutes=1))
    assert [row[4] for row in contents(store)] == [2.0]
    store.close()


def test_the_note_of_a_correction_goes_with_its_user(path: Path) -> None:
    store = Store.open(path)
    commit(store, [event("ann", None, action="search", text=CANARY), event("bob")])
    bring(store, [event("ann", None, action="search", text="other words")])
    store.users.forget("ann")
    store.close()
    assert files_with(path, CANARY) == []
