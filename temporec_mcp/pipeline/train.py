"""Train one model: clean, whiten, fit the recipe, measure it, compare it with the model before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.requests import EvaluationReport
from temporec_mcp.domain.training import DELTA, EpochLoss, Privacy, Quality, Split
from temporec_mcp.errors import TrainingError
from temporec_mcp.models.checkpoint import Checkpoint, ModelCard, load_checkpoint
from temporec_mcp.models.part import FitData, Progress
from temporec_mcp.pipeline.best import searched, with_one_net
from temporec_mcp.pipeline.clean import clean_log
from temporec_mcp.pipeline.compare import NO_LISTS, Candidate, compare, held_out_lists
from temporec_mcp.pipeline.evaluate import Evaluation
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.fit import FitResult, Measured, evaluate_recipe, fit_recipe, stage_ends
from temporec_mcp.pipeline.parts import within
from temporec_mcp.pipeline.private import fit_private_recipe, measure_private, teller_of
from temporec_mcp.pipeline.quality import ItemFacts, quality_of
from temporec_mcp.pipeline.recipes import SEARCH_TIME_SHARE, has_net, recipe_of, told_epochs
from temporec_mcp.pipeline.stages import Stages
from temporec_mcp.pipeline.warm import digest, going_on, kept_stages
from temporec_mcp.pipeline.workfolder import Comparison, WorkOrder

FIT_SHARE = 0.95
"""Part of the progress after which the model stands and only the comparison is left."""
LEAST_EVENTS = 2


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gave."""

    checkpoint: Checkpoint
    """The model refitted on everything, and the metrics of its recipe on held-out events."""
    comparison: Comparison | None
    """How the recipe stands against the model before; None when there was none."""


def train_order(order: WorkOrder, progress: Progress) -> Trained:
    """Train what `order` asks for.

    Raises:
        TrainingError: there is too little to learn from.
    """
    data, report = _prepare(order, progress)
    if order.epsilon is not None:
        return _train_private(order, data, report, progress)
    fitting = within(progress, SEARCH_TIME_SHARE, 1.0) if order.request.preset == "best" else progress
    stages = Stages(fitting, FIT_SHARE, has_net=has_net(order.request, data.log))
    recipe = recipe_of(order.request, data.log, order.device, stages.net)
    recipe, told = searched(order, data, recipe, within(progress, 0.0, SEARCH_TIME_SHARE))
    curve: list[EpochLoss] = []
    recipe = told_epochs(recipe, curve.append)
    recipe, generation = going_on(order, data, recipe)
    if generation:
        report["net"] = "went on from the model before"
    result = fit_recipe(data, recipe, stages.recipe)
    candidate = Candidate(order.request, data, result.measured, result.blend.is_repeating, order.device)
    result, distilled = with_one_net(result, candidate, recipe)
    report |= told | distilled
    comparison = None
    if order.previous is not None:
        progress(FIT_SHARE, "comparing with the model before")
        comparison = compare(candidate, load_checkpoint(order.previous), _last_part(progress))
    progress(1.0, "saving the model")
    parts = {part.name: part.tensors() for part in result.blend.parts}
    card = replace(
        _card(order, data, result, report),
        learnt=digest(order.log, int(data.log.seqs_N.max())),
        stage_ends=dict(stage_ends(data, result.measured.split)),
        generation=generation,
        quality=_quality(order, data, result.measured),
        curve=first_fit(curve),
        newcomer_weights={name: weight for name, weight in result.blend.newcomer_weights.items() if name in parts},
    )
    return Trained(Checkpoint(card, parts, held_out_lists(candidate), kept_stages(result)), comparison)


def evaluate_order(order: WorkOrder, split: Split, progress: Progress) -> EvaluationReport:
    """Measure the order's recipe by `split`, beside the baselines; for the coming weeks it is fitted for them.

    Raises:
        TrainingError: there is too little to hold anything out.
    """
    request = replace(order.request, horizon="weeks") if split == "temporal-static" else order.request
    data, _ = _prepare(replace(order, request=request), progress)
    measured = _measured(replace(order, request=request), data, split, progress)
    if measured.evaluation is None:
        raise TrainingError(
            f"There are too few events to measure by {split}.", "Import more history, or measure by leave-last-out."
        )
    return EvaluationReport(
        split,
        measured.evaluation.metrics,
        measured.baseline_metrics,
        _notes(measured.evaluation),
        _quality(order, data, measured),
        order.epsilon,
    )


def _measured(order: WorkOrder, data: FitData, split: Split, progress: Progress) -> Measured:
    if order.epsilon is not None:
        return measure_private(data, order.vectors_VD, teller_of(order.epsilon), split, progress)
    stages = Stages(progress, 1.0, has_net=has_net(order.request, data.log))
    recipe = recipe_of(order.request, data.log, order.device, stages.net)
    recipe, _ = searched(order, data, recipe, lambda done, phase: None)
    return evaluate_recipe(data, recipe, split, stages.recipe)


def _train_private(order: WorkOrder, data: FitData, report: dict[str, str | float], progress: Progress) -> Trained:
    """Train within the promise: nothing goes on from a model before, none is compared, and no case is kept."""
    assert order.epsilon is not None
    result = fit_private_recipe(data, order.vectors_VD, teller_of(order.epsilon), progress)
    progress(1.0, "saving the model")
    known = {name: weight for name, weight in _action_weights(data).items() if name in ACTIONS}
    card = replace(
        _card(order, data, result, report),
        action_weights=known,
        quality=_quality(order, data, result.measured),
        privacy=Privacy(order.epsilon, DELTA),
    )
    parts = {part.name: part.tensors() for part in result.blend.parts}
    return Trained(Checkpoint(card, parts, NO_LISTS), None)


def first_fit(curve: Sequence[EpochLoss]) -> tuple[EpochLoss, ...]:
    """Give the passes of the first fit of each net: a later fit begins to count anew."""
    passes: dict[tuple[int, int], EpochLoss] = {}
    for point in curve:
        passes.setdefault((point.net, point.epoch), point)
    return tuple(passes.values())


def _quality(order: WorkOrder, data: FitData, measured: Measured) -> Quality | None:
    if measured.evaluation is None:
        return None
    has_text = order.vectors_VD is not None and bool(order.vectors_VD.any())
    facts = ItemFacts(order.vectors_VD if has_text else None, order.categories)
    return quality_of(measured.evaluation, measured.baselines, data.log, facts)


def _prepare(order: WorkOrder, progress: Progress) -> tuple[FitData, dict[str, str | float]]:
    progress(0.0, "cleaning")
    cleaned = clean_log(order.log)
    if len(cleaned.log.items_N) < LEAST_EVENTS:
        raise TrainingError(
            f"There are {len(cleaned.log.items_N)} usable events with an item, too few to learn from.",
            "Import a history with import_history or log events with log_behavior.",
        )
    has_text = order.vectors_VD is not None and bool(order.vectors_VD.any())
    vectors_VD = whiten(order.vectors_VD) if has_text and order.vectors_VD is not None else None
    request = order.request
    data = FitData(cleaned.log, vectors_VD, order.action_weights, request.horizon, request.seed)
    report = dict(cleaned.report)
    if request.preset != "quick" and not has_net(request, data.log):
        report["net"] = "left out: too few events to learn it from"
    return data, report


def _card(order: WorkOrder, data: FitData, result: FitResult, report: dict[str, str | float]) -> ModelCard:
    blend, log = result.blend, data.log
    return ModelCard(
        request=order.request,
        encoder=order.encoder if data.vectors_VD is not None else "",
        item_ids=log.item_ids,
        action_weights=_action_weights(data),
        weights={name: float(blend.weights.get(name, 0.0)) for name in blend.names},
        logit_parts=tuple(sorted(blend.logit_parts)),
        history_length=blend.history_length,
        is_repeating=blend.is_repeating,
        repeat_share=result.repeat_share,
        trained_from=float(log.times_N.min()),
        trained_to=float(log.times_N.max()),
        last_seq=int(log.seqs_N.max()),
        split=result.measured.split,
        metrics=result.measured.metrics,
        baselines=result.measured.baseline_metrics,
        data=report,
    )


def _action_weights(data: FitData) -> dict[str, float]:
    return dict(zip(data.log.action_names, (float(weight) for weight in data.action_weights), strict=True))


def _notes(evaluation: Evaluation) -> tuple[str, ...]:
    """Tell what the means hide: tied times and cold targets."""
    tied, untied = evaluation.metrics_of(evaluation.is_tied_C), evaluation.metrics_of(~evaluation.is_tied_C)
    return (
        f"{tied.cases} targets share the time of the event before (NDCG@10 {tied.ndcg_at_10:.4f}), "
        f"{untied.cases} do not ({untied.ndcg_at_10:.4f}).",
        f"{np.count_nonzero(evaluation.is_cold_C)} targets were never used before the cut.",
    )


def _last_part(progress: Progress) -> Progress:
    return lambda done, phase: progress(FIT_SHARE + done * (1.0 - FIT_SHARE), phase)
