"""A home that knows its users by their ids turns to pseudonyms: nothing is lost, and no byte names anybody."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from temporec_mcp.domain.events import Event
from temporec_mcp.domain.ranking import RankRequest, Recommendation
from temporec_mcp.domain.seeing import Edit, EventQuestion
from temporec_mcp.errors import StoreBusyError
from temporec_mcp.store.copies import backups_of
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, contents, event, log_of
from tests.store.test_corrections import bring, seqs
from tests.store.test_traces import files_with

NAME = "ann.canary@example.org"
FILE = [
    *(event(NAME, "tea", action="play", value=value) for value in (1.0, 2.0, 3.0)),
    event(NAME, "rum", 1),
    event(NAME, "gin", 2),
    event(NAME, None, 3, action="search", text="slow"),
    event(NAME, "named", 4, event_id="mine"),
    event("bob", "tea"),
]
CONVERTS_AND_DIES = """
import os, sys
from pathlib import Path
from temporec_mcp.store import {module}
from temporec_mcp.store.database import Store
{module}.{name} = lambda *_: os._exit(1)
Store.open(Path(sys.argv[1])).protection.use_pseudonyms()
"""


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEMPOREC_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def lived_in(path: Path) -> Store:
    """A home with imported and logged events, one removed, one moved, an answer, a zone and a safety copy."""
    store = Store.open(path)
    bring(store, FILE)
    store.events.add([event(NAME, "ale", 5)], NOW)
    store.corrections.remove(seqs(store, NAME, item_id="rum"), NOW)
    moved = seqs(store, NAME, item_id="gin")[0]
    store.corrections.correct([Edit("correct", event_seq=moved, action="like")], NOW)
    store.users.set_timezone(NAME, "Asia/Shanghai")
    store.back_up(None, NOW)
    store.recommendations.add(Recommendation("r1", RankRequest(NAME, (), 1, NOW), None, "popular", True, (), 1), NOW)
    return store


def shape(store: Store) -> list[tuple[str, str, float, float]]:
    return [row[1:] for row in contents(store) if row[0] != "bob"]


def test_no_byte_of_a_converted_home_names_anybody_and_everything_is_still_there(path: Path) -> None:
    store = lived_in(path)
    before = sorted(row[1:] for row in contents(store))
    assert store.protection.use_pseudonyms()
    assert files_with(path, NAME) == [] and backups_of(path) == []
    assert sorted(row[1:] for row in contents(store)) == before
    assert all(name.startswith("p-") for name in log_of(store).user_ids)
    assert store.users.timezone(NAME) == "Asia/Shanghai"
    assert store.recommendations.given("r1").request.user_id == store.users.kept_as(NAME)
    store.close()
    assert files_with(path, NAME) == [] and len(backups_of(path)) == 1
    again = Store.open(path)
    assert again.seen.page(EventQuestion(NAME)).found == 7
    assert again.users.forget(NAME)["events"] == 7
    assert [row[1] for row in contents(again)] == ["tea"]
    again.close()


def test_files_and_logged_events_that_come_again_are_known_by_their_pseudonyms(path: Path) -> None:
    store = lived_in(path)
    store.protection.use_pseudonyms()
    for _ in range(2):
        again = bring(store, FILE)
        assert (again.accepted, again.updated, again.removed, again.duplicates) == (0, 0, 1, len(FILE) - 1)
        store.close()
        store = Store.open(path)
    assert store.events.add([event(NAME, "ale", 5)], NOW).duplicates == 1
    assert store.events.add([event(NAME, "rum", 1)], NOW).accepted == 1
    assert bring(store, [event(NAME, "tea", action="play", value=4.0)]).updated == 1
    store.close()


def test_a_logger_that_knew_the_ids_knows_the_pseudonyms(path: Path) -> None:
    store = Store.open(path)
    store.events.add([event(NAME, "tea")], NOW)
    store.protection.use_pseudonyms()
    assert store.events.add([event(NAME, "tea")], NOW).duplicates == 1
    assert store.events.add([event(NAME, "rum")], NOW).accepted == 1
    assert len(log_of(store, NAME).items_N) == 2
    store.close()


def test_what_is_on_its_way_while_the_home_turns_is_sent_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporec_mcp.store.erasure.PATIENCE_SECONDS", 0.0)
    store = Store.open(path)
    with pytest.raises(StoreBusyError, match="pseudonyms"), store.events.stage() as staging:
        staging.add(FILE)
        store.protection.use_pseudonyms()
        staging.commit(NOW, "csv")
    assert bring(store, FILE).accepted == len(FILE)
    store.close()
    assert files_with(path, NAME) == []


@pytest.mark.parametrize(("module", "name"), [("protection", "finish_erasure"), ("erasure", "destroy_copies")])
def test_a_death_after_the_renaming_is_finished_by_the_next_opening(path: Path, module: str, name: str) -> None:
    lived_in(path).close()
    subprocess.run([sys.executable, "-c", CONVERTS_AND_DIES.format(module=module, name=name), str(path)], check=False)
    assert files_with(path, NAME)
    store = Store.open(path)
    assert store.seen.page(EventQuestion(NAME)).found == 7
    assert files_with(path, NAME) == []
    store.close()


def test_a_death_before_it_leaves_the_home_as_it_was(path: Path) -> None:
    lived_in(path).close()
    dies = CONVERTS_AND_DIES.format(module="protection", name="key_check")
    subprocess.run([sys.executable, "-c", dies, str(path)], check=False)
    store = Store.open(path)
    assert store.protection.get().key_name is None
    assert NAME in log_of(store).user_ids
    assert bring(store, FILE).duplicates == len(FILE) - 1
    store.close()


def test_equal_events_of_a_file_are_told_apart_as_before(path: Path) -> None:
    store = Store.open(path)
    plays: list[Event] = [event(NAME, "tea", action="play", value=float(number)) for number in range(12)]
    bring(store, plays)
    store.corrections.remove([1, 2, 12], NOW + timedelta(minutes=1))
    store.protection.use_pseudonyms()
    assert bring(store, plays).accepted == 0
    assert len(shape(store)) == 9
    store.close()
