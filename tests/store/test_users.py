"""Users: who is known, their zone, and that a forgotten one leaves no trace."""

from pathlib import Path

import duckdb
import numpy as np

from temporec_mcp.domain.events import Item
from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, commit, contents, event

CANARY = "canary-93817"


def answer_for(user_id: str) -> Recommendation:
    return Recommendation(
        recommendation_id=f"for {user_id}",
        request=RankRequest(user_id, (), 1, NOW, query=f"{CANARY} query"),
        model_id=None,
        strategy="popular",
        is_personalised=True,
        items=(RankedItem(1, "shared", "Shared", 1.0, (f"{CANARY} title",)),),
        last_seq=1,
    )


def fill(store: Store) -> None:
    store.items.save([Item("listed", title="Listed")], NOW)
    store.items.save([Item(f"{CANARY}-item", title=f"{CANARY} title", is_catalogue=False)], NOW)
    with store.events.stage() as staging:
        staging.add(
            [
                event(f"{CANARY}-user", f"{CANARY}-item", text=f"{CANARY} text", session_id=f"{CANARY} session"),
                event(f"{CANARY}-user", "shared"),
                event(f"{CANARY}-user", "listed", context=f"{CANARY} context", event_id=f"{CANARY} event"),
                event(f"{CANARY}-user", None, action="search", text=f"{CANARY} words"),
            ]
        )
        staging.commit(NOW, source=f"{CANARY}.csv")
    with store.events.stage() as staging:
        staging.add([event("bob", "shared"), event("bob", "of bob")])
        staging.commit(NOW, source="bob.csv")
    store.recommendations.add(answer_for(f"{CANARY}-user"), NOW)
    store.recommendations.add(answer_for("bob"), NOW)
    store.users.set_timezone(f"{CANARY}-user", "Asia/Shanghai")


def traces(folder: Path, text: str) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and text.encode() in file.read_bytes()]


def test_a_user_exists_with_the_first_event(store: Store) -> None:
    store.users.set_timezone("quiet", "UTC")
    commit(store, [event("ann"), event("bob", None, action="search", text="tea")])
    assert [store.users.exists(user) for user in ("ann", "bob", "quiet", "nobody")] == [True, True, False, False]


def test_the_zone_is_remembered_for_each_user_also_before_any_event(store: Store) -> None:
    store.users.set_timezone("ann", "Europe/Berlin")
    commit(store, [event("ann"), event("bob")])
    store.users.set_timezone("bob", "UTC")
    store.users.set_timezone("bob", "Asia/Tokyo")
    assert [store.users.timezone(user) for user in ("ann", "bob", "nobody")] == ["Europe/Berlin", "Asia/Tokyo", None]
    assert contents(store)[0][0] == "ann"


def test_users_are_listed_by_prefix_in_order(store: Store) -> None:
    commit(store, [event(user) for user in ("bob", "anna", "ann", "an%", "cid")])
    store.users.set_timezone("ann without events", "UTC")
    assert store.users.list("an", 10) == ["an%", "ann", "anna"]
    assert store.users.list("an%", 10) == ["an%"]
    assert store.users.list("", 2) == ["an%", "ann"]


def test_forgetting_removes_what_was_announced_and_leaves_the_others(store: Store) -> None:
    fill(store)
    announced = store.users.would_remove(f"{CANARY}-user")
    assert announced == {"events": 4, "recommendations": 1, "items": 1}
    assert store.users.exists(f"{CANARY}-user")
    assert store.users.forget(f"{CANARY}-user") == {**announced, "safety_copies": 0}
    assert not store.users.exists(f"{CANARY}-user")
    assert [row[:2] for row in contents(store)] == [("bob", "of bob"), ("bob", "shared")]
    assert store.items.table().item_ids == ("listed", "shared", "of bob")
    assert store.recommendations.get("for bob") == answer_for("bob")
    assert store.users.timezone(f"{CANARY}-user") is None
    assert store.users.would_remove(f"{CANARY}-user") == {"events": 0, "recommendations": 0, "items": 0}


def test_an_item_is_private_again_when_one_of_its_two_users_is_forgotten(store: Store) -> None:
    commit(store, [event("ann", "tea"), event("bob", "tea"), event("cid", "cake"), event("bob", "cake")])
    commit(store, [event("cid", "milk")])
    commit(store, [event("ann", "milk")])
    store.users.forget("ann")
    table = store.items.table()
    assert dict(zip(table.item_ids, table.public_V.tolist(), strict=True)) == {
        "tea": False,
        "cake": True,
        "milk": False,
    }
    assert store.users.would_remove("bob")["items"] == 1
    commit(store, [event("dora", "tea"), event("dora", "milk")])
    assert store.items.table().public_V.all()


def test_a_user_without_events_is_forgotten_with_the_answers(store: Store) -> None:
    store.recommendations.add(answer_for("stranger"), NOW)
    assert store.users.forget("stranger") == {"events": 0, "recommendations": 1, "items": 0, "safety_copies": 0}


def test_a_forgotten_user_leaves_no_byte_in_the_folder(store: Store, path: Path) -> None:
    fill(store)
    store.recommendations.add(answer_for("dora"), NOW)
    store.users.forget("bob")
    store.users.forget("dora")
    assert traces(path.parent, CANARY) != []
    store.users.forget(f"{CANARY}-user")
    assert traces(path.parent, CANARY) == []
    assert traces(path.parent, "Listed") == [path.name]


def test_a_forgotten_user_may_come_back_as_a_new_one(store: Store) -> None:
    commit(store, [event("ann", "tea")])
    store.users.forget("ann")
    assert commit(store, [event("ann", "tea")]).accepted == 1
    assert contents(store)[0][:2] == ("ann", "tea")


def test_traces_that_had_to_wait_for_a_reader_go_with_the_next_opening(path: Path, monkeypatch) -> None:
    monkeypatch.setattr("temporec_mcp.store.erasure.PATIENCE_SECONDS", 0.0)
    store = Store.open(path)
    fill(store)
    store.users.forget("bob")
    with store.events.stage():
        store.users.forget(f"{CANARY}-user")
    store.close()
    for left_by_a_death in (".clean", ".clean.wal"):
        path.with_name(path.name + left_by_a_death).write_text("half a copy")
    store = Store.open(path)
    assert [row[0] for row in contents(store)] == []
    store.close()
    assert traces(path.parent, f"{CANARY}-user") == []


def test_an_import_is_remembered_as_long_as_one_of_its_events(store: Store, path: Path) -> None:
    fill(store)
    store.users.forget(f"{CANARY}-user")
    store.close()
    with duckdb.connect(path) as connection:
        assert connection.execute("SELECT source FROM imports").fetchall() == [("bob.csv",)]


def test_the_store_works_on_after_the_file_was_written_anew(store: Store, path: Path) -> None:
    fill(store)
    store.users.forget("bob")
    store.vectors.save(["key"], np.ones((1, 2), dtype=np.float32), "encoder")
    assert commit(store, [event("cid", "listed")]).accepted == 1
    store.close()
    names = ["backups", path.name, f"{path.name}.lock", f"{path.name}.marks"]
    assert sorted(file.name for file in path.parent.iterdir()) == names
    with duckdb.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchall() == [(5,)]
