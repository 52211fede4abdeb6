from itertools import combinations

import numpy as np
import pytest

from temporec_mcp.domain.log import Floats
from temporec_mcp.explain import explain
from tests.explain.rankers import AS_OF, PlantedRanker, World, history_of, noisy_world


def is_listed_without(world: World, items: set[int], item: int) -> bool:
    places = [place for place, used in enumerate(world.history.items_L.tolist()) if used in items]
    scores = world.ranker.score([world.history.without(places)], np.array([AS_OF.timestamp()]))[0]
    return item in world.ranker.top(scores, world.k)


def numbers(item_ids: tuple[str, ...]) -> set[int]:
    return {int(item_id[1:]) for item_id in item_ids}


@pytest.mark.parametrize("length", [10, 50])
def test_counterfactuals_are_found_where_history_carries_the_item_and_every_one_is_true(length: int) -> None:
    found = 0
    for seed in range(20):
        world = noisy_world(seed, length=length, items=length + 60, noise=0.4)
        item = world.best(1 + seed % 5)
        claim = explain(world.ranker, world.target(item)).counterfactual
        if claim:
            found += 1
            assert len(claim.item_ids) <= 5
            assert not is_listed_without(world, numbers(claim.item_ids), item)
            assert claim.rank_before <= world.k < claim.rank_after
    assert found >= 14


def test_no_smaller_set_does_it() -> None:
    checked = 0
    for seed in range(30):
        world = noisy_world(seed, length=8, noise=0.4)
        item = world.best(2)
        claim = explain(world.ranker, world.target(item)).counterfactual
        if claim and len(claim.item_ids) in (2, 3):
            checked += 1
            for smaller in combinations(range(8), len(claim.item_ids) - 1):
                assert is_listed_without(world, set(smaller), item)
    assert checked >= 5


def test_stand_ins_are_left_out_together() -> None:
    world = noisy_world(1, noise=0.02)
    world.ranker.popularity_V[30] = -0.5
    world.ranker.groups.append((frozenset({2, 7}), 30, 3.0, "any"))
    claim = explain(world.ranker, world.target(30)).counterfactual
    assert claim is not None
    assert numbers(claim.item_ids) == {2, 7}


def suppressing_world(length: int, suppressors: frozenset[int]) -> World:
    """The target leads while any suppressor is in the history; without all of them five rivals pass it."""
    world = noisy_world(6, length=length, noise=0.0)
    world.ranker.popularity_V[:] = 0.0
    world.ranker.popularity_V[30] = 3.0
    for rival in range(40, 46):
        world.ranker.popularity_V[rival] = 4.5
        world.ranker.groups.append((suppressors, rival, -4.0, "any"))
    return world


def test_a_smaller_set_is_found_that_the_greedy_way_misses() -> None:
    world = suppressing_world(6, frozenset({1, 2}))
    for cause, weight in ((0, 1.4), (3, 0.7), (4, 0.6)):
        world.ranker.weights_VV[cause, 30] = weight
    world.ranker.popularity_V[30] = -0.5
    world.ranker.popularity_V[50:55] = 0.05
    world.ranker.popularity_V[40:46] = 3.5
    claim = explain(world.ranker, world.target(30)).counterfactual
    assert claim is not None
    assert numbers(claim.item_ids) == {1, 2}


def test_what_a_set_does_not_need_is_pruned() -> None:
    world = suppressing_world(5, frozenset({1, 2, 3, 4}))
    world.ranker.weights_VV[0, 30] = 0.3
    claim = explain(world.ranker, world.target(30)).counterfactual
    assert claim is not None
    assert numbers(claim.item_ids) == {1, 2, 3, 4}


def test_an_item_that_popularity_carries_has_none() -> None:
    world = noisy_world(2)
    world.ranker.popularity_V[30] = 9.0
    assert explain(world.ranker, world.target(30)).counterfactual is None


def test_an_item_beyond_the_list_has_none() -> None:
    world = noisy_world(3)
    explanation = explain(world.ranker, world.target(world.best(20)))
    assert explanation.rank == 20
    assert explanation.counterfactual is None


def test_a_list_longer_than_the_candidates_has_none() -> None:
    world = noisy_world(4, length=3, items=6)
    explanation = explain(world.ranker, world.target(world.best()))
    assert explanation.counterfactual is None
    assert explanation.is_verified


class QuotaRanker(PlantedRanker):
    """A list that never shows two items of the same parity next to each other: an order that is not by score."""

    def top(self, scores_V: Floats, k: int) -> list[int]:
        order = super().top(scores_V, len(scores_V))
        even, odd = ([item for item in order if item % 2 == parity] for parity in (0, 1))
        return [item for pair in zip(even, odd, strict=False) for item in pair][:k]


def test_ranks_are_those_of_the_diversified_list() -> None:
    world = noisy_world(5, noise=0.4)
    quota = QuotaRanker(world.ranker.weights_VV, world.ranker.popularity_V, world.ranker.seen)
    world = World(quota, history_of(world.history.items_L.tolist()))
    scores = quota.score([world.history], np.array([AS_OF.timestamp()]))[0]
    for rank, item in enumerate(quota.top(scores, world.k), 1):
        explanation = explain(quota, world.target(item))
        assert explanation.rank == rank
        claim = explanation.counterfactual
        assert claim is None or not is_listed_without(world, numbers(claim.item_ids), item)
