"""A team's home keeps no user id, and shows nobody what too few have in common."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from temporec_mcp.domain.events import Item
from temporec_mcp.domain.ranking import RankRequest, Recommendation
from temporec_mcp.domain.seeing import EventQuestion
from temporec_mcp.errors import InvalidInputError, StoreDamagedError
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter
from temporec_mcp.store.pseudonyms import Pseudonyms
from tests.store.helpers import NOW, commit, event, log_of

NAME = "ann.canary@example.org"


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEMPOREC_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def hidden(path: Path, keys: Path) -> Iterator[Store]:
    """Give a store that keeps pseudonyms."""
    store = Store.open(path)
    store.protection.use_pseudonyms()
    yield store
    store.close()


def answer_for(user_id: str) -> Recommendation:
    return Recommendation("r1", RankRequest(user_id, (), 1, NOW), None, "popular", True, (), 1)


def test_a_user_is_known_by_the_plain_id_and_no_byte_of_the_home_has_it(hidden: Store, path: Path) -> None:
    assert commit(hidden, [event(NAME, "tea"), event("bob", "tea")]).accepted == 2
    hidden.events.add([event(NAME, "rum", hours=1)], NOW)
    assert commit(hidden, [event(NAME, "tea"), event(NAME, "rum", hours=1)]).duplicates == 2
    hidden.users.set_timezone(NAME, "Asia/Shanghai")
    hidden.recommendations.add(answer_for(NAME), NOW)
    hidden.recommendations.flush()
    assert hidden.users.timezone(NAME) == "Asia/Shanghai"
    assert len(log_of(hidden, NAME).items_N) == 2
    assert hidden.seen.page(EventQuestion(NAME)).found == 2
    assert [given.recommendation_id for given in hidden.seen.answers(NAME)] == ["r1"]
    assert hidden.corrections.of_item(NAME, "rum") == [3]
    assert all(name.startswith("p-") for name in log_of(hidden).user_ids)
    hidden.close()
    needles = (NAME.encode(), b"canary")
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    assert len(files) > 2
    assert [file.name for file in files if any(needle in file.read_bytes() for needle in needles)] == []


def test_a_pseudonym_needs_the_key_and_is_taken_for_itself(hidden: Store) -> None:
    one, other = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
    assert one.of(NAME) != other.of(NAME) != NAME
    assert one.of(one.of(NAME)) == one.of(NAME)
    assert Pseudonyms().of(NAME) == NAME
    commit(hidden, [event(NAME, "tea")])
    (pseudonym,) = log_of(hidden).user_ids
    assert len(log_of(hidden, pseudonym).items_N) == 1


def test_the_home_opens_only_with_its_key_which_is_private_and_lies_elsewhere(
    hidden: Store, path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(hidden, [event(NAME, "tea")])
    hidden.protection.use_pseudonyms()
    hidden.close()
    (key,) = keys.iterdir()
    assert key.stat().st_mode & 0o777 == 0o600 and keys.stat().st_mode & 0o777 == 0o700
    content = key.read_bytes()
    key.unlink()
    with pytest.raises(StoreDamagedError, match="Put the key back"):
        Store.open(path)
    key.write_bytes(b"another")
    with pytest.raises(StoreDamagedError, match="not the one"):
        Store.open(path)
    key.write_bytes(content)
    again = Store.open(path)
    assert again.users.exists(NAME)
    again.close()
    monkeypatch.setenv("TEMPOREC_KEYS", str(path.parent / "keys"))
    other = Store.open(path.with_name("other.duckdb"))
    with pytest.raises(InvalidInputError, match="inside the home"):
        other.protection.use_pseudonyms()
    other.close()


def test_a_forgotten_pseudonym_takes_its_copies_along(hidden: Store) -> None:
    commit(hidden, [event(NAME, "tea"), event("bob", "tea")])
    hidden.recommendations.add(answer_for(NAME), NOW)
    hidden.back_up(None, NOW + timedelta(days=1))
    removed = hidden.users.forget(NAME)
    assert (removed["events"], removed["recommendations"], removed["safety_copies"]) == (1, 1, 1)
    assert not hidden.users.has_traces(NAME) and hidden.users.exists("bob")


def test_what_fewer_than_k_have_in_common_is_nobody_elses(store: Store, path: Path) -> None:
    store.items.save([Item("listed", "Listed")], NOW)
    users = ("ann", "bob", "cid")
    commit(store, [event(user, item) for user in users for item in ("three", "listed")])
    commit(store, [event(user, "two") for user in users[:2]])
    commit(store, [event("ann", "one")])
    table = store.items.table()
    assert [table.item_ids[number] for number in table.public_V.nonzero()[0]] == ["listed", "three", "two"]
    store.protection.set_min_users(3)
    check_that_two_are_too_few(store)
    store.close()
    again = Store.open(path)
    check_that_two_are_too_few(again)
    again.close()


def check_that_two_are_too_few(store: Store) -> None:
    table = store.items.table()
    assert [table.item_ids[number] for number in table.public_V.nonzero()[0]] == ["listed", "three"]
    everybody = store.events.log(table.item_nos_V, EventFilter(is_aggregate=True))
    assert {table.item_ids[number] for number in everybody.items_N} == {"listed", "three"}
    assert len(log_of(store, "ann").items_N) == 4


def test_under_a_promise_only_what_a_catalogue_names_is_learnt_however_many_use_it(path: Path) -> None:
    store = Store.open(path)
    store.items.save([Item("film 1"), Item("diary", title="Diary", is_catalogue=False)], NOW)
    commit(store, [event(user, item) for user in ("ann", "bob", "cyd") for item in ("film 1", "diary", "unnamed")])
    store.protection.set_min_users(4)
    assert store.protection.promise(3.0) == ()
    store.close()
    store = Store.open(path)
    assert store.protection.get().epsilon == 3.0
    table = store.items.table()
    learnt = store.events.log(table.item_nos_V, EventFilter(is_aggregate=True))
    assert [learnt.item_ids[item] for item in learnt.items_N] == ["film 1"] * 3
    assert [item.item_id for item, is_public in zip(table.items, table.public_V, strict=True) if is_public] == [
        "film 1"
    ]
    assert len(log_of(store).items_N) == 9
    store.close()
