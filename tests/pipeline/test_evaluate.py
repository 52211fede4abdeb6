from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.domain.log import Flags, Floats, HistoryBatch
from temporec_mcp.pipeline.evaluate import Evaluation, Scorer, difference_interval, evaluate, top_items
from temporec_mcp.pipeline.split import HeldOut, make_split
from tests.models.walks import ACTION_WEIGHTS, chain, habits


def held_chain() -> HeldOut:
    return make_split(chain(), "leave-last-out", ACTION_WEIGHTS, keeps_seen=False)


def following_at(place: int) -> Scorer:
    """Rank what follows the newest event at a place of the list, worse items above it."""

    def score(batch: HistoryBatch, candidates_BV: Flags) -> Mapping[str, Floats]:
        newest_B1 = batch.items_BL[:, :1]
        steps_BV = (np.arange(candidates_BV.shape[1])[None, :] - newest_B1 - 1) % candidates_BV.shape[1]
        scores_BV = np.where(steps_BV == 0, 100.5 - place, 100.0 - steps_BV)
        return {"model": scores_BV.astype(np.float32)}

    return score


@pytest.mark.parametrize("place", [1, 2, 10])
def test_a_target_at_a_known_place_gives_its_textbook_metrics(place: int) -> None:
    metrics = evaluate(following_at(place), held_chain(), ACTION_WEIGHTS)["model"].metrics
    assert metrics.ndcg_at_10 == pytest.approx(1.0 / np.log2(place + 1), rel=1e-5)
    assert metrics.mrr_at_10 == pytest.approx(1.0 / place, rel=1e-5)
    assert metrics.hit_rate_at_10 == 1.0
    assert metrics.cases == 60


def test_a_target_past_the_tenth_place_is_no_hit() -> None:
    metrics = evaluate(following_at(11), held_chain(), ACTION_WEIGHTS)["model"].metrics
    assert (metrics.ndcg_at_10, metrics.hit_rate_at_10, metrics.mrr_at_10) == (0.0, 0.0, 0.0)


def test_a_list_of_all_targets_of_a_visit_is_perfect() -> None:
    held = make_split(habits(), "next-basket", ACTION_WEIGHTS, keeps_seen=True)
    targets = {
        (int(user), float(time)): case
        for case, (user, time) in enumerate(zip(held.cases.users_C, held.cases.as_of_C, strict=True))
    }
    order = list(targets.values())

    def score(batch: HistoryBatch, candidates_BV: Flags) -> Mapping[str, Floats]:
        scores_BV = np.zeros(candidates_BV.shape, dtype=np.float32)
        for row in range(len(scores_BV)):
            case = order[row]
            scores_BV[
                row, held.cases.targets_T[held.cases.target_starts_C[case] : held.cases.target_starts_C[case + 1]]
            ] = 1
        return {"model": scores_BV}

    evaluation = evaluate(score, held, ACTION_WEIGHTS)["model"]
    assert evaluation.metrics.ndcg_at_10 == pytest.approx(1.0)
    assert evaluation.recall == pytest.approx(1.0)


def test_nothing_but_candidates_is_listed() -> None:
    held = held_chain()
    everything = evaluate(
        lambda _, candidates_BV: {"same": np.zeros(candidates_BV.shape, np.float32)}, held, ACTION_WEIGHTS
    )
    for case, items_K in enumerate(everything["same"].items_CK):
        history = held.log.items_N[held.cases.starts_C[case] : held.cases.ends_C[case]]
        assert not set(items_K.tolist()) & set(history.tolist())


def test_tied_and_cold_cases_are_told_apart() -> None:
    log = chain(user_count=4)
    log.times_N[log.offsets_U[1] - 1] = log.times_N[log.offsets_U[1] - 2]
    held = make_split(log, "leave-last-out", ACTION_WEIGHTS, keeps_seen=False)
    evaluation = evaluate(following_at(1), held, ACTION_WEIGHTS)["model"]
    assert evaluation.is_tied_C.tolist() == [True, False, False, False]
    assert evaluation.metrics_of(evaluation.is_tied_C).cases == 1
    assert evaluation.is_cold_C.tolist() == [int(item) not in held.fit.items_N for item in held.cases.targets_T]


def test_a_shorter_catalogue_than_the_list_pads_the_list() -> None:
    scores_BV = np.array([[1.0, -np.inf, 3.0]], dtype=np.float32)
    assert top_items(scores_BV, 10).tolist() == [[2, 0, -1]]


def test_equal_scores_are_listed_by_item_number() -> None:
    assert top_items(np.zeros((1, 6), dtype=np.float32), 6).tolist() == [[0, 1, 2, 3, 4, 5]]


def evaluations(first_place: int, second_place: int) -> tuple[Evaluation, Evaluation]:
    held = held_chain()
    return (
        evaluate(following_at(first_place), held, ACTION_WEIGHTS)["model"],
        evaluate(following_at(second_place), held, ACTION_WEIGHTS)["model"],
    )


def test_a_model_does_not_differ_from_itself() -> None:
    assert difference_interval(*evaluations(2, 2), seed=1) == (0.0, 0.0, 0.0)


def test_a_better_model_has_an_interval_above_zero() -> None:
    mean, low, high = difference_interval(*evaluations(1, 2), seed=1)
    assert 0.0 < low <= mean <= high


def test_the_cases_of_one_user_leave_room_for_chance() -> None:
    first, second = evaluations(1, 2)
    alone = np.zeros_like(first.users_C)
    hits_CK = first.hits_CK.copy()
    hits_CK[: len(hits_CK) // 3] = False
    one, other = replace(first, users_C=alone, hits_CK=hits_CK), replace(second, users_C=alone)
    mean, low, high = difference_interval(one, other, seed=1)
    assert low < mean < high
