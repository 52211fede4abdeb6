from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.models.blend import Blend, standard_scores
from temporec_mcp.models.registry import LEAST_WEIGHTS, blend_kinds, default_weights
from temporec_mcp.models.weights import OUT, WeightCases, learn_apart, learn_weights
from tests.models.walks import ask, chain, data_of

CASE_COUNT, PLACE_COUNT = 400, 30


def made_blend() -> tuple[Blend, np.ndarray, np.ndarray]:
    log = chain()
    kinds = blend_kinds(has_vectors=True, repeats="none", horizon="next")
    blend = Blend(
        tuple(kind.fit(data_of(log)) for kind in kinds),
        default_weights(tuple(kind.name for kind in kinds), "none"),
    )
    scores_PBV = blend.part_scores(ask(log, range(6)))
    candidates_BV = np.ones(scores_PBV.shape[1:], dtype=np.bool_)
    candidates_BV[:, ::3] = False
    return blend, scores_PBV, candidates_BV


def made_cases(true_weights: list[float], count: int = CASE_COUNT) -> WeightCases:
    """Draw targets from the softmax of the true weights."""
    draw = np.random.default_rng(11)
    scores_CKP = draw.normal(size=(count, PLACE_COUNT, len(true_weights))).astype(np.float32)
    logits_CK = scores_CKP @ np.array(true_weights, dtype=np.float32) + draw.gumbel(size=(count, PLACE_COUNT))
    shares_CK = np.zeros((count, PLACE_COUNT), dtype=np.float32)
    shares_CK[np.arange(count), logits_CK.argmax(axis=1)] = 1.0
    return WeightCases(scores_CKP, shares_CK, np.zeros((count, PLACE_COUNT), dtype=np.float32))


def test_contributions_add_up_to_the_score() -> None:
    blend, scores_PBV, candidates_BV = made_blend()
    combined_BV = blend.combine(scores_PBV, candidates_BV)
    items_K = np.array([7, 2])
    added = blend.contributions(scores_PBV, candidates_BV, items_K)
    np.testing.assert_allclose(np.sum(list(added.values()), axis=0), combined_BV[:, items_K], rtol=1e-4, atol=1e-5)


def test_a_newcomer_is_weighed_as_such_and_the_weights_fade_with_the_events() -> None:
    blend, scores_PBV, candidates_BV = made_blend()
    newcomers = {name: 2.0 * place for place, name in enumerate(blend.names)}
    both = replace(blend, newcomer_weights=newcomers)
    lengths_B = np.array([1, 10, 20, 29, 30, 100], dtype=np.int32)
    combined_BV = both.combine(scores_PBV, candidates_BV, lengths_B)
    for row, length in enumerate(lengths_B.tolist()):
        alone_BV = both.for_history(length).combine(scores_PBV, candidates_BV)
        np.testing.assert_allclose(combined_BV[row], alone_BV[row], rtol=1e-4, atol=1e-4)
    assert both.for_history(10).weights == newcomers
    assert both.for_history(30).weights == blend.weights
    halfway = both.for_history(20).weights["text"]
    assert halfway == pytest.approx((newcomers["text"] + blend.weights["text"]) / 2)


def test_what_is_no_candidate_scores_below_everything_and_changes_nothing() -> None:
    blend, scores_PBV, candidates_BV = made_blend()
    combined_BV = blend.combine(scores_PBV, candidates_BV)
    assert np.isneginf(combined_BV[~candidates_BV]).all()
    scores_PBV[:, ~candidates_BV] = 1e3
    np.testing.assert_allclose(blend.combine(scores_PBV, candidates_BV), combined_BV, rtol=1e-3, atol=1e-4)


def test_scores_of_more_items_than_the_parts_know_can_be_combined() -> None:
    blend, scores_PBV, candidates_BV = made_blend()
    wider_PBV = np.pad(scores_PBV, ((0, 0), (0, 0), (0, 5)))
    wider_BV = np.pad(candidates_BV, ((0, 0), (0, 5)))
    np.testing.assert_allclose(
        blend.combine(wider_PBV, wider_BV)[:, :-5], blend.combine(scores_PBV, candidates_BV), rtol=1e-4, atol=1e-5
    )


def test_standard_scores_are_centred_and_scaled_over_the_candidates_only() -> None:
    scores_BV = np.array([[1.0, 2.0, 3.0, 99.0]], dtype=np.float32)
    candidates_BV = np.array([[True, True, True, False]])
    standard_BV = standard_scores(scores_BV, candidates_BV)
    np.testing.assert_allclose(standard_BV, [[-1.2247449, 0.0, 1.2247449, 0.0]], rtol=1e-5)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e6])
def test_a_part_that_says_the_same_of_all_candidates_adds_nothing(value: float) -> None:
    scores_BV = np.full((2, 7), value, dtype=np.float32)
    assert not standard_scores(scores_BV, np.ones((2, 7), dtype=np.bool_)).any()


def test_rounding_is_not_blown_up_into_a_difference() -> None:
    scores_BV = np.full((1, 8), 5.0, dtype=np.float32)
    scores_BV[0, 3] = np.nextafter(np.float32(5.0), np.float32(6.0))
    assert not standard_scores(scores_BV, np.ones((1, 8), dtype=np.bool_)).any()


def test_a_logit_part_keeps_its_spread() -> None:
    scores_BV = np.array([[0.0, 10.0]], dtype=np.float32)
    blend = Blend((), {}, logit_parts=frozenset({"net"}))
    assert blend.standardise("net", scores_BV, np.ones((1, 2), dtype=np.bool_)).tolist() == [[-5.0, 5.0]]


def test_learning_finds_the_part_that_tells_the_targets() -> None:
    names, prior = ("good", "noise"), {"good": 0.3, "noise": 0.3}
    weights, _ = learn_weights(made_cases([2.0, 0.0], 3_000), names, prior, {})
    assert weights["good"] > 1.5
    assert weights["noise"] < 0.1


def test_only_free_parts_get_a_weight_below_zero() -> None:
    names = ("popularity", "recent_popularity", "text")
    prior: dict[str, float] = dict.fromkeys(names, 0.1)
    weights, _ = learn_weights(made_cases([-1.0, -1.0, -1.0], 3_000), names, prior, LEAST_WEIGHTS)
    assert weights["popularity"] < 0.0
    assert weights["recent_popularity"] < 0.0
    assert weights["text"] == 0.0


def test_with_few_cases_the_default_weights_stay() -> None:
    prior = {"good": 0.3, "noise": 0.3}
    assert learn_weights(made_cases([2.0, 0.0], 20), ("good", "noise"), prior, {})[0] == prior


def test_fewer_cases_move_the_weights_less() -> None:
    prior = {"good": 0.3, "noise": 0.3}
    few, many = (learn_weights(made_cases([2.0, 0.0], count), ("good", "noise"), prior, {})[0] for count in (60, 3_000))
    assert 0.3 < few["good"] < many["good"]


def test_places_without_a_candidate_change_no_weight() -> None:
    cases, prior = made_cases([1.0, 0.5], 3_000), {"good": 0.3, "noise": 0.3}
    junk_CKP = np.full((3_000, 4, 2), 50.0, dtype=np.float32)
    padded = WeightCases(
        np.concatenate([cases.scores_CKP, junk_CKP], axis=1),
        np.pad(cases.shares_CK, ((0, 0), (0, 4))),
        np.pad(cases.offsets_CK, ((0, 0), (0, 4)), constant_values=OUT),
    )
    plain = learn_weights(cases, ("good", "noise"), prior, {})[0]
    assert learn_weights(padded, ("good", "noise"), prior, {})[0] == pytest.approx(plain, abs=1e-3)


def test_a_hundred_cases_that_agree_with_the_default_leave_the_weights_near_it() -> None:
    prior = {"good": 0.3, "noise": 0.3}
    weights, _ = learn_weights(made_cases([0.3, 0.3], 100), ("good", "noise"), prior, {})
    assert weights == pytest.approx(prior, abs=0.25)


def test_a_hundred_cases_leave_a_default_that_they_contradict() -> None:
    names, prior = ("good", "wrong", "wrong_too"), {"good": 0.1, "wrong": 1.0, "wrong_too": 1.0}
    weights, _ = learn_weights(made_cases([2.0, 0.0, 0.0], 100), names, prior, {})
    assert weights["good"] > 4.0 * max(weights["wrong"], weights["wrong_too"])


def test_a_weight_never_falls_below_its_bound() -> None:
    weights, _ = learn_weights(
        made_cases([2.0, -1.0], 100), ("good", "kept"), {"good": 0.3, "kept": 0.5}, {"kept": 0.4}
    )
    assert weights["kept"] == pytest.approx(0.4)


def test_a_kind_of_user_gets_weights_of_its_own_only_where_it_is_surely_better_off() -> None:
    common = {"good": 0.2, "wrong": 1.5}
    assert learn_apart(made_cases([0.2, 1.5]), ("good", "wrong"), common, {}) == {}
    assert learn_apart(made_cases([1.5, 0.2], 60), ("good", "wrong"), common, {}) == {}
    own = learn_apart(made_cases([1.5, 0.2]), ("good", "wrong"), common, {})
    assert own["good"] > 1.0 > own["wrong"]
