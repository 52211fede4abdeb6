"""Whether a new model is worse than the one that serves, judged where neither was trained.

Axes: P parts, B histories, V items, M items of the earlier model, C cases, K places of a list.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.models.checkpoint import Checkpoint, HeldOutLists, load_blend
from temporec_mcp.models.part import FitData, Progress
from temporec_mcp.pipeline.bridge import Bridge, build_bridge, learnt_items
from temporec_mcp.pipeline.evaluate import LIST_LENGTH, Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.fit import Measured, case_limit, evaluate_recipe
from temporec_mcp.pipeline.parts import going_on
from temporec_mcp.pipeline.recipes import recipe_of
from temporec_mcp.pipeline.split import HeldOut, make_split
from temporec_mcp.pipeline.workfolder import Comparison

EARLIER = "earlier"
NO_LISTS = HeldOutLists(np.zeros(0, dtype=np.int64), np.zeros((0, LIST_LENGTH), dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A new recipe and how it was measured."""

    request: TrainRequest
    data: FitData
    measured: Measured
    keeps_seen: bool
    device: str


def held_out_cases(candidate: Candidate) -> HeldOut:
    """Give the cases that the candidate was measured on, in their order."""
    data = candidate.data
    held = make_split(data.log, candidate.measured.split, data.action_weights, keeps_seen=candidate.keeps_seen)
    return replace(held, cases=held.cases.sample(case_limit(data.log), candidate.request.seed))


def held_out_lists(candidate: Candidate) -> HeldOutLists:
    """Give the candidate's lists, for a comparison with a later recipe."""
    evaluation = candidate.measured.evaluation
    if evaluation is None:
        return NO_LISTS
    return HeldOutLists(_case_seqs(held_out_cases(candidate)), evaluation.hits_CK)


def compare(candidate: Candidate, earlier: Checkpoint, progress: Progress) -> Comparison:
    """Judge the candidate against the `earlier` model by the cheapest basis that is fair to both.

    In this order: the earlier recipe's own lists, where it was measured on the very same cases; the earlier model
    itself, where all cases came after what it learnt from, or it learnt in another home; nothing, where the recipe is
    the same and only the events are others; else the earlier recipe, fitted anew on what the candidate was fitted on.
    """
    evaluation = candidate.measured.evaluation
    if evaluation is None:
        return Comparison("too_few_events", 0, 0.0, 0.0, 0.0, 0.0, is_worse=False)
    held = held_out_cases(candidate)
    if earlier.card.split == held.name and np.array_equal(_case_seqs(held), earlier.held_out.seqs_C):
        return _judge("same_window", evaluation, replace(evaluation, hits_CK=earlier.held_out.hits_CK))
    if earlier.card.carried or earlier.card.trained_to < float(held.cases.as_of_C.min()):
        return _judge("later_events", evaluation, _lists_of(earlier, candidate, held))
    if replace(earlier.card.request, seed=0) == replace(candidate.request, seed=0):
        return _judge("same_recipe", evaluation, evaluation)
    return _judge("same_window", evaluation, _refitted(earlier.card.request, candidate, progress))


def _judge(basis: str, new: Evaluation, old: Evaluation) -> Comparison:
    _, low, high = difference_interval(new, old, seed=0)
    ndcg, old_ndcg = new.metrics.ndcg_at_10, old.metrics.ndcg_at_10
    return Comparison(basis, len(new), ndcg, old_ndcg, low, high, is_worse=high < 0.0)


def _case_seqs(held: HeldOut) -> NDArray[np.int64]:
    """Give the arrival number of the event that follows each case's history."""
    return held.log.seqs_N[held.cases.ends_C]


def _lists_of(earlier: Checkpoint, candidate: Candidate, held: HeldOut) -> Evaluation:
    """Ask the earlier model itself; items that it never saw borrow from those that they read like."""
    blend = load_blend(earlier, candidate.device)
    data = candidate.data
    learnt_M = learnt_items(blend, earlier.card.carried)
    bridge = build_bridge(data.log.item_ids, earlier.card.item_ids, data.vectors_VD, learnt_M)
    if earlier.card.carried is None:
        blend = replace(blend, parts=going_on(blend.parts, _as_learnt(data, bridge, earlier.card.item_ids)))

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        scores_PBV = bridge.scores(blend.part_scores(bridge.histories(batch)))
        return {EARLIER: blend.combine(scores_PBV, candidates_BV, batch.lengths_B)}

    return evaluate(score, held, data.action_weights, blend.history_length)[EARLIER]


def _as_learnt(data: FitData, bridge: Bridge, item_ids: tuple[str, ...]) -> FitData:
    """Give the data in the item numbers of a model, without what it never saw."""
    log = data.log.keep(~bridge.is_new_V[data.log.items_N])
    return replace(data, log=replace(log, items_N=bridge.to_model_V[log.items_N], item_ids=item_ids))


def _refitted(request: TrainRequest, candidate: Candidate, progress: Progress) -> Evaluation:
    """Measure the recipe of `request` on the candidate's cases, fitted on what the candidate was fitted on."""
    data = candidate.data

    def told(done: float) -> None:
        progress(done, "fitting the earlier recipe for comparison")

    asked = replace(request, horizon=candidate.request.horizon, seed=candidate.request.seed)
    recipe = recipe_of(asked, data.log, candidate.device, told)
    measured = evaluate_recipe(data, recipe, candidate.measured.split, progress)
    if measured.evaluation is None:
        raise ValueError("the candidate was measured on cases that the earlier recipe does not find")
    return measured.evaluation
