"""A user takes everything along, and finds it again elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.ranking import RankRequest
from temporec_mcp.domain.requests import ImportRequest
from temporec_mcp.errors import InvalidInputError, NotFoundError
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.trusted import COMMANDS
from tests.app.conftest import never, no_progress

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ZONE = "Asia/Shanghai"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = App(Settings(home=tmp_path / "home", import_dirs=(tmp_path,)), lambda: NOW)
    path = tmp_path / "days.csv"
    path.write_text("user_id,item_id,action,timestamp,title\nann,f9,watch,2026-05-04,Nine\n", encoding="utf-8")
    bring(app, path, None, ZONE)
    events = [
        Event("ann", f"f{day % 4}", "rate", NOW - timedelta(days=day, hours=day, microseconds=day), value=day / 4)
        for day in range(12)
    ]
    events += [
        Event(
            "ann", "f1", "watch", NOW - timedelta(days=3), text="at noon", session_id="s", context="tv", event_id="e"
        ),
        Event("ann", None, "search", NOW - timedelta(days=2), text="slow films"),
        Event("bob", "of bob", "watch", NOW, text="canary-bob"),
    ]
    app.log_behavior(events, [Item(f"f{n}", f"Film {n}", categories=("Sci Fi", "Drama")) for n in range(6)])
    yield app
    app.close()


def bring(app: App, path: Path, items: Path | None, timezone: str) -> None:
    request = ImportRequest(
        str(path), items_path=None if items is None else str(items), timezone=timezone, is_dry_run=False
    )
    app.import_history(request, no_progress, never)


def export(app: App, user_id: str, folder: Path) -> dict[str, object]:
    call = Call(NOW, no_progress, never)
    return COMMANDS["export_user"](app, {"user_id": user_id, "output": str(folder)}, call).fields()


def test_an_export_brought_into_another_home_gives_the_same_timeline(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    told = export(app, "ann", folder)
    assert (told["events"], told["items"], told["models"]) == (15, 5, [])
    other = App(Settings(home=tmp_path / "other", import_dirs=(tmp_path,)), lambda: NOW)
    bring(other, folder / "events.jsonl", folder / "items.jsonl", ZONE)
    assert other.timeline("ann", None, None, None) == app.timeline("ann", None, None, None)
    assert other.recent_history("ann") == app.recent_history("ann")
    again = export(other, "ann", tmp_path / "again")
    assert again["events"] == told["events"]
    for name in ("events.jsonl", "history.inter", "history.item"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    bring(other, folder / "events.jsonl", folder / "items.jsonl", ZONE)
    assert other.status().event_count == 15
    other.close()


def test_an_export_is_private_complete_and_of_one_user_only(app: App, tmp_path: Path) -> None:
    request = RankRequest(user_id="ann", recent_items=(), k=3, as_of=NOW, query=None)
    answer = app.recommend(request, no_progress)
    app.recommend(replace(request, user_id="bob"), no_progress)
    folder = tmp_path / "deep" / "out"
    told = export(app, "ann", folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in folder.iterdir()) == sorted(told["files"])  # type: ignore[call-overload]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert not [path.name for path in folder.iterdir() if "bob" in path.read_text(encoding="utf-8")]
    (shown,) = map(json.loads, (folder / "recommendations.jsonl").read_text(encoding="utf-8").splitlines())
    assert [place["item_id"] for place in shown["items"]] == [place.item_id for place in answer.items]
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert (about["timezone"], about["events"], about["recommendations"]) == (ZONE, 15, 1)
    inter = (folder / "history.inter").read_text(encoding="utf-8").splitlines()
    assert inter[0].split("\t")[0] == "user_id:token" and len(inter) == 15


def test_the_owner_of_the_home_sees_who_has_events(app: App) -> None:
    reply = COMMANDS["list_users"](app, {}, Call(NOW, no_progress, never))
    ann, bob = reply.fields()["users"]  # type: ignore[misc]
    assert (ann["user_id"], ann["timezone"], ann["events"], ann["from"]) == ("ann", ZONE, 15, "2026-05-04T04:00:00Z")
    assert (bob["user_id"], bob["events"]) == ("bob", 1)
    assert "bob: 1 event," in reply.text()


def test_an_export_replaces_nothing_and_needs_a_user(app: App, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="not empty"):
        export(app, "ann", tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["diary.txt"]
    with pytest.raises(NotFoundError, match="nobody"):
        export(app, "nobody", tmp_path / "none")
    assert not (tmp_path / "none").exists()
