"""A user sees the own history, puts it right, and the next list follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.errors import ArgumentsError, InvalidInputError, NotFoundError
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.registry import TOOLS
from tests.app.conftest import train

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
Fields = dict[str, object]
FILMS = [Item(f"f{number}", f"Film {number}") for number in range(8)]


@dataclass
class Desk:
    """An application whose clock moves on with every call, and a way to ask it."""

    app: App
    folder: Path
    calls: int = 0

    def now(self) -> datetime:
        self.calls += 1
        return START + timedelta(seconds=self.calls)

    def ask(self, tool: str, **arguments: object) -> Fields:
        return TOOLS[tool].answer(self.app, arguments, self.call()).fields()

    def call(self) -> Call:
        return Call(self.now(), lambda part, phase: None, lambda: False)

    def events(self, **arguments: object) -> list[Fields]:
        return self.ask("list_events", **arguments)["events"]  # type: ignore[return-value]

    def bring(self, *rows: str) -> Fields:
        """Import a CSV file of user_id, item_id, action, timestamp, value."""
        path = self.folder / "history.csv"
        path.write_text("\n".join(("user_id,item_id,action,timestamp,value,title", *rows)) + "\n", encoding="utf-8")
        return self.ask("import_history", path=str(path), dry_run=False)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(App(Settings(home=tmp_path / "home", import_dirs=(tmp_path,)), lambda: desk.now()), tmp_path)
    desk.app.log_behavior([], FILMS)
    yield desk
    desk.app.close()


def log(desk: Desk, *item_ids: str, user_id: str = "ann", **more: object) -> None:
    time = START - timedelta(days=20)
    events = [
        Event(user_id, item_id, "watch", time + timedelta(days=day), **more)  # type: ignore[arg-type]
        for day, item_id in enumerate(item_ids)
    ]
    desk.app.log_behavior(events, [])


def listed(desk: Desk, **arguments: object) -> list[str]:
    items = desk.ask("recommend", user_id="ann", k=50, **arguments)["items"]
    return [place["item_id"] for place in items]  # type: ignore[union-attr,index]


def test_events_are_listed_newest_first_with_what_was_done_and_where_it_came_from(desk: Desk) -> None:
    log(desk, "f1", "f2", value=60.0)
    desk.bring("ann,f3,rate,2026-05-30T10:00:00Z,4,Film 3", "bob,f4,rate,2026-05-30,2,Film 4")
    rating, second, first = desk.events(user_id="ann")
    assert rating == {
        **{"event_ref": "e3", "item_id": "f3", "title": "Film 3", "action": "rate"},
        **{"timestamp": "2026-05-30T10:00:00Z", "value": 4.0, "source": "import i1: csv"},
    }
    assert (second["item_id"], first["item_id"], first["source"]) == ("f2", "f1", "logged")
    assert [event["timestamp"] for event in desk.events(user_id="bob")] == ["2026-05-30"]
    assert desk.events(user_id="nobody") == []


def test_a_long_history_is_read_page_by_page_within_the_size_of_a_reply(desk: Desk) -> None:
    log(desk, *(f"f{number % 8}" for number in range(19)), text="w" * 500)
    found: list[object] = []
    arguments: Fields = {"user_id": "ann", "limit": 100}
    while True:
        reply = TOOLS["list_events"].answer(desk.app, arguments, desk.call())
        assert len(reply.text()) < 8_000 and "omitted" not in reply.fields()
        found += [event["event_ref"] for event in reply.fields()["events"]]  # type: ignore[union-attr,index]
        if "next" not in reply.fields():
            break
        arguments["cursor"] = reply.fields()["next"]
    assert found == [f"e{number}" for number in range(19, 0, -1)]
    with pytest.raises(ArgumentsError, match="next"):
        desk.ask("list_events", cursor="zz")


def test_the_events_behind_an_answer_are_those_it_could_know(desk: Desk) -> None:
    log(desk, "f1", "f2")
    answer = desk.ask("recommend", user_id="ann")["recommendation_id"]
    log(desk, "f3")
    behind = desk.events(user_id="ann", recommendation_id=answer)
    assert [event["item_id"] for event in behind] == ["f2", "f1"]
    with pytest.raises(NotFoundError, match="bob"):
        desk.events(user_id="bob", recommendation_id=answer)


def test_what_was_never_watched_is_removed_and_may_be_offered_again_at_once(desk: Desk) -> None:
    log(desk, "f1", "f2", user_id="bob")
    log(desk, "f1", "f2")
    assert "f2" not in listed(desk)
    reply = desk.ask("edit_events", user_id="ann", edits=[{"do": "remove", "event_ref": "e4"}])
    assert (reply["done"], reply["rejected"]) == ({"removed": 1}, 0)
    assert "f2" in listed(desk)
    assert len(desk.events(user_id="bob")) == 2
    again = desk.ask("edit_events", user_id="ann", edits=[{"do": "remove", "event_ref": "e4"}])
    assert (again["done"], again["rejected"]) == ({"removed": 1}, 0)
    assert len(desk.events(user_id="ann")) == 1


def test_a_rating_a_time_and_an_action_are_corrected(desk: Desk) -> None:
    log(desk, "f1", "f2")
    edits = [
        {"do": "correct", "event_ref": "e1", "value": 4, "action": "rating"},
        {"do": "correct", "event_ref": "e2", "timestamp": "2026-05-02"},
    ]
    assert desk.ask("edit_events", user_id="ann", edits=edits)["done"] == {"corrected": 2}
    rated, moved = desk.events(user_id="ann")
    assert (rated["value"], rated["action"], rated["source"]) == (4.0, "rate", "logged, corrected")
    assert (moved["item_id"], moved["timestamp"]) == ("f2", "2026-05-02")


def test_hiding_keeps_an_item_away_until_it_is_shown_again(desk: Desk) -> None:
    log(desk, "f1")
    hide = {"do": "hide", "item_id": "f5"}
    assert desk.ask("edit_events", user_id="ann", edits=[hide, hide])["done"] == {"hidden": 2}
    assert "f5" not in listed(desk) and "f5" not in listed(desk, include_seen=True)
    assert [event["action"] for event in desk.events(user_id="ann", item_id="f5")] == ["dismiss"]
    for _ in ("asked", "sent again, because the answer was lost"):
        shown = desk.ask("edit_events", user_id="ann", edits=[{"do": "show", "item_id": "f5"}])
        assert (shown["done"], shown["rejected"]) == ({"shown": 1}, 0)
    assert "f5" in listed(desk)


def test_an_item_is_deleted_unless_others_use_it(desk: Desk) -> None:
    log(desk, "f1", "f2")
    log(desk, "f1", user_id="bob")
    edits = [{"do": "delete_item", "item_id": item_id} for item_id in ("f1", "f2", "f3", "nowhere")]
    reply = desk.ask("edit_events", user_id="ann", edits=edits)
    assert reply["done"] == {"deleted": 2}
    assert [rejection["index"] for rejection in reply["rejections"]] == [0, 3]  # type: ignore[union-attr,index]
    assert [event["item_id"] for event in desk.events(user_id="ann")] == ["f1"]
    assert {"f2", "f3"}.isdisjoint(listed(desk, include_seen=True))
    (again,) = desk.ask("edit_events", user_id="ann", edits=edits[1:2])["rejections"]  # type: ignore[misc]
    assert "or it is deleted already" in again["reason"]  # type: ignore[index]


def test_a_bad_edit_is_named_and_costs_no_good_one(desk: Desk) -> None:
    log(desk, "f1", "f2")
    log(desk, "private", user_id="bob")
    edits: list[Fields] = [
        {"do": "remove", "event_ref": "e1"},
        {"do": "remove", "event_ref": "e3"},
        {"do": "correct", "event_ref": "e2"},
        {"do": "correct", "event_ref": "e2", "timestamp": "2027-01-01"},
        {"do": "hide", "item_id": "private"},
        {"do": "hide", "item_id": "nowhere"},
        {"do": "remove", "event_ref": "12"},
        {"do": "vanish"},
    ]
    reply = desk.ask("edit_events", user_id="ann", edits=edits)
    assert reply["done"] == {"removed": 1}
    reasons = {entry["index"]: entry["reason"] for entry in reply["rejections"]}  # type: ignore[union-attr,index]
    assert sorted(reasons) == [1, 2, 3, 4, 5, 6, 7]
    assert reasons[4].replace("private", "nowhere") == reasons[5]
    assert len(desk.events(user_id="bob")) == 1


def test_what_was_removed_stays_removed_when_its_file_comes_again(desk: Desk) -> None:
    rows = ("ann,f1,watch,2026-05-01T10:00:00Z,,", "ann,x9,watch,2026-05-02T10:00:00Z,,Private")
    desk.bring(*rows)
    assert desk.ask("edit_events", user_id="ann", edits=[{"do": "remove", "item_id": "x9"}])["done"] == {"removed": 1}
    again = desk.bring(*rows)
    assert (again["kept"], again["duplicates"], again["dropped"]) == (0, 1, {"removed by the user before": 1})
    assert [event["item_id"] for event in desk.events(user_id="ann")] == ["f1"]


def test_an_undone_import_says_that_what_it_corrected_is_as_before(desk: Desk) -> None:
    desk.bring("ann,f1,rate,2026-05-01T10:00:00Z,2,")
    desk.bring("ann,f1,rate,2026-05-01T10:00:00Z,5,", "ann,f2,rate,2026-05-02T10:00:00Z,5,")
    preview = desk.ask("undo_import", import_ref="i2")
    assert "also corrected 1 earlier event," in str(preview["summary"])
    undone = desk.ask("undo_import", import_ref="i2", confirm=preview["confirm"])
    assert "1 event that it had corrected is as before" in str(undone["summary"])
    assert [(event["item_id"], event["value"]) for event in desk.events(user_id="ann")] == [("f1", 2.0)]


def test_an_import_is_listed_and_undone_in_two_steps(desk: Desk) -> None:
    log(desk, "f1")
    brought = desk.bring("ann,x8,watch,2026-05-01T10:00:00Z,,Eight", "ann,f2,watch,2026-05-02T10:00:00Z,,")
    (entry,) = desk.ask("list_events", user_id="ann", imports=True)["imports"]  # type: ignore[misc]
    assert (entry["import_ref"], entry["format"], entry["events"]) == (brought["import_ref"], "csv", 2)
    assert desk.ask("list_events", user_id="bob", imports=True)["imports"] == []
    preview = desk.ask("undo_import", import_ref="i1")
    assert preview["would_remove"] == {"events": 2, "items": 1}
    with pytest.raises(InvalidInputError, match="without `confirm`"):
        desk.ask("undo_import", import_ref="i1", confirm="1-2")
    assert len(desk.events(user_id="ann")) == 3
    undone = desk.ask("undo_import", import_ref="i1", confirm=preview["confirm"])
    assert undone["removed"] == {"events": 2, "items": 1, "vectors": 0}
    assert desk.ask("undo_import", import_ref="i1", confirm=preview["confirm"])["removed"]["events"] == 0  # type: ignore[index]
    assert [event["item_id"] for event in desk.events(user_id="ann")] == ["f1"]
    with pytest.raises(NotFoundError, match="i1"):
        desk.ask("undo_import", import_ref="i1")
    with pytest.raises(InvalidInputError, match="import_ref"):
        desk.ask("undo_import", import_ref="1")


def test_an_answer_whose_history_was_corrected_since_is_not_explained_by_another_history(desk: Desk) -> None:
    log(desk, "f1", "f2")
    answer = desk.ask("recommend", user_id="ann")
    why = {"recommendation_id": answer["recommendation_id"], "item_id": answer["items"][0]["item_id"]}  # type: ignore[index]
    assert desk.ask("explain_recommendation", **why)["rank"] == 1
    log(desk, "f1", user_id="bob")
    desk.ask("edit_events", user_id="bob", edits=[{"do": "remove", "event_ref": "e3"}])
    assert desk.ask("explain_recommendation", **why)["rank"] == 1
    desk.ask("edit_events", user_id="ann", edits=[{"do": "correct", "event_ref": "e1", "action": "dislike"}])
    with pytest.raises(NotFoundError, match="corrected since"):
        desk.ask("explain_recommendation", **why)


def test_models_that_learnt_from_what_is_gone_are_told(filled: App) -> None:
    run = train(filled)
    desk = Desk(filled, Path())
    (newest, *_) = desk.events(user_id="u0")
    reply = desk.ask("edit_events", user_id="u0", edits=[{"do": "remove", "event_ref": newest["event_ref"]}])
    (model,) = reply["models"]  # type: ignore[misc]
    assert model["model_id"] == run.model_id and "train_model" in str(reply["summary"])
    assert desk.ask("recommend", user_id="u0")["model_id"] == run.model_id
