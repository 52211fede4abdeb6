"""The recipe: fit the parts, choose their weights one step back in time, measure on what came later, refit on all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import Horizon, Metrics, Split
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData, Part, PartKind, Progress
from temporec_mcp.models.registry import Repeats, baseline_kinds, blend_kinds
from temporec_mcp.pipeline.choose import Choosing, choose_weights
from temporec_mcp.pipeline.evaluate import Evaluation, Scorer, evaluate
from temporec_mcp.pipeline.parts import blend_of, fit_parts, going_on, within
from temporec_mcp.pipeline.split import how_repeating, make_split, repeat_share

BLEND_NAME = "blend"
Stage = Literal["choosing", "measuring", "serving"]
"""When the parts are fitted: before the validation cases, before the test cases, on everything."""
LEAST_WEIGHT = 1e-3
"""Parts that weigh less are left out of the served blend: they would only cost time and memory."""
TEST_CASES = 10_000
"""Test cases, at most; more are sampled ..."""
TEST_CELLS = 1_000_000_000
"""... and no more than score so many items in all: fewer cases of a catalogue beyond 100,000 items."""


@dataclass(frozen=True)
class Recipe:
    """What to fit beside the closed-form parts, and for what."""

    horizon: Horizon = "next"
    seed: int = 0
    extra_kinds: tuple[PartKind, ...] = ()
    """Dear kinds, for instance the net; those with `refit` (`parts.WarmPartKind`) go on from step to step."""
    earlier: Mapping[Stage, Mapping[str, Part]] = field(default_factory=dict[Stage, dict[str, Part]])
    """Parts of such kinds from a training before, by the stage that may go on from them."""


@dataclass(frozen=True)
class Measured:
    """Held-out quality of the recipe."""

    split: Split
    evaluation: Evaluation | None
    """None when there was nothing to hold out."""
    baselines: dict[str, Evaluation]
    weights: dict[str, float]
    logit_parts: frozenset[str]
    newcomer_weights: dict[str, float] = field(default_factory=dict[str, float])
    """For users of few events; empty where they weigh as for all."""
    stages: dict[Stage, dict[str, Part]] = field(default_factory=dict[Stage, dict[str, Part]])
    """The parts as fitted at each stage so far, to go on from."""

    def heaviest(self, name: str) -> float:
        """Give the size of the most that a part weighs for any kind of user."""
        return max(abs(self.weights[name]), abs(self.newcomer_weights.get(name, 0.0)))

    @property
    def newest_parts(self) -> dict[str, Part]:
        """Give the parts that were fitted on the most so far."""
        return self.stages.get("measuring", self.stages.get("choosing", {}))

    @property
    def metrics(self) -> Metrics | None:
        """The blend's metrics."""
        return self.evaluation.metrics if self.evaluation else None

    @property
    def baseline_metrics(self) -> dict[str, Metrics]:
        """Metrics by baseline."""
        return {name: evaluation.metrics for name, evaluation in self.baselines.items()}


def stage_ends(data: FitData, split: Split) -> dict[Stage, float]:
    """Give the time of the newest event that the parts of each stage learn from, in seconds since 1970."""
    repeats = how_repeating(data.log)
    measuring = make_split(data.log, split, data.action_weights, keeps_seen=repeats != "none").fit
    choosing = Choosing((), split, repeats, {}).held_out(replace(data, log=measuring)).fit
    logs: dict[Stage, EventLog] = {"choosing": choosing, "measuring": measuring, "serving": data.log}
    return {stage: float(log.times_N.max(initial=0.0)) for stage, log in logs.items()}


@dataclass(frozen=True)
class FitResult:
    """A blend fitted on everything, and what its recipe reaches on held-out events."""

    blend: Blend
    measured: Measured
    repeat_share: float


def fit_recipe(data: FitData, recipe: Recipe, progress: Progress) -> FitResult:
    """Choose the weights on a validation split, measure on a later one, then refit on everything.

    The split is the coming weeks for that horizon, else the next basket where baskets repeat, else the rolling next
    item; with too few events for it, the last event of every user is held out.
    """
    repeats = how_repeating(data.log)
    measured = evaluate_recipe(data, recipe, natural_split(recipe.horizon, repeats), progress)
    if measured.evaluation is None:
        measured = evaluate_recipe(data, replace(recipe, earlier={}), "leave-last-out", progress)
    kinds = tuple(kind for kind in recipe_kinds(data, recipe, repeats) if measured.heaviest(kind.name) >= LEAST_WEIGHT)
    earlier = measured.newest_parts | dict(recipe.earlier.get("serving", {}))
    parts = fit_parts(kinds, _for_horizon(data, recipe), earlier, within(progress, 0.7, 1.0))
    blend = blend_of(parts, measured.weights, measured.logit_parts, repeats, measured.newcomer_weights)
    return FitResult(blend, measured, repeat_share(data.log))


def evaluate_recipe(data: FitData, recipe: Recipe, split: Split, progress: Progress) -> Measured:
    """Measure the recipe by one protocol: weights from the split moved one step back in time, never from the test."""
    data = _for_horizon(data, recipe)
    repeats = how_repeating(data.log)
    test = make_split(data.log, split, data.action_weights, keeps_seen=repeats != "none")
    fit_data = replace(data, log=test.fit)
    kinds = recipe_kinds(data, recipe, repeats)
    choosing = Choosing(kinds, split, repeats, recipe.earlier.get("choosing", {}))
    chosen = choose_weights(fit_data, choosing, within(progress, 0.0, 0.35))
    stages: dict[Stage, dict[str, Part]] = {"choosing": chosen.parts}
    if not len(test.cases):
        return Measured(split, None, {}, chosen.weights, chosen.logit_parts, chosen.newcomer_weights, stages)
    earlier = chosen.parts | dict(recipe.earlier.get("measuring", {}))
    parts = fit_parts(kinds, fit_data, earlier, within(progress, 0.35, 0.6))
    blend = blend_of(going_on(parts, data), chosen.weights, chosen.logit_parts, repeats, chosen.newcomer_weights)
    baselines = going_on(tuple(kind.fit(fit_data) for kind in baseline_kinds(repeats)), data)
    progress(0.65, "measuring on held-out events")
    held = replace(test, cases=test.cases.sample(case_limit(data.log), recipe.seed))
    found = evaluate(_scorer(blend, baselines), held, data.action_weights, blend.history_length)
    evaluation = found.pop(BLEND_NAME)
    stages["measuring"] = {part.name: part for part in parts}
    return Measured(split, evaluation, found, chosen.weights, chosen.logit_parts, chosen.newcomer_weights, stages)


def case_limit(log: EventLog) -> int:
    """Give how many test cases a recipe is measured by, at most."""
    return min(TEST_CASES, TEST_CELLS // max(1, len(log.item_ids)))


def natural_split(horizon: Horizon, repeats: Repeats) -> Split:
    """Give the protocol that asks what the model will be asked."""
    if horizon == "weeks":
        return "temporal-static"
    return "next-basket" if repeats == "baskets" else "temporal"


def recipe_kinds(data: FitData, recipe: Recipe, repeats: Repeats) -> tuple[PartKind, ...]:
    """Give all kinds of the recipe's blend, the extra ones last."""
    closed = blend_kinds(
        has_vectors=data.vectors_VD is not None,
        repeats=repeats,
        horizon=recipe.horizon,
        has_contexts=bool(data.log.context_names),
    )
    return (*closed, *recipe.extra_kinds)


def _scorer(blend: Blend, baselines: tuple[Part, ...]) -> Scorer:
    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        scores_PBV = blend.part_scores(batch)
        scores = {BLEND_NAME: blend.combine(scores_PBV, candidates_BV, batch.lengths_B)}
        known = dict(zip(blend.names, scores_PBV, strict=True))
        for part in baselines:
            scores[part.name] = known[part.name] if part.name in known else part.score(batch)
        return scores

    return score


def _for_horizon(data: FitData, recipe: Recipe) -> FitData:
    return replace(data, horizon=recipe.horizon, seed=recipe.seed)
