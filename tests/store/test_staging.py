"""Events are staged, previewed and committed: what is counted, and what stays."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pytest

from temporec_mcp.domain.events import Event
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, commit, contents, event, log_of


def counted(store: Store, events: Sequence[Event]) -> tuple[int, int, int]:
    counts = commit(store, events)
    return counts.accepted, counts.duplicates, counts.updated


def test_new_events_are_accepted_and_the_same_again_are_duplicates(store: Store) -> None:
    events = [event(hours=1), event(hours=2), event("bob", "cake")]
    assert counted(store, events) == (3, 0, 0)
    assert counted(store, events) == (0, 3, 0)


def test_equal_rows_of_one_batch_are_separate_occurrences(store: Store) -> None:
    twice = [event(), event()]
    assert counted(store, twice) == (2, 0, 0)
    assert counted(store, twice) == (0, 2, 0)
    assert counted(store, [event()] * 3) == (1, 2, 0)


def test_which_occurrence_is_which_does_not_depend_on_the_order(store: Store) -> None:
    for user, values in (("ann", [None, 3.0]), ("bob", [3.0, None])):
        commit(store, [event(user, value=5.0)])
        commit(store, [event(user, value=value) for value in values])
    ann, bob = ([row[1:] for row in contents(store) if row[0] == user] for user in ("ann", "bob"))
    assert ann == bob


def test_another_value_is_a_correction(store: Store) -> None:
    commit(store, [event(action="rate", value=3.0)])
    assert counted(store, [event(action="rate", value=4.5)]) == (0, 0, 1)
    assert [row[-1] for row in contents(store)] == [4.5]


def test_another_text_is_a_correction(store: Store) -> None:
    commit(store, [event("ann", None, action="search", text="jazz")])
    assert counted(store, [event("ann", None, action="search", text="jazz history")]) == (0, 0, 1)
    assert [words for _, words in store.events.searches("ann", NOW)] == ["jazz history"]


def test_an_absent_value_erases_nothing(store: Store) -> None:
    commit(store, [event(action="rate", value=3.0)])
    assert counted(store, [event(action="rate")]) == (0, 1, 0)
    assert [row[-1] for row in contents(store)] == [3.0]


def test_a_value_that_is_no_number_is_absent(store: Store) -> None:
    commit(store, [event(value=2.0)])
    assert counted(store, [event(value=float("nan"))]) == (0, 1, 0)
    assert [row[-1] for row in contents(store)] == [2.0]


def test_an_event_id_counts_once_whatever_else_differs(store: Store) -> None:
    assert counted(store, [event(event_id="e1"), event(hours=5, event_id="e1")]) == (1, 1, 0)
    assert counted(store, [event("bob", "cake", event_id="e1")]) == (0, 1, 0)
    assert len(contents(store)) == 1


def test_of_one_event_id_in_a_batch_the_newest_wins_and_gaps_are_filled(store: Store) -> None:
    commit(store, [event(hours=2, event_id="e1"), event(hours=1, event_id="e1", value=7.0)])
    log = log_of(store)
    assert log.times_N.tolist() == [event(hours=2).time.timestamp()]
    assert log.values_N.tolist() == [7.0]


def test_a_local_time_is_stored_as_the_same_moment_in_utc(store: Store) -> None:
    local = datetime(2026, 2, 20, 21, 30, tzinfo=timezone(timedelta(hours=9)))
    counts = commit(store, [event(time=local)])
    assert counts.first == counts.last == datetime(2026, 2, 20, 12, 30, tzinfo=UTC)
    assert log_of(store).times_N.tolist() == [local.timestamp()]


def test_a_preview_tells_what_a_commit_does_and_changes_nothing(store: Store) -> None:
    commit(store, [event(hours=1), event(hours=2, value=1.0)])
    with store.events.stage() as staging:
        staging.add([event(hours=1), event(hours=2, value=2.0)])
        staging.add([event("bob", "cake", hours=3)])
        preview = staging.preview()
        assert (preview.accepted, preview.duplicates, preview.updated) == (1, 1, 1)
        assert len(contents(store)) == 2
        assert staging.commit(NOW) == preview


def test_what_is_staged_and_not_committed_is_gone(store: Store) -> None:
    with store.events.stage() as staging:
        staging.add([event()])
    assert store.events.counts() == {"events": 0, "users": 0, "items": 0}


def test_an_empty_staging_commits_nothing(store: Store) -> None:
    with store.events.stage() as staging:
        counts = staging.commit(NOW)
    assert (counts.events, counts.first, counts.last) == (0, None, None)


def test_a_row_is_kept_when_any_of_its_events_is_new(store: Store) -> None:
    play, rate, later = event(action="play"), event(action="rate", value=5.0), event(action="play", hours=1)
    first = commit(store, [play, rate, later], rows=[1, 1, 2])
    assert (first.rows_kept, first.rows_duplicate) == (2, 0)
    again = commit(store, [play, event(action="rate", value=4.0), later], rows=[1, 1, 2])
    assert (again.rows_kept, again.rows_duplicate) == (1, 1)


def test_users_items_and_span_of_the_batch_are_counted(store: Store) -> None:
    counts = commit(store, [event(hours=3), event("bob", "tea"), event("bob", None, action="search", text="cake")])
    assert (counts.users, counts.items) == (2, 1)
    assert (counts.first, counts.last) == (event().time, event(hours=3).time)


def test_arrival_numbers_rise_in_the_order_of_the_batch_and_are_never_used_twice(store: Store) -> None:
    commit(store, [event(hours=2), event(hours=1)])
    assert log_of(store).seqs_N.tolist() == [2, 1]
    store.users.forget("ann")
    commit(store, [event("bob")])
    assert log_of(store).seqs_N.tolist() == [3]
    assert store.events.last_seq() == 3


def test_threads_that_log_the_same_events_at_once_count_them_once(store: Store) -> None:
    events = [event(hours=hour) for hour in range(20)]
    with ThreadPoolExecutor(4) as threads:
        accepted = list(threads.map(lambda _: commit(store, events).accepted, range(8)))
    assert sum(accepted) == len(contents(store)) == 20
    assert sorted(log_of(store).seqs_N.tolist()) == list(range(1, 21))


def test_a_commit_that_fails_leaves_nothing_behind_and_may_be_tried_again(store: Store) -> None:
    with store.events.stage() as staging:
        staging.add([event()])
        with pytest.raises(duckdb.Error):
            staging.commit("not a time", "file.csv")  # type: ignore[arg-type]
        assert store.events.counts() == {"events": 0, "users": 0, "items": 0}
        assert staging.commit(NOW, "file.csv").accepted == 1
    assert len(contents(store)) == 1
