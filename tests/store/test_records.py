"""Models, jobs and answers come back as they were, and unknown ids are named."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation
from temporec_mcp.domain.training import Metrics, ModelRecord, TrainingRun, TrainRequest
from temporec_mcp.errors import NotFoundError
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, commit, event

METRICS = Metrics(0.1, 0.2, 0.05, 0.9, 40)
MODEL = ModelRecord(
    model_id="m1",
    created_at=NOW,
    request=TrainRequest("quick", "weeks", 30.0, 7),
    encoder="auto",
    metrics=METRICS,
    baselines={"popularity": replace(METRICS, ndcg_at_10=0.01)},
    data={"kept": 12.0, "note": "all", "empty": float("inf")},
    trained_from=NOW - timedelta(days=30, microseconds=5),
    trained_to=NOW,
    last_seq=3,
    is_active=False,
)
RUN = TrainingRun("j1", "running", 0.5, "fitting", TrainRequest(), NOW, metrics=METRICS, data={"rows": 3.0})
ANSWER = Recommendation(
    recommendation_id="r1",
    request=RankRequest(
        "ann", (), 2, NOW, query="tea?", exclude_item_ids=("x",), include_seen=True, categories=("drink",)
    ),
    model_id="m1",
    strategy="trained",
    is_personalised=True,
    items=(
        RankedItem(1, "tea", "Tea", 2.5, ("Cake", "Milk"), "ridge"),
        RankedItem(2, "cake", "Cake", 1 / 3),
    ),
    last_seq=9,
)


def test_a_model_comes_back_as_it_was_also_after_a_restart(path: Path) -> None:
    store = Store.open(path)
    store.models.add(MODEL)
    store.close()
    store = Store.open(path)
    assert store.models.get("m1") == MODEL
    assert store.models.active() is None
    store.close()


def test_one_model_at_a_time_is_active(store: Store) -> None:
    store.models.add(MODEL)
    store.models.add(replace(MODEL, model_id="m2", created_at=NOW + timedelta(1), is_active=True))
    assert [(model.model_id, model.is_active) for model in store.models.all()] == [("m2", True), ("m1", False)]
    store.models.activate("m1")
    assert [(model.model_id, model.is_active) for model in store.models.all()] == [("m2", False), ("m1", True)]
    assert store.models.active() == replace(MODEL, is_active=True)


def test_activating_an_unknown_model_names_it_and_leaves_the_active_one(store: Store) -> None:
    store.models.add(replace(MODEL, is_active=True))
    with pytest.raises(NotFoundError, match="nope"):
        store.models.activate("nope")
    assert store.models.active() is not None


def test_a_removed_model_is_gone(store: Store) -> None:
    store.models.add(replace(MODEL, is_active=True))
    store.models.remove("m1")
    assert (store.models.all(), store.models.active()) == ((), None)
    with pytest.raises(NotFoundError, match="m1"):
        store.models.get("m1")


def test_models_have_learnt_from_a_user_whose_first_event_came_before_their_last(store: Store) -> None:
    commit(store, [event("ann"), event("bob"), event("ann", hours=1)])
    for last_seq in range(4):
        store.models.add(replace(MODEL, model_id=f"m{last_seq}", last_seq=last_seq))
    assert store.models.learnt_from("ann") == ["m1", "m2", "m3"]
    assert store.models.learnt_from("bob") == ["m2", "m3"]
    assert store.models.learnt_from("nobody") == []


def test_a_job_comes_back_in_its_newest_state(store: Store) -> None:
    store.jobs.save(RUN, NOW)
    done = replace(RUN, status="completed", progress=1.0, model_id="m1", is_activated=True)
    store.jobs.save(done, NOW)
    assert store.jobs.get("j1") == done
    with pytest.raises(NotFoundError, match="nope"):
        store.jobs.get("nope")


def test_the_latest_job_is_the_one_asked_for_last(store: Store) -> None:
    assert store.jobs.latest() is None
    newer = replace(RUN, job_id="j0", created_at=NOW + timedelta(seconds=1))
    store.jobs.save(newer, NOW)
    store.jobs.save(RUN, NOW + timedelta(hours=1))
    assert store.jobs.latest() == newer


def test_unfinished_jobs_are_interrupted_and_ended_ones_stay(store: Store) -> None:
    store.jobs.save(RUN, NOW)
    store.jobs.save(replace(RUN, job_id="j2", status="queued"), NOW)
    store.jobs.save(replace(RUN, job_id="j3", status="failed", error="No events."), NOW)
    assert store.jobs.interrupt_unfinished() == 2
    assert [store.jobs.get(job_id).status for job_id in ("j1", "j2", "j3")] == ["interrupted", "interrupted", "failed"]
    assert store.jobs.interrupt_unfinished() == 0


def test_an_answer_comes_back_as_it_was_given(store: Store) -> None:
    anonymous = replace(
        ANSWER,
        recommendation_id="r2",
        request=replace(ANSWER.request, user_id=None, recent_items=("a", "b")),
        model_id=None,
        strategy="popular",
        items=(),
    )
    store.recommendations.add(ANSWER, NOW)
    store.recommendations.add(anonymous, NOW)
    assert store.recommendations.get("r1") == ANSWER
    assert store.recommendations.get("r2") == anonymous


def test_an_unknown_answer_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"'nope'.*Ask for a new recommendation"):
        store.recommendations.get("nope")
