"""Histories from memory are those that a query would give, whatever changed the events since they were read."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from temporec_mcp.domain.log import EventLog, History
from temporec_mcp.store.database import Store
from temporec_mcp.store.held import MOST_LOGGED, READ_SINGLY
from tests.store.helpers import NOW, commit, event, log_of

USERS = ("ann", "bob", "eve")
LATER = NOW + timedelta(days=99)


def hold(store: Store) -> None:
    """Ask for as many histories as it takes until all are held."""
    for _ in range(READ_SINGLY + 1):
        log_of(store, "ann")


@pytest.fixture
def held(store: Store) -> Store:
    """Give a store whose events are held in memory."""
    rated = [
        event(user, f"film-{n}", n, action="rate", value=n / 2, event_id=f"{user}-{n}")
        for n in range(4)
        for user in USERS
    ]
    commit(store, [*rated, event("bob", "song", 2, context="car", action="listen")])
    hold(store)
    return store


def told(log: EventLog) -> list[tuple[object, ...]]:
    """Give each event of a log of one user in names."""
    return [
        (
            log.item_ids[log.items_N[n]],
            log.times_N[n],
            log.action_names[log.actions_N[n]],
            None if np.isnan(log.values_N[n]) else log.values_N[n],
            None if log.contexts_N[n] < 0 else log.context_names[log.contexts_N[n]],
            log.seqs_N[n],
            log.date_only_N[n],
        )
        for n in range(len(log.items_N))
    ]


def assert_as_by_query(store: Store) -> None:
    for user in (*USERS, "new", "nobody"):
        log, queried = log_of(store, user), log_of(store, user, until=LATER)
        assert told(log) == told(queried)
        assert (log.user_ids, log.action_names, log.context_names) == (
            (user,),
            queried.action_names,
            queried.context_names,
        )
        for name in History.__slots__:
            assert getattr(log.history(0), name).dtype == getattr(queried.history(0), name).dtype


def test_a_history_from_memory_is_that_of_a_query(held: Store) -> None:
    assert_as_by_query(held)
    assert len(told(log_of(held, "bob"))) == 5


def test_what_is_logged_is_in_the_next_history_in_its_place(held: Store) -> None:
    late = event("ann", "film-9", 1.5, value=7.0, context="train", is_date_only=True)
    held.events.add([late, event("new", "film-1", 3), event("ann", None, action="search", text="cake")], NOW)
    held.events.add([event("bob", "film-0", 9, value=float("nan"))], NOW)
    assert_as_by_query(held)
    assert [row[0] for row in told(log_of(held, "ann"))] == ["film-0", "film-1", "film-9", "film-2", "film-3"]
    assert len(told(log_of(held, "new"))) == 1


def test_more_than_is_kept_of_logged_events_is_read_again(held: Store) -> None:
    many = [event("eve", f"film-{n % 4}", 10 + n / 100) for n in range(MOST_LOGGED - 1)]
    held.events.add(many, NOW)
    held.events.add([event("eve", "film-1", 100), event("eve", "film-1", 101)], NOW)
    assert len(told(log_of(held, "eve"))) == 4 + MOST_LOGGED + 1
    hold(held)
    assert_as_by_query(held)


CHANGES: dict[str, Callable[[Store], object]] = {
    "a correction": lambda store: store.events.add(
        [event("ann", "film-1", 1, action="rate", value=5.0, event_id="ann-1")], NOW
    ),
    "an import": lambda store: commit(store, [event("ann", "film-1", 7), event("new", "film-1", 7)]),
    "an erasure": lambda store: store.users.forget("ann"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_what_is_held_counts_at_once(held: Store, change: str) -> None:
    before = told(log_of(held, "ann"))
    CHANGES[change](held)
    assert told(log_of(held, "ann")) != before
    assert_as_by_query(held)
    hold(held)
    assert_as_by_query(held)
    held.events.add([event("ann", "film-2", 11)], NOW)
    assert_as_by_query(held)


def test_nothing_is_left_of_whom_is_forgotten(held: Store) -> None:
    held.events.add([event("ann", "film-2", 11)], NOW)
    held.users.forget("ann")
    assert told(log_of(held, "ann")) == []
    hold(held)
    assert told(log_of(held, "ann")) == []
    assert len(told(log_of(held, "bob"))) == 5


def test_a_home_that_turns_to_pseudonyms_finds_everybody_as_before(held: Store) -> None:
    before = [told(log_of(held, user)) for user in USERS]
    held.protection.use_pseudonyms()
    hold(held)
    assert_as_by_query(held)
    held.events.add([event("bob", "film-2", 11)], NOW)
    assert_as_by_query(held)
    assert [told(log_of(held, user))[:4] for user in USERS] == [rows[:4] for rows in before]
