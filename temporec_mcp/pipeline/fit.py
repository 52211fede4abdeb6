"""The recipe: fit the parts, choose their weights one step back in time, measure on what came later, refit on all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import Horizon, Metrics, Split
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData, Part, PartKind, Progress
from temporec_mcp.models.registry import (
    KINDS,
    LEAST_WEIGHTS,
    Repeats,
    baseline_kinds,
    blend_kinds,
    default_weights,
    history_length,
)
from temporec_mcp.models.weights import OUT, WeightCases, learn_weights
from temporec_mcp.pipeline.evaluate import Evaluation, Scorer, batches, evaluate
from temporec_mcp.pipeline.split import (
    FIT_SHARE,
    HeldOut,
    case_candidates,
    case_histories,
    case_targets,
    how_repeating,
    make_split,
    repeat_share,
)

BLEND_NAME = "blend"
WEIGHT_CASES = 3_000
"""Validation cases that the weights are learnt from, at most."""
CHOOSING_EVENTS = 400
"""Events that are held out to choose weights by, at least, even if that is more than a tenth ..."""
LEAST_FIT_SHARE = 0.7
"""... but never more than the rest of this."""
STRONG_CANDIDATES = 300
"""Strongest candidates of a case that the likelihood is over."""
OTHER_CANDIDATES = 200
"""Candidates drawn from all others, that stand for them: else weights could lift what no case ever held."""
LEAST_WEIGHT = 1e-3
"""Parts that weigh less are left out of the served blend: they would only cost time and memory."""
TEST_CASES = 10_000
"""Test cases, at most; more are sampled."""


@runtime_checkable
class WarmPartKind(Protocol):
    """A kind whose parts are dear: when the data grow by the next step in time, it goes on from the earlier part."""

    def refit(self, data: FitData, earlier: Part) -> Part:
        """Learn from `data`, starting from a part that was fitted on less of the same log."""
        ...


@dataclass(frozen=True)
class Recipe:
    """What to fit beside the closed-form parts, and for what."""

    horizon: Horizon = "next"
    seed: int = 0
    extra_kinds: tuple[PartKind, ...] = ()
    """Dear kinds, for instance the net; those with `refit` (WarmPartKind) go on from step to step."""


@dataclass(frozen=True)
class Measured:
    """Held-out quality of the recipe."""

    split: Split
    evaluation: Evaluation | None
    """None when there was nothing to hold out."""
    baselines: dict[str, Evaluation]
    weights: dict[str, float]
    logit_parts: frozenset[str]
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    """The parts as fitted before the test cases, to go on from."""

    @property
    def metrics(self) -> Metrics | None:
        """The blend's metrics."""
        return self.evaluation.metrics if self.evaluation else None

    @property
    def baseline_metrics(self) -> dict[str, Metrics]:
        """Metrics by baseline."""
        return {name: evaluation.metrics for name, evaluation in self.baselines.items()}


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
        measured = evaluate_recipe(data, recipe, "leave-last-out", progress)
    kinds = tuple(
        kind for kind in recipe_kinds(data, recipe, repeats) if abs(measured.weights[kind.name]) >= LEAST_WEIGHT
    )
    parts = _fit_parts(kinds, _for_horizon(data, recipe), measured.parts, _within(progress, 0.7, 1.0))
    return FitResult(_blend(parts, measured.weights, measured.logit_parts, repeats), measured, repeat_share(data.log))


def evaluate_recipe(data: FitData, recipe: Recipe, split: Split, progress: Progress) -> Measured:
    """Measure the recipe by one protocol: weights from the split moved one step back in time, never from the test."""
    data = _for_horizon(data, recipe)
    repeats = how_repeating(data.log)
    test = make_split(data.log, split, data.action_weights, keeps_seen=repeats != "none")
    fit_data = replace(data, log=test.fit)
    kinds = recipe_kinds(data, recipe, repeats)
    chosen = _choose_weights(fit_data, kinds, split, _within(progress, 0.0, 0.35), repeats)
    if not len(test.cases):
        return Measured(split, None, {}, chosen.weights, chosen.logit_parts, chosen.parts)
    parts = _fit_parts(kinds, fit_data, chosen.parts, _within(progress, 0.35, 0.6))
    blend = _blend(parts, chosen.weights, chosen.logit_parts, repeats)
    baselines = tuple(kind.fit(fit_data) for kind in baseline_kinds(repeats))
    progress(0.65, "measuring on held-out events")
    held = replace(test, cases=test.cases.sample(TEST_CASES, recipe.seed))
    found = evaluate(_scorer(blend, baselines), held, data.action_weights, blend.history_length)
    evaluation = found.pop(BLEND_NAME)
    return Measured(split, evaluation, found, chosen.weights, chosen.logit_parts, {part.name: part for part in parts})


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


@dataclass(frozen=True)
class _Chosen:
    weights: dict[str, float]
    logit_parts: frozenset[str]
    parts: dict[str, Part]


def _choose_weights(
    data: FitData, kinds: tuple[PartKind, ...], split: Split, progress: Progress, repeats: Repeats
) -> _Chosen:
    """Learn the weights on the newest of `data` from parts fitted on what came before."""
    fit_share = max(LEAST_FIT_SHARE, min(FIT_SHARE, 1.0 - CHOOSING_EVENTS / max(1, len(data.log.items_N))))
    held = make_split(data.log, split, data.action_weights, keeps_seen=repeats != "none", fit_share=fit_share)
    names = tuple(kind.name for kind in kinds)
    prior = default_weights(names, repeats)
    if not len(held.cases):
        return _Chosen(prior, frozenset(), {})
    parts = _fit_parts(kinds, replace(data, log=held.fit), {}, _within(progress, 0.0, 0.7))
    held = replace(held, cases=held.cases.sample(WEIGHT_CASES, data.seed))
    progress(0.8, "choosing weights")
    # A net's scores are log-probabilities: whether their spread means something is a question to the data.
    extra = frozenset(names) - frozenset(KINDS)
    found: list[tuple[float, dict[str, float], frozenset[str]]] = []
    for logit_parts in {frozenset[str](), extra}:
        blend = _blend(parts, prior, logit_parts, repeats)
        weights, loss = learn_weights(weight_cases(blend, held, data), names, prior, LEAST_WEIGHTS)
        found.append((loss, weights, logit_parts))
    _, weights, logit_parts = min(found, key=lambda option: (option[0], len(option[2])))
    return _Chosen(weights, logit_parts, {part.name: part for part in parts})


def weight_cases(blend: Blend, held: HeldOut, data: FitData) -> WeightCases:
    """Score the cases by every part; keep the targets, the blend's strongest candidates and a draw of the others."""
    item_count = len(held.log.item_ids)
    draw = np.random.default_rng(data.seed)
    pieces: list[tuple[Floats, Floats, Floats]] = []
    for chosen in batches(len(held.cases), item_count):
        cases = held.cases.take(chosen)
        candidates_BV = case_candidates(held, cases)
        targets_BV = case_targets(cases, item_count) & candidates_BV
        scores_PBV = blend.part_scores(case_histories(held.log, cases, data.action_weights, blend.history_length))
        blended_BV = np.where(targets_BV, np.inf, blend.combine(scores_PBV, candidates_BV))
        items_BK, offsets_BK = _contested(blended_BV, draw)
        standard_BKP = np.stack(
            [
                np.take_along_axis(blend.standardise(name, scores_BV, candidates_BV), items_BK, axis=1)
                for name, scores_BV in zip(blend.names, scores_PBV, strict=True)
            ],
            axis=-1,
        )
        is_target_BK = np.take_along_axis(targets_BV, items_BK, axis=1)
        shares_BK = is_target_BK / np.maximum(is_target_BK.sum(axis=1, keepdims=True), 1)
        pieces.append((standard_BKP, shares_BK.astype(np.float32), offsets_BK))
    scores_CKP, shares_CK, offsets_CK = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return WeightCases(scores_CKP, shares_CK, offsets_CK)


def _contested(blended_BV: Floats, draw: np.random.Generator) -> tuple[NDArray[np.intp], Floats]:
    """Give the items [B, K] that the likelihood is over, and the logarithm of how many each of them stands for."""
    item_count = blended_BV.shape[1]
    strong = min(STRONG_CANDIDATES, item_count)
    order_BV = np.argpartition(-blended_BV, strong - 1, axis=1)
    strong_BK, others_BV = order_BV[:, :strong], order_BV[:, strong:]
    others_BK = draw.permuted(others_BV, axis=1)[:, :OTHER_CANDIDATES]
    items_BK = np.concatenate([strong_BK, others_BK], axis=1)
    offsets_BK = np.zeros(items_BK.shape, dtype=np.float32)
    if others_BK.shape[1]:
        offsets_BK[:, strong:] = np.log(others_BV.shape[1] / others_BK.shape[1])
    offsets_BK[np.isneginf(np.take_along_axis(blended_BV, items_BK, axis=1))] = OUT
    return items_BK, offsets_BK


def _fit_parts(
    kinds: tuple[PartKind, ...], data: FitData, earlier: Mapping[str, Part], progress: Progress
) -> tuple[Part, ...]:
    parts: list[Part] = []
    for place, kind in enumerate(kinds):
        progress(place / len(kinds), f"fitting {kind.name.replace('_', ' ')}")
        if isinstance(kind, WarmPartKind) and kind.name in earlier:
            parts.append(kind.refit(data, earlier[kind.name]))
        else:
            parts.append(kind.fit(data))
    return tuple(parts)


def _scorer(blend: Blend, baselines: tuple[Part, ...]) -> Scorer:
    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        scores_PBV = blend.part_scores(batch)
        scores = {BLEND_NAME: blend.combine(scores_PBV, candidates_BV)}
        known = dict(zip(blend.names, scores_PBV, strict=True))
        for part in baselines:
            scores[part.name] = known[part.name] if part.name in known else part.score(batch)
        return scores

    return score


def _blend(
    parts: tuple[Part, ...], weights: Mapping[str, float], logit_parts: frozenset[str], repeats: Repeats
) -> Blend:
    return Blend(parts, dict(weights), logit_parts, history_length(repeats), repeats != "none")


def _for_horizon(data: FitData, recipe: Recipe) -> FitData:
    return replace(data, horizon=recipe.horizon, seed=recipe.seed)


def _within(progress: Progress, start: float, end: float) -> Progress:
    """Give a progress of a phase that reports its place in the whole."""
    return lambda part, phase: progress(start + (end - start) * part, phase)
