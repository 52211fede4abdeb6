"""A list from a bound history is the list of a full scoring, and what it leans on is what an absence shows.

Axes: V items, U rows.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import EventLog, Floats, History
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NAME, NetConfig
from temporec_mcp.models.net_part import SequencePart
from temporec_mcp.models.part import FitData, Part
from temporec_mcp.models.popularity import POPULARITY, RECENT_POPULARITY
from temporec_mcp.models.repeats import FREQUENCY
from temporec_mcp.models.ridge import EASE, LOCAL_RIDGE
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.transitions import GAP_TRANSITIONS, ROOT_TRANSITIONS
from temporec_mcp.pipeline.bound import BoundHistory
from temporec_mcp.pipeline.bridge import build_bridge
from temporec_mcp.pipeline.listing import SMALL_SHARE, Listing, Scorer
from temporec_mcp.pipeline.plain_rows import PlainRows
from temporec_mcp.pipeline.rank import CandidateRule, Question, Ranked, candidates
from temporec_mcp.pipeline.row_scoring import RowScorer
from temporec_mcp.pipeline.served import Served
from temporec_mcp.pipeline.weighing import MOST_ROWS, is_bindable
from tests.models.walks import ACTION_WEIGHTS, chain

KINDS = (LOCAL_RIDGE, EASE, ROOT_TRANSITIONS, *GAP_TRANSITIONS, TEXT, RECENT_POPULARITY, POPULARITY, FREQUENCY)


def texts(count: int) -> Floats:
    vectors_VD = np.random.default_rng(3).normal(size=(count, 8)).astype(np.float32)
    return vectors_VD / np.linalg.norm(vectors_VD, axis=1, keepdims=True)


def two_nets(item_count: int) -> Part:
    torch.manual_seed(0)
    nets = [SequenceNet(NetConfig(width=8, length=20, block_count=2), item_count, None) for _ in range(2)]
    for net in nets:
        net.set_popularity(torch.arange(item_count))
    return SequencePart(nets)


def fitted(log: EventLog, vectors_VD: Floats, *, is_net_scaled: bool) -> Blend:
    data = FitData(log, vectors_VD, ACTION_WEIGHTS)
    parts: tuple[Part, ...] = (*(kind.fit(data) for kind in KINDS), two_nets(len(log.item_ids)))
    weights = {part.name: 0.1 + 0.05 * place for place, part in enumerate(parts)}
    return Blend(parts, weights, frozenset[str]() if is_net_scaled else frozenset({NAME}))


def catalogue_of(item_ids: tuple[str, ...]) -> Catalogue:
    nothing = ((),) * len(item_ids)
    everything_V = np.ones(len(item_ids), dtype=np.bool_)
    return Catalogue(item_ids, item_ids, nothing, nothing, item_ids, everything_V, everything_V)


@pytest.fixture(params=["as learnt", "with new items", "moved"])
def served(request: pytest.FixtureRequest) -> Served:
    """Give what ranks: the vocabulary itself, the vocabulary and new items, or in another order with new ones."""
    log = chain()
    blend = fitted(log, texts(len(log.item_ids)), is_net_scaled=request.param == "moved")
    item_ids = log.item_ids
    if request.param != "as learnt":
        item_ids = (*item_ids, "new one", "new two")
    if request.param == "moved":
        item_ids = item_ids[5:] + item_ids[2:5]
    vectors_VD = texts(len(item_ids))
    bridge = build_bridge(item_ids, log.item_ids, vectors_VD)
    return Served(catalogue_of(item_ids), vectors_VD, blend, bridge, "model-1")


def history_of(served: Served, count: int = 30) -> History:
    chance = np.random.default_rng(1)
    item_count = len(served.catalogue.item_ids)
    return History(
        items_L=chance.integers(0, item_count, count).astype(np.int32),
        times_L=np.sort(chance.uniform(0.0, 40.0, count)) * 3_600.0,
        actions_L=np.zeros(count, dtype=np.int32),
        values_L=np.full(count, np.nan, dtype=np.float32),
        contexts_L=np.full(count, -1, dtype=np.int32),
        seqs_L=np.arange(count, dtype=np.int64),
    )


def plain(ranked: Ranked, history: History) -> Scorer:
    return PlainRows(ranked, history)


def bound(ranked: Ranked, history: History) -> Scorer:
    return RowScorer(ranked, BoundHistory(ranked.served, history))


Making = Callable[[Ranked, History], Scorer]
either_way = pytest.mark.parametrize("scorer", [plain, bound])


def ask(
    served: Served, history: History, scorer: Making = plain, *, include_seen: bool = False
) -> tuple[Ranked, Listing, float]:
    as_of = float(history.times_L[-1]) + 20.0 if len(history) else 0.0
    allowed_V = candidates(served.catalogue, history, ACTION_WEIGHTS, CandidateRule(include_seen))
    ranked = Ranked(served, Question(allowed_V, ACTION_WEIGHTS))
    return ranked, Listing(ranked, scorer(ranked, history), history, as_of), as_of


@either_way
@pytest.mark.parametrize("include_seen", [False, True])
def test_its_scores_are_those_of_a_full_scoring(served: Served, include_seen: bool, scorer: Making) -> None:
    history = history_of(served)
    ranked, listing, as_of = ask(served, history, scorer, include_seen=include_seen)
    np.testing.assert_allclose(listing.scores_V, ranked.score([history], np.array([as_of]))[0], rtol=0, atol=2e-5)


def test_a_second_question_at_another_moment_is_answered_from_the_same_rows(served: Served) -> None:
    history = history_of(served)
    ranked, _, as_of = ask(served, history)
    rows = BoundHistory(served, history)
    for moment in (as_of, as_of + 90_000.0):
        listing = Listing(ranked, RowScorer(ranked, rows), history, moment)
        expected_V = ranked.score([history], np.array([moment]))[0]
        np.testing.assert_allclose(listing.scores_V, expected_V, rtol=0, atol=2e-5)


@either_way
def test_contributions_are_those_of_a_full_scoring_and_add_up(served: Served, scorer: Making) -> None:
    history = history_of(served)
    ranked, listing, as_of = ask(served, history, scorer)
    for place in listing.places(5):
        expected = ranked.contributions(history, as_of, place.item)
        assert place.contributions == pytest.approx(expected, abs=2e-5)
        assert sum(place.contributions.values()) == pytest.approx(place.value, abs=1e-4)


@either_way
def test_what_a_place_leans_on_lowers_its_score_when_it_is_left_out(served: Served, scorer: Making) -> None:
    history = history_of(served)
    ranked, listing, as_of = ask(served, history, scorer)
    places = listing.places(5)
    spread = float(listing.scores_V[np.isfinite(listing.scores_V)].std())
    assert any(place.leaning for place in places)
    for place in places:
        for past in place.leaning:
            without = history.keep(history.items_L != past)
            score = ranked.score([without], np.array([as_of]))[0, place.item]
            assert place.value - score >= SMALL_SHARE * spread - 1e-5


@either_way
def test_a_disliked_item_counts_against_as_in_a_full_scoring(served: Served, scorer: Making) -> None:
    history = history_of(served)
    weights = np.append(ACTION_WEIGHTS, np.float32(-1.0))
    refusing = replace(history, actions_L=np.where(np.arange(len(history)) == len(history) - 1, len(weights) - 1, 0))
    allowed_V = candidates(served.catalogue, refusing, weights, CandidateRule(include_seen=False))
    ranked = Ranked(served, Question(allowed_V, weights))
    as_of = float(history.times_L[-1]) + 20.0
    listing = Listing(ranked, scorer(ranked, refusing), refusing, as_of)
    np.testing.assert_allclose(listing.scores_V, ranked.score([refusing], np.array([as_of]))[0], rtol=0, atol=2e-5)


@either_way
def test_a_place_leans_on_the_past_only_where_that_put_it_there_and_not_before_its_own(
    served: Served, scorer: Making
) -> None:
    history = history_of(served)
    told = untold = 0
    for include_seen, k in ((False, 5), (True, 5), (True, 20)):
        ranked, listing, as_of = ask(served, history, scorer, include_seen=include_seen)
        moment = np.array([as_of])
        nothing_V = ranked.score([history.keep(history.items_L < 0)], moment)[0]
        past = sorted(set(history.items_L.tolist()))
        without_NV = [ranked.score([history.keep(history.items_L != item)], moment)[0] for item in past]
        mean = float(listing.scores_V[np.isfinite(listing.scores_V)].mean())
        for place in listing.places(k):
            lowest = past[int(np.argmin([without_V[place.item] for without_V in without_NV]))]
            history_share = (place.value - nothing_V[place.item]) / (place.value - mean)
            assert not place.leaning or history_share >= 0.499
            assert not place.leaning or lowest != place.item or place.leaning[0] == lowest
            told, untold = told + bool(place.leaning), untold + (history_share < 0.499)
    assert min(told, untold) > 3, (told, untold)


@pytest.mark.parametrize("include_seen", [False, True])
def test_who_asks_for_the_first_time_gets_the_list_and_the_reasons_of_who_asks_again(
    served: Served, include_seen: bool
) -> None:
    history = history_of(served)
    first, again = (ask(served, history, scorer, include_seen=include_seen)[1].places(20) for scorer in (plain, bound))
    assert [(place.item, place.leaning) for place in first] == [(place.item, place.leaning) for place in again]
    assert any(place.leaning for place in first)


@either_way
def test_nothing_known_gives_a_list_that_leans_on_nothing(served: Served, scorer: Making) -> None:
    nobody = history_of(served, 0)
    ranked, listing, as_of = ask(served, nobody, scorer)
    np.testing.assert_allclose(listing.scores_V, ranked.score([nobody], np.array([as_of]))[0], rtol=0, atol=2e-5)
    assert [place.leaning for place in listing.places(3)] == [(), (), ()]


def test_a_history_with_too_many_items_is_not_bound(served: Served) -> None:
    long = history_of(served)
    assert is_bindable(served, long)
    wide = replace(served, blend=replace(served.blend, history_length=1_000))
    many = replace(long, items_L=np.arange(MOST_ROWS + 1, dtype=np.int32))
    assert not is_bindable(wide, many)
