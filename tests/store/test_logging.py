"""Logged events take a short way into the store; what comes of it is the same as by the long way."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from temporec_mcp.domain.events import Event, Item
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import StageCounts
from temporec_mcp.store.marks import read_marks
from tests.store.helpers import NOW, commit, contents, event, log_of

# Few different values, so that calls meet the same users, items and identities again and again.
EVENTS = some.builds(
    event,
    user=some.sampled_from(["ann", "bob"]),
    item=some.sampled_from(["tea", "cake", "绿茶", None]),
    hours=some.sampled_from([0.0, 1.0, 2.0]),
    value=some.sampled_from([None, 3.0, float("nan")]),
    text=some.sampled_from([None, None, "good"]),
    event_id=some.sampled_from([None, None, "e1", "e2"]),
)
CALLS = some.lists(some.lists(EVENTS, max_size=3), max_size=4)
WORLDS = count()


def log(store: Store, events: Sequence[Event]) -> StageCounts:
    return store.events.add(events, NOW)


@pytest.fixture(scope="module")
def two_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    stores = [Store.open(tmp_path_factory.mktemp("home") / "temporec.duckdb") for _ in range(2)]
    yield stores[0], stores[1]
    for store in stores:
        store.close()


def in_world(world: int, event: Event) -> Event:
    """Give the event with names that no other example shares."""
    item_id = None if event.item_id is None else f"{world} {event.item_id}"
    event_id = None if event.event_id is None else f"{world} {event.event_id}"
    return replace(event, user_id=f"{world} {event.user_id}", item_id=item_id, event_id=event_id)


@settings(max_examples=30, deadline=None)
@given(CALLS)
def test_the_short_way_and_the_long_way_come_to_the_same(
    two_stores: tuple[Store, Store], calls: list[list[Event]]
) -> None:
    short, long = two_stores
    world = next(WORLDS)
    for call in calls:
        mine = [in_world(world, event) for event in call]
        assert log(short, mine) == commit(long, mine)
    assert contents(short) == contents(long)
    short_table, long_table = short.items.table(), long.items.table()
    assert short_table.items == long_table.items
    assert short_table.public_V.tolist() == long_table.public_V.tolist()
    assert log_of(short).seqs_N.tolist() == log_of(long).seqs_N.tolist()


def test_an_event_that_came_by_the_long_way_is_known_to_the_short_one(store: Store) -> None:
    log(store, [event(hours=1)])
    commit(store, [event(hours=2)])
    assert [log(store, [event(hours=hours)]).duplicates for hours in (1, 2, 3)] == [1, 1, 0]
    assert commit(store, [event(hours=3)]).duplicates == 1


def test_an_event_of_before_the_opening_is_known(path: Path) -> None:
    for expected in (1, 0):
        store = Store.open(path)
        assert log(store, [event()]).accepted == expected
        store.close()


def test_a_correction_is_one_by_the_short_way_too(store: Store) -> None:
    log(store, [event(action="rate", value=3.0)])
    counts = log(store, [event(action="rate", value=4.5)])
    assert (counts.accepted, counts.updated) == (0, 1)
    assert [row[-1] for row in contents(store)] == [4.5]


def test_names_that_others_change_are_looked_up_again(store: Store) -> None:
    log(store, [event("ann", "tea"), event("ann", "milk")])
    store.items.save([Item("tea", title="Tea")], NOW)
    commit(store, [event("bob", "milk")])
    log(store, [event("ann", "tea", 1), event("ann", "milk", 1), event("bob", "tea", 2)])
    assert store.items.table().public_V.tolist() == [True, True]
    store.users.forget("ann")
    log(store, [event("ann", "cake", 3)])
    assert [row[:2] for row in contents(store)] == [("ann", "cake"), ("bob", "milk"), ("bob", "tea")]


def test_a_used_item_is_public_from_its_second_user_on(store: Store) -> None:
    log(store, [event("ann", "tea")])
    version = store.items.version
    log(store, [event("ann", "tea", 1)])
    assert store.items.version == version
    log(store, [event("bob", "tea")])
    assert store.items.table().public_V.tolist() == [True]
    assert store.items.version > version


def test_threads_that_log_at_once_lose_and_double_nothing(store: Store) -> None:
    together = threading.Barrier(4)

    def log_some(thread: int) -> int:
        together.wait()
        own = [event(f"user {thread}", f"item {n % 3}", n) for n in range(12)]
        shared = [event("everybody", "tea", n) for n in range(12)]
        return sum(log(store, [one]).accepted for pair in zip(own, shared, strict=True) for one in pair)

    with ThreadPoolExecutor(4) as threads:
        accepted = sum(threads.map(log_some, range(4)))
    assert accepted == len(contents(store)) == 4 * 12 + 12
    assert sorted(log_of(store).seqs_N.tolist()) == list(range(1, accepted + 1))


def test_calls_that_wait_for_their_turn_share_one_commit(store: Store, path: Path) -> None:
    log(store, [event(item="first")])
    database = store._database
    before = database.numbers.commit_no
    with ThreadPoolExecutor(8) as threads:
        with database.turn():
            logging = [threads.submit(log, store, [event(item=f"item {n}")]) for n in range(8)]
            while len(store.events._logger._queue) < 8:
                threading.Event().wait(0.001)
        assert sum(one.result().accepted for one in logging) == 8
    assert database.numbers.commit_no == before + 1
    assert read_marks(path).marks[-1].event_count == 9


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    log(store, [event(item="first")])
    with store._database.writing(), ThreadPoolExecutor(1) as reader:
        assert reader.submit(contents, store).result(timeout=10)[0][1] == "first"


def test_a_call_that_cannot_be_stored_costs_those_beside_it_nothing(store: Store) -> None:
    log(store, [event(item="first")])
    with ThreadPoolExecutor(2) as threads:
        with store._database.turn():
            bad = threads.submit(store.events.add, [event(item="bad")], "not a time")  # type: ignore[arg-type]
            good = threads.submit(log, store, [event(item="good")])
            while len(store.events._logger._queue) < 2:
                threading.Event().wait(0.001)
        assert good.result().accepted == 1
        assert isinstance(bad.exception(), duckdb.Error)
    assert [row[1] for row in contents(store)] == ["first", "good"]
