"""A team's home turns to pseudonyms while it is lived in: its model goes on, and its files name nobody."""

from dataclasses import replace
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.ranking import RankRequest
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.protect import protect
from tests.app.conftest import NOW, catalogue, histories, never, no_progress, train
from tests.app.test_erasing import traces

CANARY = "canary-88213"


def listed(app: App) -> tuple[str | None, list[tuple[str, float]]]:
    given = app.recommend(RankRequest(f"{CANARY}-u3", (), 5, NOW), no_progress)
    return given.model_id, [(item.item_id, round(item.score, 4)) for item in given.items]


def test_a_home_with_a_model_turns_to_pseudonyms_and_answers_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPOREC_KEYS", str(tmp_path / "keys"))
    app = App(Settings(home=tmp_path / "home"), lambda: NOW)
    events = [replace(event, user_id=f"{CANARY}-{event.user_id}") for event in histories()]
    app.log_behavior(events, catalogue())
    assert train(app).status == "completed"
    app.back_up(None)
    before = listed(app)
    assert len(traces(tmp_path / "home", CANARY)) >= 2
    reply = protect(app, {"pseudonyms": True}, Call(NOW, no_progress, never))
    assert reply.pseudonyms and "Safety copies with plain ids in the home are destroyed" in reply.summary
    assert listed(app) == before and before[0] is not None
    assert app.log_behavior(events, ()).duplicates == len(events)
    app.close()
    assert traces(tmp_path / "home", CANARY) == []
    again = App(Settings(home=tmp_path / "home"), lambda: NOW)
    assert listed(again) == before
    again.close()
