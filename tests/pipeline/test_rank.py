"""Axes: B histories, V items, L positions, D text width."""

from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import PADDING, EventLog, Floats, History, batch_histories
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData
from temporec_mcp.models.popularity import POPULARITY
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.transitions import ITEM_TRANSITIONS
from temporec_mcp.pipeline.bridge import build_bridge, learnt_items
from temporec_mcp.pipeline.rank import CandidateRule, Question, Ranked, best, candidates
from temporec_mcp.pipeline.served import Served

DAY = 86_400.0
LIKES, DISMISSES = 0, 1
WEIGHTS = np.array([1.0, -1.0], dtype=np.float32)
IDS = ("tea", "green tea", "coffee", "espresso", "moka pot", "secret")
NOW = 100 * DAY


def history(*items: int, actions: list[int] | None = None, contexts: list[int] | None = None) -> History:
    count = len(items)
    return History(
        items_L=np.array(items, dtype=np.int32),
        times_L=NOW - DAY * np.arange(count, 0, -1),
        actions_L=np.array(actions or [LIKES] * count, dtype=np.int32),
        values_L=np.full(count, np.nan, dtype=np.float32),
        contexts_L=np.array(contexts or [PADDING] * count, dtype=np.int32),
        seqs_L=np.arange(count, dtype=np.int64),
    )


def log_of(histories: list[History], item_ids: tuple[str, ...]) -> EventLog:
    return EventLog(
        user_ids=tuple(f"u{number}" for number in range(len(histories))),
        item_ids=item_ids,
        action_names=("view", "dismiss"),
        context_names=("home", "work"),
        offsets_U=np.concatenate(([0], np.cumsum([len(one) for one in histories]))).astype(np.int64),
        items_N=np.concatenate([one.items_L for one in histories]),
        times_N=np.concatenate([one.times_L for one in histories]),
        actions_N=np.concatenate([one.actions_L for one in histories]),
        values_N=np.concatenate([one.values_L for one in histories]),
        contexts_N=np.concatenate([one.contexts_L for one in histories]),
        seqs_N=np.concatenate([one.seqs_L for one in histories]),
        date_only_N=np.zeros(sum(len(one) for one in histories), dtype=np.bool_),
    )


def vectors() -> Floats:
    """Give unit vectors: two teas close to each other, three coffees close to each other, one apart."""
    angles = np.deg2rad([0, 10, 90, 95, 100, 180])
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(
        item_ids=IDS,
        titles=IDS,
        categories=(("leaf",), ("leaf",), ("bean",), ("bean",), ("tool",), ()),
        labels=((),) * 6,
        texts=IDS,
        public_V=np.array([True, True, True, True, True, False]),
        available_V=np.ones(6, dtype=np.bool_),
    )


@pytest.fixture
def served(catalogue: Catalogue) -> Served:
    """Give what ranks after ten users went from tea to green tea and ten from coffee to espresso."""
    log = log_of([history(0, 1)] * 10 + [history(2, 3)] * 10, IDS)
    data = FitData(log, vectors(), WEIGHTS)
    parts = (ITEM_TRANSITIONS.fit(data), TEXT.fit(data), POPULARITY.fit(data))
    blend = Blend(parts, {part.name: weight for part, weight in zip(parts, (1.0, 0.5, 0.1), strict=True)})
    return Served(catalogue, vectors(), blend, build_bridge(IDS, IDS, None), "model-1")


def ask(served: Served, past: History, **choices: object) -> Ranked:
    rule = CandidateRule(include_seen=False)
    allowed_V = candidates(served.catalogue, past, WEIGHTS, rule)
    return Ranked(served, replace(Question(allowed_V, WEIGHTS), **choices))  # type: ignore[arg-type]


def scores(ranker: Ranked, past: History) -> Floats:
    return ranker.score([past], np.array([NOW]))[0]


def test_an_item_that_only_somebody_else_used_is_never_a_candidate(catalogue: Catalogue) -> None:
    rule = CandidateRule(include_seen=True)
    assert not candidates(catalogue, history(0), WEIGHTS, rule)[5]
    assert candidates(catalogue, history(0, 5), WEIGHTS, rule)[5]


def test_what_was_dismissed_last_stays_out_even_when_seen_items_may_come(catalogue: Catalogue) -> None:
    rule = CandidateRule(include_seen=True)
    refused = candidates(catalogue, history(0, 2, actions=[LIKES, DISMISSES]), WEIGHTS, rule)
    assert refused[0]
    assert not refused[2]
    taken_back = candidates(catalogue, history(2, 2, actions=[DISMISSES, LIKES]), WEIGHTS, rule)
    assert taken_back[2]


def test_filters_leave_only_what_they_name(catalogue: Catalogue) -> None:
    rule = CandidateRule(include_seen=False, excluded=frozenset({"espresso"}), categories=frozenset({"bean"}))
    assert np.flatnonzero(candidates(catalogue, history(0), WEIGHTS, rule)).tolist() == [2]


def test_an_unavailable_item_is_never_listed(catalogue: Catalogue) -> None:
    sold_out = replace(catalogue, available_V=np.array([True, False, True, True, True, True]))
    assert not candidates(sold_out, history(1), WEIGHTS, CandidateRule(include_seen=True))[1]


def test_what_usually_follows_comes_first(served: Served) -> None:
    past = history(2)
    ranker = ask(served, past)
    assert IDS[ranker.top(scores(ranker, past), 3)[0]] == "espresso"


def test_a_query_leads_the_list_against_the_history(served: Served) -> None:
    past = history(2)
    ranker = ask(served, past, query_D=vectors()[0])
    assert IDS[ranker.top(scores(ranker, past), 1)[0]] == "tea"


def test_the_contributions_add_up_to_the_score(served: Served) -> None:
    past = history(2, 0)
    ranker = ask(served, past, query_D=vectors()[4])
    values_V = scores(ranker, past)
    for item in np.flatnonzero(np.isfinite(values_V)):
        parts = ranker.contributions(past, NOW, int(item))
        assert sum(parts.values()) == pytest.approx(values_V[item], abs=1e-4)
        assert "query" in parts


def test_what_was_done_in_the_context_asked_for_counts_more(served: Served) -> None:
    past = history(2, 0, contexts=[1, 0])
    anywhere, at_work = ask(served, past), ask(served, past, context=1)
    assert IDS[anywhere.top(scores(anywhere, past), 1)[0]] == "green tea"
    assert IDS[at_work.top(scores(at_work, past), 1)[0]] == "espresso"


def test_diversity_spreads_the_list_and_its_values_never_rise(served: Served) -> None:
    past = history(2)
    close, spread = ask(served, past), ask(served, past, diversity=0.8)
    alike = close.top(scores(close, past), 2)
    chosen = spread.select(scores(spread, past), 4)
    assert [IDS[item] for item in alike] == ["espresso", "moka pot"]
    assert [IDS[item] for item, _ in chosen][1] in ("tea", "green tea")
    values = [value for _, value in chosen]
    assert values == sorted(values, reverse=True)


def test_a_new_item_stands_where_the_items_stand_that_it_reads_like(served: Served, catalogue: Catalogue) -> None:
    known = IDS[:4]
    log = log_of([history(0, 1)] * 10 + [history(2, 3)] * 10, known)
    part = ITEM_TRANSITIONS.fit(FitData(log, None, WEIGHTS))
    bridge = build_bridge(IDS, known, vectors())
    grown = Served(catalogue, vectors(), Blend((part,), {part.name: 1.0}), bridge, "model-1")
    past = history(2)
    values_V = scores(ask(grown, past), past)
    assert values_V[4] > values_V[0]
    assert not np.isfinite(values_V[5])


def test_an_item_that_the_model_knows_by_name_only_stands_where_its_text_says() -> None:
    log = log_of([history(0, 1)] * 10 + [history(2, 3)] * 10, IDS)
    part = ITEM_TRANSITIONS.fit(FitData(log, None, WEIGHTS))
    learnt_M = learnt_items(Blend((part, POPULARITY.fit(FitData(log, None, WEIGHTS))), {}))
    assert learnt_M is not None
    assert learnt_M.tolist() == [True, True, True, True, False, False]
    batch = batch_histories([history(2)], np.array([NOW]), WEIGHTS)
    scores_V = build_bridge(IDS, IDS, vectors(), learnt_M).scores(part.score(batch)[None])[0, 0]
    assert part.score(batch)[0, 4] == 0.0
    assert scores_V[4] > scores_V[1]


def test_where_most_items_are_unused_each_stands_for_itself() -> None:
    log = log_of([history(0, 1)], IDS)
    learnt_M = learnt_items(Blend((POPULARITY.fit(FitData(log, None, WEIGHTS)),), {}))
    assert build_bridge(IDS, IDS, vectors(), learnt_M).is_exact


def test_a_new_item_without_text_is_neither_good_nor_bad(served: Served) -> None:
    batch = batch_histories([history(2)], np.array([NOW]), WEIGHTS)
    scores_PBM = served.blend.part_scores(batch)[:, :, :4]
    scores_PBV = build_bridge(IDS, IDS[:4], None).scores(scores_PBM)
    np.testing.assert_allclose(scores_PBV[:, 0, 4], scores_PBM[:, 0].mean(axis=1), rtol=1e-5)


def test_an_event_on_a_new_item_speaks_through_the_item_it_reads_like(catalogue: Catalogue) -> None:
    known = IDS[:4]
    log = log_of([history(0, 1)] * 10 + [history(2, 3)] * 10, known)
    part = ITEM_TRANSITIONS.fit(FitData(log, None, WEIGHTS))
    bridge = build_bridge(IDS, known, vectors())
    grown = Served(catalogue, vectors(), Blend((part,), {part.name: 1.0}), bridge, "model-1")
    nothing, moka = history(), history(4)
    assert scores(ask(grown, nothing), nothing)[2] == 0
    assert scores(ask(grown, moka), moka)[2] != 0


def test_best_is_the_sorted_top_with_ties_by_number() -> None:
    chance = np.random.default_rng(5)
    scores_BV = chance.integers(0, 6, size=(20, 12)).astype(np.float32)
    expected_BV = np.lexsort((np.broadcast_to(np.arange(12), (20, 12)), -scores_BV), axis=1)
    top_B3 = best(scores_BV, 3)
    np.testing.assert_array_equal(
        np.take_along_axis(scores_BV, top_B3, axis=1), np.take_along_axis(scores_BV, expected_BV[:, :3], axis=1)
    )
