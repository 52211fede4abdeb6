"""What a user removes or corrects stays so, whatever file comes again; an import goes as it came."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.seeing import Edit, EventQuestion, SeenEvent
from temporec_mcp.domain.training import ModelRecord, TrainRequest
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import StageCounts
from temporec_mcp.store.marks import read_marks
from tests.store.helpers import NOW, commit, contents, event

LATER = NOW + timedelta(minutes=1)


def bring(store: Store, events: list[Event], items: list[Item] | None = None) -> StageCounts:
    with store.events.stage() as staging:
        staging.add_items(items or [])
        staging.add(events)
        return staging.commit(NOW, source="csv")


def seen(store: Store, user_id: str = "ann", **limits: object) -> tuple[SeenEvent, ...]:
    return store.seen.page(EventQuestion(user_id, **limits)).events  # type: ignore[arg-type]


def seqs(store: Store, user_id: str = "ann", **limits: object) -> list[int]:
    return [found.event_seq for found in seen(store, user_id, **limits)]


def learnt(store: Store, model_id: str, read_at: datetime) -> None:
    store.models.add(
        ModelRecord(
            model_id=model_id,
            created_at=read_at + timedelta(hours=1),
            request=TrainRequest(),
            encoder="",
            metrics=None,
            baselines={},
            data={},
            trained_from=NOW,
            trained_to=NOW,
            last_seq=store.events.last_seq(),
            is_active=False,
            read_at=read_at,
        )
    )


def test_a_removed_event_is_not_brought_back_by_its_file_but_by_logging_it(store: Store) -> None:
    history = [event(item="tea"), event(item="rum", hours=1)]
    bring(store, history)
    removed = store.corrections.remove(seqs(store, item_id="rum"), LATER)
    assert (removed.events, removed.items) == (1, 1)
    again = bring(store, history)
    assert (again.accepted, again.duplicates, again.removed) == (0, 1, 1)
    assert (again.rows_kept, again.rows_duplicate, again.rows_removed) == (0, 1, 1)
    assert [found.item_id for found in seen(store)] == ["tea"]
    assert commit(store, history[1:]).accepted == 1
    assert bring(store, history).duplicates == 2


def test_a_corrected_event_keeps_what_its_user_said_when_the_file_comes_again(store: Store) -> None:
    rating = event(action="rate", value=2.0)
    bring(store, [rating])
    moved = NOW - timedelta(days=3)
    store.corrections.correct([Edit("correct", seqs(store)[0], value=4.0, action="like", time=moved)], LATER)
    again = bring(store, [rating])
    assert (again.duplicates, again.updated, again.accepted) == (1, 0, 0)
    (found,) = seen(store)
    assert (found.value, found.action, found.time, found.is_edited) == (4.0, "like", moved, True)
    assert commit(store, [event(action="rate", value=3.0)]).updated == 1


def test_what_was_corrected_and_removed_is_what_the_marks_vouch_for(store: Store, path: Path) -> None:
    bring(store, [event(item=name, hours=hour) for hour, name in enumerate(("a", "b", "c"))])
    before = read_marks(path).last
    store.corrections.remove(seqs(store, item_id="b"), LATER)
    store.corrections.correct([Edit("correct", seqs(store)[0], value=1.0)], LATER)
    after = read_marks(path).last
    assert before is not None and after is not None
    assert after.commit_no == before.commit_no + 2
    assert (after.event_count, after.digest != before.digest) == (2, True)
    path.with_name(f"{path.name}.other").write_bytes(b"")  # an unclean stop: the store is not closed
    store._database._marks.close()
    store._database._connection.close()
    store._lock.release()
    opened = Store.open(path)
    assert [row[1] for row in contents(opened)] == ["a", "c"]
    opened.close()


def test_an_undone_import_goes_with_its_items_and_may_come_again(store: Store) -> None:
    commit(store, [event("bob", "tea"), event("bob", "old")])
    history = [event(item="tea"), event(item="rum", hours=1)]
    items = [Item("rum", "Rum"), Item("listed", "Listed"), Item("tea", "Tea")]
    counts = bring(store, history, items)
    assert counts.import_id is not None
    found = store.corrections.find_import(counts.import_id)
    assert (found.source, found.events, found.users, found.items) == ("csv", 2, 1, 2)
    removed = store.corrections.undo_import(counts.import_id, LATER)
    assert (removed.events, removed.items) == (2, 2)
    assert contents(store) == contents_of_bob(store)
    table = store.items.table()
    assert table.item_ids == ("tea", "old")
    assert table.public_V.tolist() == [False, False]
    assert bring(store, history, items).accepted == 2
    assert store.items.table().public_V.sum() == 3


def contents_of_bob(store: Store) -> list[tuple[str, str, str, float, float]]:
    return [row for row in contents(store) if row[0] == "bob"]


def test_a_staging_that_is_not_committed_leaves_no_item(store: Store) -> None:
    with store.events.stage() as staging:
        staging.add_items([Item("private", "Private", is_catalogue=False)])
        staging.add([event()])
        staging.preview()
    assert store.items.table().items == ()


def test_a_model_has_learnt_from_what_was_removed_after_it_had_read_it(store: Store) -> None:
    bring(store, [event(item="tea"), event(item="rum", hours=1)])
    commit(store, [event("bob", "tea")])
    learnt(store, "before", NOW)
    removed = store.corrections.remove(seqs(store), LATER)
    assert removed.models == ("before",)
    learnt(store, "after", LATER + timedelta(seconds=1))
    assert store.models.learnt_from("ann") == ["before"]
    assert store.models.learnt_from("bob") == ["after", "before"]
    store.users.forget("ann")
    assert store.models.learnt_from("ann") == []


def test_pages_are_newest_first_and_miss_and_repeat_nothing(store: Store) -> None:
    bring(store, [event(item=f"i{hour // 2}", hours=hour // 3) for hour in range(20)])
    commit(store, [event("bob", "i1")])
    listed: list[int] = []
    before = None
    while page := seen(store, limit=6, before=before):
        listed += [found.event_seq for found in page]
        before = (page[-1].time_us, page[-1].event_seq)
    assert sorted(listed) == sorted(seqs(store, limit=100))
    assert len(set(listed)) == 20
    times = {found.event_seq: found.time for found in seen(store, limit=100)}
    assert [times[seq] for seq in listed] == sorted(times.values(), reverse=True)


def test_events_are_found_by_words_whatever_case_and_accents(store: Store) -> None:
    bring(
        store,
        [event(item="tt1"), event(item="tt2", hours=1), event(item=None, action="search", text="Café noir", hours=2)],
        [Item("tt1", "Amélie (2001)"), Item("tt2", "Alien (1979)")],
    )
    assert [found.title for found in seen(store, words="amelie")] == ["Amélie (2001)"]
    assert [found.text for found in seen(store, words="CAFE")] == ["Café noir"]
    assert [found.item_id for found in seen(store, action="view")] == ["tt2", "tt1"]
    assert [(found.source, found.event_count) for found in store.seen.imports("ann")] == [("csv", 3)]
    assert store.seen.imports("bob") == ()


def test_an_item_that_somebody_uses_is_not_deleted(store: Store) -> None:
    store.items.save([Item("listed", "Listed")], NOW)
    commit(store, [event("ann", "tea"), event("bob", "tea")])
    assert store.corrections.is_used_by_others("ann", "tea")
    assert not store.corrections.is_used_by_others("ann", "listed")
    assert not store.corrections.delete_item("ann", "tea")
    assert store.corrections.delete_item("ann", "listed")
    assert not store.corrections.delete_item("ann", "listed")
    assert store.items.table().item_ids == ("tea",)


def test_what_was_removed_leaves_the_file_when_the_store_is_closed(store: Store, path: Path) -> None:
    bring(store, [event(item="canary-7781", text="canary-7781"), event(item="tea")])
    store.vectors.save(["key"], np.ones((1, 2), dtype=np.float32), "encoder")
    store.corrections.remove(seqs(store, item_id="canary-7781"), LATER)
    store.close()
    assert [
        file.name for file in path.parent.rglob("*") if file.is_file() and b"canary-7781" in file.read_bytes()
    ] == []
