"""A private model has learnt from sums with noise that one user moves by at most 1, and from nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporec_mcp.domain.log import EventLog
from temporec_mcp.domain.training import Privacy, TrainRequest
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.gaussian import Teller
from temporec_mcp.models.part import FitData
from temporec_mcp.models.taste import popularity_sum, taste_sum
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.private import (
    POPULARITY_SHARE,
    REPEATS_SHARE,
    TASTE_SHARE,
    fit_private,
    repeats_sum,
)
from temporec_mcp.pipeline.train import evaluate_order, train_order
from temporec_mcp.pipeline.workfolder import WorkOrder
from tests.models.chains import chain_log
from tests.models.walks import ask, habits, walk_log

ITEMS = 6
LIKES = np.ones(2, dtype=np.float32)
FEATURES_VF = np.random.default_rng(3).normal(scale=40.0, size=(ITEMS, 4))
walks = st.lists(st.lists(st.integers(0, ITEMS - 1), max_size=40), min_size=1, max_size=5)


def noiseless() -> Teller:
    return Teller(float("inf"), np.random.default_rng(0).standard_normal)


def drowning() -> Teller:
    """Tell with so much noise, always the same, that nothing of a sum is left on the grid it is rounded to."""
    return Teller(1e-9, np.random.default_rng(0).standard_normal)


def texts(item_count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(item_count, 24)).astype(np.float32)


def fitted(log: EventLog, teller: Teller) -> Blend:
    texts_VD = texts(len(log.item_ids))
    return fit_private(FitData(log, whiten(texts_VD), LIKES), texts_VD, teller)


def silent(_done: float, _phase: str) -> None:
    pass


@given(walks, st.lists(st.integers(0, ITEMS - 1), max_size=60))
def test_one_more_user_moves_no_sum_by_more_than_1(others: list[list[int]], joining: list[int]) -> None:
    without, beside = walk_log([*others, []], ITEMS), walk_log([*others, joining], ITEMS)
    moved = (
        popularity_sum(beside) - popularity_sum(without),
        taste_sum(beside, FEATURES_VF) - taste_sum(without, FEATURES_VF),
        repeats_sum(beside) - repeats_sum(without),
    )
    assert all(float(np.linalg.norm(change)) <= 1.0 + 1e-9 for change in moved)


def test_a_users_whole_weight_is_used() -> None:
    log = walk_log([[0, 1, 2, 1, 0, 1] * 4], ITEMS)
    assert np.linalg.norm(popularity_sum(log)) == pytest.approx(1.0)
    assert np.linalg.norm(taste_sum(log, FEATURES_VF)) == pytest.approx(1.0)


def test_all_that_is_told_stays_within_one_promise() -> None:
    assert POPULARITY_SHARE + TASTE_SHARE + REPEATS_SHARE <= 1.0


def test_what_noise_drowns_is_nowhere_in_the_model() -> None:
    here = fitted(chain_log(event_count=8, item_count=60), drowning())
    there = fitted(habits(user_count=3, item_count=60), drowning())
    assert here.weights == there.weights and here.is_repeating == there.is_repeating
    for mine, theirs in zip(here.parts, there.parts, strict=True):
        assert mine.name == theirs.name
        for name, tensor in mine.tensors().items():
            np.testing.assert_array_equal(tensor, theirs.tensors()[name])


def test_without_noise_it_learns_which_texts_follow_which() -> None:
    log = chain_log(user_count=40, event_count=8, item_count=12)
    blend = fitted(log, noiseless())
    batch = ask(log, range(40))
    scores_BV = next(part for part in blend.parts if part.name == "taste").score(batch)
    assert np.mean(scores_BV.argmax(axis=1) == (batch.items_BL[:, 0] + 1) % 12) > 0.8


def test_data_that_repeat_are_ranked_by_the_users_own_habits() -> None:
    assert {"frequency", "habit"} <= set(fitted(habits(), noiseless()).names)
    assert "text" in fitted(chain_log(event_count=8), noiseless()).names


def test_a_private_checkpoint_keeps_no_case_and_no_word_of_a_users_own() -> None:
    log = replace(chain_log(event_count=12, item_count=40), action_names=("view", "my own word"))
    order = WorkOrder(TrainRequest("quick"), log, texts(40), "tiny", LIKES, "cpu", epsilon=3.0)
    first, second = train_order(order, silent), train_order(order, silent)
    card = first.checkpoint.card
    assert first.comparison is None
    assert card.privacy == Privacy(3.0, 1e-6)
    assert not len(first.checkpoint.held_out.seqs_C) and not first.checkpoint.stages and not card.learnt
    assert set(card.action_weights) == {"view"}
    # One seed, one log, two models: a seed would be a key to the noise.
    once, again = (trained.checkpoint.parts["popularity"]["scores"] for trained in (first, second))
    assert not np.array_equal(once, again)


def test_measuring_under_a_promise_measures_the_private_recipe() -> None:
    log = chain_log(event_count=12, item_count=40)
    order = WorkOrder(TrainRequest("quick"), log, texts(40), "tiny", LIKES, "cpu", epsilon=0.05)
    report = evaluate_order(order, "leave-last-out", silent)
    plain = evaluate_order(replace(order, epsilon=None), "leave-last-out", silent)
    assert (report.epsilon, plain.epsilon) == (0.05, None)
    assert report.metrics.ndcg_at_10 < 0.7 * plain.metrics.ndcg_at_10
    assert report.baselines["popularity"] == plain.baselines["popularity"]
