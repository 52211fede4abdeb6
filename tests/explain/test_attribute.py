import numpy as np
import pytest

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.explain import explain
from temporec_mcp.explain.target import ExplainLimits
from tests.explain.rankers import AS_OF, World, history_of, noisy_world

TARGET = 30


def score_without(world: World, positions: list[int], item: int) -> float:
    histories = [world.history.without(positions)]
    return float(world.ranker.score(histories, np.array([AS_OF.timestamp()]))[0, item])


def test_a_single_planted_cause_comes_first_at_least_97_times_in_100() -> None:
    hits = 0
    for seed in range(100):
        world = noisy_world(seed)
        cause = seed % len(world.history)
        world.ranker.weights_VV[cause, TARGET] += 0.6
        hits += explain(world.ranker, world.target(TARGET)).reasons[0].item_id == f"i{cause}"
    assert hits >= 97


@pytest.mark.parametrize("is_saturating", [False, True])
def test_both_of_a_redundant_pair_come_in_the_top_two_at_least_95_times_in_100(is_saturating: bool) -> None:
    hits = 0
    for seed in range(100):
        world = noisy_world(seed, noise=0.05)
        pair = {seed % 12, (seed * 5 + 1) % 12}
        if is_saturating:
            world.ranker.is_saturating = True
            world.ranker.weights_VV[sorted(pair), TARGET] = 4.0
        else:
            world.ranker.groups.append((frozenset(pair), TARGET, 1.0, "any"))
        reasons = explain(world.ranker, world.target(TARGET)).reasons
        hits += {reason.item_id for reason in reasons[: len(pair)]} == {f"i{item}" for item in pair}
    assert hits >= 95


def test_three_stand_ins_come_out_as_one_group_with_what_they_do_together() -> None:
    world = noisy_world(3, noise=0.02)
    world.ranker.groups.append((frozenset({2, 7, 9}), TARGET, 1.5, "any"))
    explanation = explain(world.ranker, world.target(TARGET))
    (group,) = explanation.groups
    assert set(group.item_ids) == {"i2", "i7", "i9"}
    places = [place for place in range(12) if world.history.items_L[place] in (2, 7, 9)]
    alone = score_without(world, [], TARGET) - score_without(world, places, TARGET)
    assert group.effect == pytest.approx(alone, abs=1e-5)


def test_causes_that_only_work_together_each_show_their_whole_effect() -> None:
    world = noisy_world(4, noise=0.02)
    world.ranker.groups.append((frozenset({2, 7}), TARGET, 1.5, "all"))
    reasons = explain(world.ranker, world.target(TARGET)).reasons
    assert {reason.item_id for reason in reasons[:2]} == {"i2", "i7"}
    assert all(reason.effect > 1.3 for reason in reasons[:2])


def test_removing_the_top_reason_lowers_the_score_by_the_stated_amount() -> None:
    for seed in range(10):
        world = noisy_world(seed)
        item = world.best()
        reason = explain(world.ranker, world.target(item)).reasons[0]
        place = int(np.flatnonzero(world.history.times_L == reason.time.timestamp())[0])
        lost = score_without(world, [], item) - score_without(world, [place], item)
        assert reason.effect == pytest.approx(lost, abs=1e-5)


def test_events_of_one_item_are_one_reason_with_the_strength_of_all() -> None:
    world = noisy_world(5)
    world.history = history_of([3, 4, 3, 5, 3])
    world.ranker.weights_VV[3, TARGET] = 0.5
    world.ranker.weights_VV[4, TARGET] = 0.9
    explanation = explain(world.ranker, world.target(TARGET))
    assert [reason.item_id for reason in explanation.reasons[:2]] == ["i3", "i4"]
    assert explanation.groups[0].event_count == 3
    assert explanation.groups[0].effect == pytest.approx(1.5, abs=1e-5)


def test_what_lowers_the_score_is_told_apart_from_the_reasons() -> None:
    world = noisy_world(6)
    world.ranker.weights_VV[2, TARGET] = -1.0
    explanation = explain(world.ranker, world.target(TARGET))
    assert explanation.against[0].item_id == "i2"
    assert all(reason.effect > 0 for reason in explanation.reasons)


def test_a_long_history_costs_a_bounded_number_of_scorings_and_still_gives_the_old_cause() -> None:
    rows = []
    for length in (400, 800):
        world = noisy_world(7, length=length, items=length + 50, noise=0.01)
        old = int(world.history.items_L[3])
        world.ranker.weights_VV[old, length + 10] = 2.0
        explanation = explain(world.ranker, world.target(length + 10))
        assert explanation.reasons[0].item_id == f"i{old}"
        assert explanation.grouped_count > length / 2
        rows.append(world.ranker.rows)
    assert rows[1] < 1.5 * rows[0]


def test_the_limits_are_kept() -> None:
    world = noisy_world(8)
    explanation = explain(world.ranker, world.target(TARGET), ExplainLimits(reasons=2, against=1))
    assert len(explanation.reasons) <= 2
    assert len(explanation.against) <= 1


def test_an_item_that_was_no_candidate_is_refused_with_the_fix() -> None:
    world = noisy_world(9)
    with pytest.raises(InvalidInputError, match="include_seen"):
        explain(world.ranker, world.target(0))
    with pytest.raises(InvalidInputError, match="Compare with an item of the list"):
        explain(world.ranker, world.target(TARGET, compare_item=0))


def test_equal_questions_get_equal_explanations() -> None:
    first, second = noisy_world(10), noisy_world(10)
    item = first.best()
    assert explain(first.ranker, first.target(item)) == explain(second.ranker, second.target(item))


def test_an_empty_history_gives_no_reasons_and_still_verifies() -> None:
    world = noisy_world(11)
    world.history = history_of([])
    explanation = explain(world.ranker, world.target(world.best()))
    assert explanation.is_verified
    assert (explanation.reasons, explanation.counterfactual, explanation.history_effect) == ((), None, 0.0)


def test_what_repeats_anothers_part_is_named_after_what_adds_to_it() -> None:
    world = noisy_world(12, noise=0.0)
    # Each of 2, 7 and 9 takes the same gain away, so one of them is enough; 4 alone takes a little less.
    world.ranker.groups.append((frozenset({2, 7, 9}), TARGET, 1.0, "all"))
    world.ranker.weights_VV[4, TARGET] = 0.9
    reasons = explain(world.ranker, world.target(TARGET), ExplainLimits(reasons=2)).reasons
    assert "i4" in {reason.item_id for reason in reasons}
    assert [round(reason.effect, 2) for reason in reasons] == [1.0, 0.9]
    together = explain(world.ranker, world.target(TARGET), ExplainLimits(reasons=2)).lead_effects[-1]
    assert together == pytest.approx(1.9, abs=1e-5)
