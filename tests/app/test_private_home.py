"""A home that promises differential privacy: nothing that learnt without it serves, and what is spent is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.ranking import RankRequest
from temporec_mcp.domain.training import TrainingRun, TrainRequest
from temporec_mcp.errors import InvalidInputError, NotFoundError, StoreDamagedError
from temporec_mcp.models.checkpoint import load_card
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.evaluate import EvaluateRequest, evaluate
from temporec_mcp.tools.protect import ProtectReply, protect
from temporec_mcp.tools.status import model_reply, status
from temporec_mcp.tools.training import training_reply
from tests.app.conftest import NOW, START, catalogue, ended, histories, never, no_progress, train

CALL = Call(NOW, no_progress, never)
DIARY = "my diary"
OWN_ITEM = Item(DIARY, title="The lantern keeper's diary, by hand", is_catalogue=False)


def promise(app: App, epsilon: float = 3.0) -> ProtectReply:
    return protect(app, {"epsilon": epsilon}, CALL)


def listed(app: App, user_id: str, k: int = 50) -> list[tuple[str, float]]:
    given = app.recommend(RankRequest(user_id, (), k, NOW), no_progress)
    return [(item.item_id, item.score) for item in given.items]


def own_words(users: int = 3) -> list[Event]:
    """Give events of several users with an item that no catalogue has, and an action of their own."""
    return [
        Event(f"u{user}", DIARY, "scribble", START + timedelta(days=20 + step, minutes=user))
        for user in range(users)
        for step in range(3)
    ]


@pytest.fixture
def private(filled: App) -> Iterator[App]:
    """Give a filled home under a promise of epsilon 3."""
    filled.log_behavior(own_words(), [OWN_ITEM])
    promise(filled)
    yield filled


def test_a_promise_takes_the_models_that_learnt_before_and_the_copies_that_could_lift_it(filled: App) -> None:
    old = train(filled).model_id
    assert old is not None
    copy = filled.back_up(None)
    folder = filled.status().home / "models" / old
    assert folder.is_dir() and copy.is_file()
    reply = promise(filled)
    assert reply.destroyed == (old,)
    assert "1 model that had learnt without it went" in reply.summary
    assert not folder.exists() and not copy.exists()
    assert filled.status().active_model_id is None and filled.model_ids() == []
    with pytest.raises(NotFoundError):
        filled.model(old)


def test_a_training_that_has_begun_without_the_promise_begins_anew_under_it(filled: App) -> None:
    run = filled.start_training(TrainRequest("quick"))
    promise(filled)
    run = ended(filled, run)
    assert run.privacy is not None and run.privacy.epsilon == 3.0
    assert filled.model_ids() == [run.model_id]


def test_each_training_tells_epsilon_delta_and_unit_and_what_all_have_spent(private: App) -> None:
    spent = [train(private).privacy for _ in range(2)]
    promise(private, 1.0)
    run = train(private)
    spent.append(run.privacy)
    found = [(one.epsilon, one.trainings, round(one.total_epsilon, 2)) for one in spent if one]
    assert found == [(3.0, 1, 3.0), (3.0, 2, 4.42), (1.0, 3, 4.59)]
    reply = training_reply(run)
    assert "epsilon 1 and delta 1e-06 for a user with the whole history" in reply.summary
    assert "3 trainings so far spent epsilon 4.59 together" in reply.summary
    assert "Figures of quality are for the operator: they are not covered." in reply.summary
    assert "That is worse than item transitions, which promises nothing" in reply.summary
    assert reply.privacy is not None and reply.privacy.unit == "a user with the whole history"
    assert model_reply(private.model(str(run.model_id))).privacy == reply.privacy


def test_what_is_spent_outlives_the_process_the_models_and_a_restored_copy(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path / "home"), lambda: NOW)
    app.log_behavior(histories(), catalogue())
    promise(app)
    copy = app.back_up(tmp_path / "copy.duckdb")
    assert train(app).privacy is not None
    app.close()
    from temporec_mcp.app.restoring import restore_home

    restore_home(Settings(home=tmp_path / "home"), copy, NOW)
    again = App(Settings(home=tmp_path / "home"), lambda: NOW)
    assert again.model_ids() == []
    kept = protect(again, {}, CALL).privacy
    assert kept is not None and (kept.trainings, kept.total_epsilon) == (1, 3.0)
    again.close()


def test_a_record_of_what_is_spent_that_cannot_be_read_stops_the_training(private: App) -> None:
    (private.status().home / "privacy.jsonl").write_text('{"epsilon": 3', encoding="utf-8")
    run = train(private)
    assert run.status == "failed" and "privacy.jsonl" in str(run.error)
    with pytest.raises(StoreDamagedError):
        protect(private, {}, CALL)


def test_the_newest_private_model_serves_whatever_it_measures(private: App) -> None:
    promise(private, 20.0)
    assert train(private).is_activated
    later = [replace(event, time=event.time + timedelta(days=100)) for event in histories()]
    private.log_behavior(later, ())  # all that the next one is measured by, and that the one before has not seen
    promise(private, 0.05)
    worse = train(private)
    assert worse.is_activated and private.status().active_model_id == worse.model_id


def test_whatever_the_preset_a_private_home_learns_from_sums_with_noise(private: App) -> None:
    run = ended(private, private.start_training(TrainRequest("balanced")))
    assert run.request.preset == "quick" and run.privacy is not None
    card = load_card(private.status().home / "models" / str(run.model_id))
    assert set(card.weights) == {"popularity", "taste", "text"}


def test_a_model_knows_only_what_the_catalogue_has(private: App) -> None:
    run = train(private)
    card = load_card(private.status().home / "models" / str(run.model_id))
    assert set(card.item_ids) == {item.item_id for item in catalogue()}
    assert set(card.action_weights) == {"read"}


def test_what_no_catalogue_brought_is_shown_to_nobody_else_however_many_have_it(private: App) -> None:
    train(private)
    for user_id, is_own in (("u0", True), ("u9", False), ("stranger", False)):
        given = private.recommend(RankRequest(user_id, (), 50, NOW, include_seen=True), no_progress)
        assert (DIARY in [item.item_id for item in given.items]) == is_own


def test_before_a_private_training_a_list_is_what_it_is_without_the_others(private: App, tmp_path: Path) -> None:
    alone = App(Settings(home=tmp_path / "alone"), lambda: NOW)
    alone.log_behavior([event for event in [*histories(), *own_words()] if event.user_id == "u1"], catalogue())
    promise(alone)
    assert listed(private, "u1") == listed(alone, "u1")
    assert "texts answer" in status(private, CALL).summary
    alone.close()


def test_without_a_catalogue_there_is_nothing_that_may_be_learnt(app: App) -> None:
    app.log_behavior(histories(), ())
    promise(app)
    run = train(app)
    assert run.status == "failed" and "no item came with a catalogue" in str(run.error)
    assert not (app.status().home / "privacy.jsonl").exists()


def test_a_home_under_promise_carries_no_model_in_either_direction(private: App, tmp_path: Path) -> None:
    train(private)
    with pytest.raises(InvalidInputError, match="learns under differential privacy, so it carries no model"):
        private.pack_model(tmp_path / "packed")
    other = App(Settings(home=tmp_path / "other"), lambda: NOW)
    other.log_behavior(histories(), catalogue())
    train(other)
    other.pack_model(tmp_path / "theirs")
    other.close()
    with pytest.raises(InvalidInputError, match="Train in each home"):
        private.carry_model(tmp_path / "theirs", no_progress)


def test_erasing_a_user_destroys_the_private_model_too_and_the_refit_is_counted(private: App) -> None:
    old = train(private).model_id
    receipt = private.forget("u3", None)
    assert [model_id for model_id, _ in receipt.models] == [old]
    run = ended(private, private.training_status(receipt.job_id, 10, no_progress, never))
    assert run.privacy is not None and run.privacy.trainings == 2
    assert private.model_ids() == [run.model_id]


def test_measuring_says_that_its_figures_are_not_covered_and_spends_nothing(private: App) -> None:
    reply = evaluate(private, EvaluateRequest(split="leave-last-out", preset="quick"), CALL)
    assert "epsilon 3, and is thrown away" in reply.summary
    assert "the promise does not cover them" in reply.summary
    told = protect(private, {}, CALL)
    assert told.privacy is not None and told.privacy.trainings == 0


@pytest.mark.parametrize(("language", "words"), [("en", "epsilon 3 and delta 1e-06"), ("zh", "ε 为 3，δ 为 1e-06")])
def test_a_report_tells_the_promise_of_its_model(private: App, language: Literal["en", "zh"], words: str) -> None:
    train(private)
    assert words in private.report("u1", None, language, no_progress)


def test_a_home_without_a_promise_says_so(filled: App) -> None:
    reply = protect(filled, {}, CALL)
    assert reply.privacy is None and "promises no differential privacy" in reply.summary
    run: TrainingRun = replace(train(filled))
    assert run.privacy is None and training_reply(run).privacy is None
