from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.domain.log import DAY_SECONDS, EventLog, Floats, HistoryBatch, batch_histories
from temporec_mcp.domain.training import Split
from temporec_mcp.models.part import FitData, Part, Tensors
from temporec_mcp.pipeline.context import in_context
from temporec_mcp.pipeline.fit import FitResult, Recipe, evaluate_recipe, fit_recipe
from tests.models.walks import ACTION_WEIGHTS, START, ask, chain, data_of, habits, routines, walk_log


def quiet(done: float, phase: str) -> None:
    assert 0.0 <= done <= 1.0
    assert phase


def fitted(log: EventLog, recipe: Recipe | None = None) -> FitResult:
    return fit_recipe(data_of(log), recipe or Recipe(), quiet)


class LastItemPart:
    """Knows that v + 1 follows v, and counts how often it was made."""

    name = "oracle"

    def __init__(self, item_count: int, generation: int) -> None:
        self.item_count, self.generation = item_count, generation

    def score(self, batch: HistoryBatch) -> Floats:
        following_B1 = (batch.items_BL[:, :1] + 1) % self.item_count
        return (np.arange(self.item_count)[None, :] == following_B1).astype(np.float32) * 8.0

    def tensors(self) -> Tensors:
        return {}


class LastItemKind:
    name = "oracle"

    def __init__(self) -> None:
        self.event_counts: list[int] = []

    def fit(self, data: FitData) -> LastItemPart:
        self.event_counts.append(len(data.log.items_N))
        return LastItemPart(len(data.log.item_ids), 0)

    def refit(self, data: FitData, earlier: Part) -> LastItemPart:
        assert isinstance(earlier, LastItemPart)
        self.event_counts.append(len(data.log.items_N))
        return LastItemPart(len(data.log.item_ids), earlier.generation + 1)

    def load(self, tensors: object) -> LastItemPart:
        raise AssertionError(tensors)


def vogues(seed: int) -> EventLog:
    """Give twenty users who use an item a day, never one twice, mostly of the forty newest; one comes up each day."""
    draw = np.random.default_rng(seed)
    walks: list[list[int]] = []
    for _ in range(20):
        walk: list[int] = []
        for day in range(120):
            choices = np.arange(day, day + 40) if draw.random() < 0.8 else np.arange(160)
            walk.append(int(draw.choice(np.setdiff1d(choices, walk))))
        walks.append(walk)
    return walk_log(walks, 160, step_seconds=DAY_SECONDS)


def test_the_recipe_learns_a_chain_and_beats_popularity() -> None:
    measured = fitted(chain()).measured
    assert measured.metrics is not None
    assert measured.metrics.ndcg_at_10 > 0.8
    assert measured.metrics.ndcg_at_10 > 2.0 * measured.baseline_metrics["popularity"].ndcg_at_10


def test_the_recipe_finds_nothing_in_a_shuffled_chain() -> None:
    measured = fitted(chain(is_shuffled=True)).measured
    assert measured.metrics is not None
    assert measured.metrics.hit_rate_at_10 < 2.0 * 10 / 40


def test_repeating_data_keep_what_was_seen_and_learn_the_habit() -> None:
    result = fitted(habits())
    assert result.repeat_share > 0.7
    assert result.blend.is_repeating
    assert result.measured.split == "next-basket"
    assert result.measured.metrics is not None
    assert result.measured.metrics.ndcg_at_10 > 0.8


def test_data_that_repeat_step_by_step_learn_what_comes_next() -> None:
    result = fitted(routines())
    assert result.blend.is_repeating
    assert result.measured.split == "temporal"
    assert result.measured.metrics is not None
    assert result.measured.metrics.mrr_at_10 > 0.8


@pytest.mark.parametrize("context", [0, 1])
def test_what_comes_next_is_what_came_next_in_the_context_asked_for(context: int) -> None:
    log = routines()
    blend = fitted(log).blend
    starts = np.flatnonzero((log.items_N == 0) & (log.contexts_N == context) & (log.users_N == 0))
    following = log.items_N[starts[0] + 1]
    ends = starts[-1:] + 1
    history = log.history(0, int(ends[0]))
    batch = batch_histories([history], log.times_N[starts[-1:]] + 60.0, ACTION_WEIGHTS, blend.history_length)
    scores_PBV = blend.part_scores(in_context(batch, np.array([context], dtype=np.int32)))
    assert blend.combine(scores_PBV, np.ones(scores_PBV.shape[1:], dtype=np.bool_))[0].argmax() == following


@pytest.mark.parametrize("seed", range(3))
def test_with_few_users_the_coming_weeks_are_told_by_what_is_in_vogue(seed: int) -> None:
    measured = evaluate_recipe(data_of(vogues(seed)), Recipe("weeks"), "temporal-static", quiet)

    assert measured.metrics is not None
    assert measured.metrics.ndcg_at_10 > 0.75 * measured.baseline_metrics["recent_popularity"].ndcg_at_10


@pytest.mark.parametrize("seed", range(3))
def test_the_blend_is_not_below_its_best_part_where_cases_are_few(seed: int) -> None:
    draw = np.random.default_rng(seed)
    log = habits(user_count=40)
    is_other_N = draw.random(len(log.items_N)) < 0.3
    log.items_N[is_other_N] = draw.integers(0, 60, int(is_other_N.sum()))
    measured = evaluate_recipe(data_of(log), Recipe(), "next-basket", quiet)
    assert measured.metrics is not None
    best = max(metrics.ndcg_at_10 for metrics in measured.baseline_metrics.values())
    assert measured.metrics.ndcg_at_10 > best - 0.02


def test_data_without_repetition_do_not_keep_what_was_seen() -> None:
    result = fitted(chain())
    assert not result.blend.is_repeating
    assert result.measured.split == "temporal"


def test_the_same_seed_gives_the_same_model() -> None:
    log = chain()
    first, second = fitted(log), fitted(log)
    batch = ask(log, range(5))
    assert first.blend.weights == second.blend.weights
    assert np.array_equal(first.blend.part_scores(batch), second.blend.part_scores(batch))
    assert first.measured.metrics == second.measured.metrics


def test_events_after_the_test_cut_change_no_weight() -> None:
    log = chain()
    later = replace(log, items_N=log.items_N.copy())
    cut = np.quantile(log.times_N, 0.9)
    later.items_N[log.times_N > cut] = 0
    first, second = (evaluate_recipe(data_of(one), Recipe(), "temporal", quiet) for one in (log, later))
    assert first.weights == second.weights


@pytest.mark.parametrize("split", ["leave-last-out", "temporal", "temporal-static", "next-basket"])
def test_every_split_can_be_measured_beside_the_baselines(split: Split) -> None:
    measured = evaluate_recipe(data_of(chain()), Recipe(), split, quiet)
    assert measured.metrics is not None
    assert measured.metrics.cases > 0
    assert {"popularity", "recent_popularity", "item_transitions", "item_knn", "ease_decayed"} <= set(
        measured.baseline_metrics
    )


@pytest.mark.parametrize(
    "log",
    [walk_log([list(range(10))], 10), walk_log([[0, 1, 2]], 3), walk_log([[0]], 1), walk_log([[], [2, 1]], 3)],
    ids=["one user", "three items", "one event", "an empty user"],
)
@pytest.mark.parametrize("horizon", ["next", "weeks"])
def test_a_tiny_log_gives_a_model_that_scores(log: EventLog, horizon: str) -> None:
    result = fit_recipe(
        data_of(log, has_vectors=False), Recipe(horizon="weeks" if horizon == "weeks" else "next"), quiet
    )
    batch = batch_histories([log.history(0)], np.array([START + 1e7]), ACTION_WEIGHTS)
    scores_PBV = result.blend.part_scores(batch)
    assert np.isfinite(result.blend.combine(scores_PBV, np.ones(scores_PBV.shape[1:], dtype=np.bool_))).all()


def test_a_part_that_knows_the_answer_takes_over_the_blend() -> None:
    result = fitted(chain(user_count=150, is_shuffled=False), Recipe(extra_kinds=(LastItemKind(),)))
    assert result.blend.weights["oracle"] == max(result.blend.weights.values())
    assert result.measured.metrics is not None
    assert result.measured.metrics.ndcg_at_10 > 0.9


def test_a_dear_part_goes_on_from_the_earlier_one() -> None:
    blend = fitted(chain(), Recipe(extra_kinds=(LastItemKind(),))).blend
    oracle = next(part for part in blend.parts if part.name == "oracle")
    assert isinstance(oracle, LastItemPart)
    assert oracle.generation == 2


def test_parts_are_fitted_before_what_they_are_weighed_and_measured_on() -> None:
    log, kind = chain(), LastItemKind()
    fitted(log, Recipe(extra_kinds=(kind,)))
    shares = [count / len(log.items_N) for count in kind.event_counts]
    assert shares == pytest.approx([0.63, 0.9, 1.0], abs=0.01)


def test_parts_that_weigh_nothing_are_not_served() -> None:
    blend = fitted(chain()).blend
    assert all(abs(blend.weights[name]) > 0.0 for name in blend.names)
