"""The log that is read out: its order, its numbering and its limits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np

from temporec_mcp.domain.events import Item
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter
from tests.store.helpers import NOW, commit, event, log_of


def test_a_log_is_sorted_by_user_then_time_then_arrival(store: Store) -> None:
    commit(
        store,
        [event("bob", "a", 3), event("ann", "b", 2), event("bob", "c", 1), event("bob", "d", 1), event("ann", "e", 0)],
    )
    log = log_of(store)
    assert log.user_ids == ("bob", "ann")
    assert log.offsets_U.tolist() == [0, 3, 5]
    assert [log.item_ids[item] for item in log.items_N] == ["c", "d", "a", "e", "b"]
    assert log.times_N[0] == log.times_N[1] == event(hours=1).time.timestamp()
    assert log.seqs_N.tolist() == [3, 4, 1, 5, 2]


def test_actions_and_contexts_are_numbered_by_name_and_absence_is_marked(store: Store) -> None:
    commit(
        store,
        [
            event(hours=0, action="watch", context="work", value=60.0),
            event(hours=1, action="like"),
            event(hours=2, action="watch", context="home", is_date_only=True),
        ],
    )
    log = log_of(store)
    assert (log.action_names, log.actions_N.tolist()) == (("like", "watch"), [1, 0, 1])
    assert (log.context_names, log.contexts_N.tolist()) == (("home", "work"), [1, -1, 0])
    assert log.values_N[0] == 60.0
    assert np.isnan(log.values_N[1:]).all()
    assert log.date_only_N.tolist() == [False, False, True]


def test_columns_have_the_types_that_the_domain_names(store: Store) -> None:
    for events in ([], [event(context="work")]):
        commit(store, events)
        log = log_of(store)
        assert log.items_N.dtype == log.actions_N.dtype == log.contexts_N.dtype == np.int32
        assert log.offsets_U.dtype == log.seqs_N.dtype == np.int64
        assert (log.times_N.dtype, log.values_N.dtype, log.date_only_N.dtype) == (np.float64, np.float32, np.bool_)
        assert log.offsets_U.tolist() == [0, *[len(events)] * len(events)]


def test_microseconds_survive(store: Store) -> None:
    exact = NOW - timedelta(days=1, microseconds=1)
    commit(store, [event(time=exact)])
    assert log_of(store).times_N.tolist() == [exact.timestamp()]


def test_searches_are_not_in_the_log(store: Store) -> None:
    commit(store, [event("ann", None, action="search", text="jazz"), event("bob", "tea")])
    assert log_of(store).user_ids == ("bob",)


def test_since_and_until_include_their_moment(store: Store) -> None:
    commit(store, [event(item=f"item-{hour}", hours=hour) for hour in range(5)])
    log = log_of(store, since=event(hours=1).time, until=event(hours=3).time)
    assert [log.item_ids[item] for item in log.items_N] == ["item-1", "item-2", "item-3"]


def test_a_highest_arrival_number_shows_the_store_as_it_was(store: Store) -> None:
    commit(store, [event(hours=1)])
    then = store.events.last_seq()
    commit(store, [event(hours=0)])
    assert len(log_of(store).items_N) == 2
    assert log_of(store, max_seq=then).times_N.tolist() == [event(hours=1).time.timestamp()]


def test_a_log_that_is_read_while_users_arrive_gives_each_only_their_own(store: Store) -> None:
    def arrive() -> None:
        for number in range(25):
            commit(store, [event(f"user {number}", f"item {number}", hour) for hour in range(3)])

    store.items.save([Item(f"item {number}") for number in range(25)], NOW)
    with ThreadPoolExecutor(1) as threads:
        arriving = threads.submit(arrive)
        is_last = False
        while not is_last:
            is_last = arriving.done()
            log = log_of(store)
            owners = [log.user_ids[user].split()[1] for user in log.users_N]
            assert [log.item_ids[item].split()[1] for item in log.items_N] == owners
    assert len(log.user_ids) == 25


def test_one_user_s_log_is_the_same_as_that_part_of_everybody_s(store: Store) -> None:
    commit(store, [event(user, f"item-{hour}", hour) for hour in range(6) for user in ("bob", "ann")])
    everybody, ann = log_of(store), log_of(store, "ann")
    assert ann.user_ids == ("ann",)
    whole = everybody.history(everybody.user_ids.index("ann"))
    assert ann.history(0).items_L.tolist() == whole.items_L.tolist()
    assert ann.history(0).seqs_L.tolist() == whole.seqs_L.tolist()


def test_a_user_without_events_has_an_empty_history(store: Store) -> None:
    commit(store, [event("bob")])
    log = log_of(store, "stranger")
    assert (log.user_ids, log.offsets_U.tolist(), len(log.history(0))) == (("stranger",), [0, 0], 0)
    assert len(log_of(store, "bob", until=NOW - timedelta(days=99)).history(0)) == 0


def test_items_are_counted_in_the_table_and_newer_ones_are_left_out(store: Store) -> None:
    store.items.save([Item("unused")], NOW)
    commit(store, [event(item="tea")])
    table = store.items.table()
    commit(store, [event(item="new", hours=1)])
    log = store.events.log(table.item_nos_V, EventFilter())
    assert log.item_ids == table.item_ids == ("unused", "tea")
    assert log.items_N.tolist() == [1]
    assert store.events.log(table.item_nos_V[1:].copy(), EventFilter()).item_ids == ("tea",)


def test_counts_tell_events_users_with_events_and_all_items(store: Store) -> None:
    store.items.save([Item("unused")], NOW)
    store.users.set_timezone("quiet", "UTC")
    commit(store, [event("ann", "tea"), event("ann", None, action="search", text="cake")])
    assert store.events.counts() == {"events": 2, "users": 1, "items": 2}


def test_searches_come_newest_first_up_to_a_moment_and_at_most_twenty(store: Store) -> None:
    commit(store, [event("ann", None, hour, action="search", text=f"words {hour}") for hour in range(30)])
    commit(store, [event("bob", None, action="search", text="of bob"), event("ann", "tea", text="no search")])
    found = store.events.searches("ann", event(hours=24).time)
    assert found[0] == (event(hours=24).time, "words 24")
    assert [words for _, words in found] == [f"words {hour}" for hour in range(24, 4, -1)]
