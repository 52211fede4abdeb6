"""Whatever a batch holds: its counts add up, twice adds nothing, and its order does not matter."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from temporec_mcp.domain.events import Event
from temporec_mcp.store.database import Store
from tests.store.helpers import commit, contents, event

# Few different values, so that identities collide in nearly every batch.
EVENTS = some.builds(
    event,
    user=some.sampled_from(["ann", "ann", "ann", "bob"]),
    value=some.sampled_from([None, 3.0, 5.0]),
    text=some.sampled_from([None, None, "good"]),
    event_id=some.sampled_from([None, None, None, "e1"]),
)
BATCHES = some.lists(EVENTS, max_size=6)
WORLDS = count()
THOROUGH = settings(max_examples=20, deadline=None)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples, because each has users, items and event ids of its own."""
    store = Store.open(tmp_path_factory.mktemp("home") / "temporec.duckdb")
    yield store
    store.close()


def as_own(events: list[Event]) -> list[Event]:
    """Give the same events in a world that no other example shares."""
    world = next(WORLDS)
    return [
        replace(
            event,
            user_id=f"{world} {event.user_id}",
            event_id=f"{world} {event.event_id}" if event.event_id else None,
        )
        for event in events
    ]


def held(store: Store, events: list[Event]) -> list[tuple[str, ...]]:
    """What the store has of the users of these events, whose names tell their world last."""
    users = {event.user_id for event in events}
    return [(user.split()[1], *map(str, rest)) for user, *rest in contents(store) if user in users]


@THOROUGH
@given(BATCHES, BATCHES)
def test_counts_add_up_and_the_same_batch_again_adds_nothing(
    shared_store: Store, earlier: list[Event], batch: list[Event]
) -> None:
    mine = as_own(earlier + batch)
    earlier, batch = mine[: len(earlier)], mine[len(earlier) :]
    commit(shared_store, earlier)
    counts = commit(shared_store, batch)
    assert counts.accepted + counts.duplicates + counts.updated == counts.events == len(batch)
    assert counts.rows_kept + counts.rows_duplicate == len(batch)
    after_once = held(shared_store, mine)
    again = commit(shared_store, batch)
    assert (again.accepted, again.updated, again.duplicates) == (0, 0, len(batch))
    assert held(shared_store, mine) == after_once


@THOROUGH
@given(BATCHES, BATCHES.flatmap(lambda batch: some.tuples(some.just(batch), some.permutations(batch))))
def test_the_order_of_a_batch_does_not_matter(
    shared_store: Store, earlier: list[Event], orders: tuple[list[Event], list[Event]]
) -> None:
    outcomes: list[tuple[int, int, list[tuple[str, ...]]]] = []
    for order in orders:
        mine = as_own(earlier + order)
        commit(shared_store, mine[: len(earlier)])
        counts = commit(shared_store, mine[len(earlier) :])
        outcomes.append((counts.accepted, counts.updated, held(shared_store, mine)))
    assert outcomes[0] == outcomes[1]
