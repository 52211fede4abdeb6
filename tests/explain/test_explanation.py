from collections.abc import Sequence

import numpy as np
import pytest

from temporec_mcp.domain.log import DAY_SECONDS, Floats, History, Times
from temporec_mcp.explain import explain, leanings, narrate
from tests.explain.rankers import AS_OF, PlantedRanker, noisy_world

TARGET = 30


def test_a_later_question_is_told_only_where_the_rank_moves() -> None:
    steady = noisy_world(1)
    assert explain(steady.ranker, steady.target(steady.best())).temporal == ()
    fading = noisy_world(1)
    fading.ranker.half_life = 1.0
    fading.ranker.weights_VV[int(fading.history.items_L[-1]), TARGET] = 2.0
    moments = explain(fading.ranker, fading.target(TARGET)).temporal
    assert moments
    for moment in moments:
        later = AS_OF.timestamp() + moment.shift_days * DAY_SECONDS
        now, then = fading.ranker.score([fading.history] * 2, np.array([AS_OF.timestamp(), later]))
        assert moment.effect == pytest.approx(float(now[TARGET] - then[TARGET]), abs=1e-5)
        assert moment.rank_then == 1 + int((then > then[TARGET]).sum()) != moment.rank_now


def test_shares_add_up_to_one_and_contributions_to_the_score() -> None:
    world = noisy_world(2)
    explanation = explain(world.ranker, world.target(world.best()))
    assert sum(explanation.components.values()) == pytest.approx(1.0)
    assert sum(explanation.contributions.values()) == pytest.approx(explanation.score, abs=1e-5)
    assert list(explanation.components.values()) == sorted(explanation.components.values(), reverse=True)


def test_a_comparison_says_which_part_makes_the_difference() -> None:
    world = noisy_world(3)
    world.ranker.popularity_V[TARGET] = 5.0
    comparison = explain(world.ranker, world.target(TARGET, compare_item=world.best(2))).comparison
    assert comparison is not None
    assert comparison.rank == 2
    assert sum(comparison.contributions.values()) == pytest.approx(comparison.difference, abs=1e-5)
    assert max(comparison.contributions, key=lambda name: comparison.contributions[name]) == "popularity"


class RestlessRanker(PlantedRanker):
    """Scores that differ between two askings of the same question."""

    def score(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        scores_BV = super().score(histories, as_of_B)
        return (scores_BV + 0.1 * self.calls * np.arange(scores_BV.shape[1])).astype(np.float32)


def test_what_a_second_scoring_does_not_reproduce_is_left_out_and_said() -> None:
    world = noisy_world(4)
    restless = RestlessRanker(world.ranker.weights_VV, world.ranker.popularity_V, world.ranker.seen)
    explanation = explain(restless, world.target(TARGET))
    assert not explanation.is_verified
    assert explanation.reasons == ()


class LeakyRanker(PlantedRanker):
    """Parts that do not add up to the score."""

    def contributions(self, history: History, as_of: float, item: int) -> dict[str, float]:
        return super().contributions(history, as_of, item) | {"text": 1.0}


def test_parts_that_do_not_add_up_to_the_score_are_not_verified() -> None:
    world = noisy_world(5)
    leaky = LeakyRanker(world.ranker.weights_VV, world.ranker.popularity_V, world.ranker.seen)
    assert not explain(leaky, world.target(TARGET)).is_verified


def test_a_list_gets_the_events_that_each_line_leans_on_from_one_batch() -> None:
    world = noisy_world(6, noise=0.0)
    world.ranker.weights_VV[2, 30] = 1.0
    world.ranker.weights_VV[[3, 4], 31] = 0.8, 0.9
    world.ranker.popularity_V[32] = 3.0
    assert leanings(world.ranker, world.history, AS_OF.timestamp(), [30, 31, 32]) == [(2,), (4, 3), ()]
    assert world.ranker.calls == 1


def test_a_line_of_the_list_names_no_event_where_the_history_is_not_what_put_the_item_there() -> None:
    world = noisy_world(1, noise=0.0)
    world.ranker.popularity_V *= 0
    world.ranker.weights_VV[2, 30] = 1.0
    assert leanings(world.ranker, world.history, AS_OF.timestamp(), [30]) == [(2,)]
    world.ranker.popularity_V[30] = 2.0
    assert leanings(world.ranker, world.history, AS_OF.timestamp(), [30]) == [()]
    assert "mostly for reasons outside your history" in narrate(explain(world.ranker, world.target(30)))


def test_what_would_be_told_as_a_row_of_zeros_is_no_reason() -> None:
    world = noisy_world(1, noise=0.0)
    world.ranker.popularity_V *= 0
    world.ranker.weights_VV[[2, 3, 4], 30] = 0.4, 4e-4, 6e-4
    found = explain(world.ranker, world.target(30))
    assert [reason.item_id for reason in found.reasons] == ["i2", "i4"]
    world.ranker.weights_VV[[5, 6], 30] = -4e-4, -6e-4
    assert [reason.item_id for reason in explain(world.ranker, world.target(30)).against] == ["i6"]
