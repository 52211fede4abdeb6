from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.ranking import RankRequest, Recommendation
from temporec_mcp.domain.requests import ExplainRequest
from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.errors import InvalidInputError, NotFoundError, TrainingError
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.registry import TOOLS
from tests.app.conftest import NOW, READ, START, USERS, VOLUMES, histories, never, no_progress, train


def ask(app: App, user_id: str = "u0", at: datetime = NOW, **choices: object) -> Recommendation:
    request = RankRequest(user_id=user_id, recent_items=(), k=5, as_of=at)
    return app.recommend(replace(request, **choices), no_progress)  # type: ignore[arg-type]


def ids(answer: Recommendation) -> list[str]:
    return [item.item_id for item in answer.items]


def test_nothing_stored_is_said_with_the_next_step(app: App) -> None:
    with pytest.raises(NotFoundError, match="log_behavior"):
        ask(app)
    with pytest.raises(TrainingError, match="Log or import"):
        app.start_training(TrainRequest())


def test_a_trained_model_follows_each_user_through_the_volumes(filled: App) -> None:
    run = train(filled)
    assert run.status == "completed", run
    assert run.is_activated is True
    assert run.metrics is not None
    assert run.metrics.ndcg_at_10 > max(metrics.ndcg_at_10 for name, metrics in run.baselines.items() if "pop" in name)
    next_volume = f"0-{(READ - 4) % VOLUMES}"
    answer = ask(filled, "u0", START + timedelta(days=READ))
    assert answer.strategy == "trained"
    assert ids(answer)[0] == next_volume


def test_the_same_seed_and_events_give_the_same_list(filled: App) -> None:
    train(filled)
    first = ask(filled)
    train(filled)
    second = ask(filled)
    assert first.model_id != second.model_id
    assert [(item.item_id, item.score) for item in first.items] == [(item.item_id, item.score) for item in second.items]


def test_an_answer_can_be_explained_after_later_events_changed_the_list(filled: App) -> None:
    train(filled)
    shown = ask(filled)
    top = shown.items[0]
    filled.log_behavior([Event("u0", top.item_id, "dismiss", NOW), Event("u0", "3-3", "read", NOW)], [])
    assert top.item_id not in ids(ask(filled))
    why = filled.explain(ExplainRequest(top.item_id, shown.recommendation_id), no_progress)
    assert why.is_verified
    assert why.rank == 1
    assert why.score == pytest.approx(top.score, abs=1e-5)
    assert "3-3" not in {reason.item_id for reason in why.reasons}


def test_what_was_just_read_counts_without_another_training(filled: App) -> None:
    train(filled)
    stranger = ask(filled, "newcomer")
    assert not stranger.is_personalised
    filled.log_behavior([Event("newcomer", f"2-{volume}", "read", NOW - timedelta(hours=1)) for volume in (4, 5)], [])
    known = ask(filled, "newcomer")
    assert known.is_personalised
    assert ids(known)[0] == "2-6"


def test_events_after_the_moment_asked_for_are_unknown(filled: App) -> None:
    train(filled)
    early = START + timedelta(days=2, hours=1)
    before = ask(filled, "u1", early)
    filled.log_behavior([Event("u1", "4-4", "read", early + timedelta(days=1))], [])
    assert ids(ask(filled, "u1", early)) == ids(before)


def test_a_forgotten_user_takes_the_model_along_and_others_still_get_a_list(filled: App) -> None:
    run = train(filled)
    preview = filled.preview_forget("u3")
    assert preview.would_remove["events"] == READ - 4
    receipt = filled.forget("u3", preview.confirm)
    assert receipt.removed["events"] == READ - 4
    assert [model_id for model_id, _ in receipt.models] == [run.model_id]
    with pytest.raises(NotFoundError, match="u3"):
        filled.timeline("u3", None, None, None)
    assert receipt.job_id is not None
    assert filled.training_status(receipt.job_id, 60, no_progress, never).status == "completed"
    again = ask(filled, "u4")
    assert (again.strategy, again.model_id != run.model_id) == ("trained", True)


def test_a_confirmation_holds_once_and_for_its_user_only(filled: App) -> None:
    token = filled.preview_forget("u3").confirm
    with pytest.raises(InvalidInputError, match="without `confirm`"):
        filled.forget("u4", token)
    assert filled.timeline("u4", None, None, None).event_count == READ - 4


def test_every_user_gets_the_list_that_one_by_one_would_give(filled: App) -> None:
    train(filled)
    lines = list(filled.recommend_all(3, NOW, no_progress))
    assert len(lines) == 3 * USERS
    for user_id in ("u0", "u17"):
        alone = ids(ask(filled, user_id))[:3]
        assert [item.item_id for owner, item in lines if owner == user_id] == alone


def test_a_training_that_is_cancelled_leaves_no_model(filled: App) -> None:
    run = filled.start_training(TrainRequest(preset="quick"))
    ended = filled.cancel_training(run.job_id)
    assert ended.status == "cancelled"
    assert filled.model_ids() == []
    assert filled.training_status(run.job_id, 0, no_progress, never).status == "cancelled"


def test_evaluation_measures_without_changing_anything(filled: App) -> None:
    report = filled.evaluate("leave-last-out", "quick", 0, no_progress, never)
    assert report.metrics.cases == USERS
    assert report.baselines
    assert filled.model_ids() == []


def test_status_counts_what_is_there(filled: App) -> None:
    status = filled.status()
    assert (status.event_count, status.user_count) == (len(histories()), USERS)
    assert status.active_model_id is None


def test_a_timeline_ends_where_it_is_asked_to(filled: App) -> None:
    whole = filled.timeline("u2", None, None, None)
    part = filled.timeline("u2", None, START + timedelta(days=4, hours=1), None)
    assert (whole.event_count, part.event_count) == (READ - 4, 5)
    with pytest.raises(NotFoundError, match="since"):
        filled.timeline("u2", NOW, None, None)


def test_a_person_who_has_used_everything_is_told_how_to_add_more(app: App) -> None:
    app.log_behavior([Event("me", f"b{day}", "read", NOW - timedelta(days=day)) for day in range(1, 6)], [])
    call = Call(NOW, no_progress, never)
    nothing = TOOLS["recommend"].answer(app, {}, call)
    assert nothing.fields()["items"] == []
    assert "items_path" in nothing.summary
    again = TOOLS["recommend"].answer(app, {"include_seen": True}, call)
    assert len(cast("list[object]", again.fields()["items"])) == 5


def test_the_newest_occasions_and_searches_are_told_in_words(app: App) -> None:
    app.log_behavior(
        [
            Event("ann", "alien", "watch", START),
            Event("ann", "alien", "rate", START + timedelta(minutes=5), value=4.0),
            Event("ann", None, "search", START + timedelta(days=1), text="more space"),
        ],
        [Item("alien", "Alien (1979)")],
    )
    recent = app.recent_history("ann")
    assert recent.text == 'watched "Alien (1979)" on 2026-01-05, rated 4/5'
    assert recent.searches == ("more space",)


def test_a_listener_without_categories_has_artists_for_interests(app: App) -> None:
    songs = [Item(f"song-{number}", f"Song {number}", creators=("Asake",)) for number in range(6)]
    played = [Event("me", song.item_id, "listen", START + timedelta(days=day)) for day, song in enumerate(songs)]
    app.log_behavior(played, songs)
    timeline = app.timeline("me", None, None, None)
    assert [interest.label for interest in timeline.interests] == ["Asake"]
