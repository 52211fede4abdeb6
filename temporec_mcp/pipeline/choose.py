"""Choose the weights of the blend on the newest of what may be learnt from.

Axes: P parts, B histories, C cases, K candidates of a case, V items.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats
from temporec_mcp.domain.training import Split
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData, Part, PartKind, Progress
from temporec_mcp.models.registry import KINDS, LEAST_WEIGHTS, UNSCALED_PARTS, Repeats, default_weights
from temporec_mcp.models.weights import OUT, WeightCases, learn_apart, learn_weights
from temporec_mcp.pipeline.evaluate import batches
from temporec_mcp.pipeline.parts import blend_of, fit_parts, going_on, warm_parts, within
from temporec_mcp.pipeline.split import (
    FIT_SHARE,
    HeldOut,
    case_candidates,
    case_histories,
    case_targets,
    make_split,
    newcomer_cases,
)

WEIGHT_CASES = 3_000
"""Validation cases that the weights are learnt from, at most ..."""
WEIGHT_CELLS = 300_000_000
"""... and no more than score so many items in all: fewer cases of a catalogue beyond 100,000 items."""
NEWCOMER_EVENTS = 20
"""Events of the longest histories that the weights for newcomers are learnt from."""
NEWCOMER_CASES = 500
"""Validation cases for them, at most."""
CHOOSING_EVENTS = 400
"""Events that are held out to choose weights by, at least, even if that is more than a tenth ..."""
LEAST_FIT_SHARE = 0.7
"""... but never more than the rest of this."""
STRONG_CANDIDATES = 300
"""Strongest candidates of a case that the likelihood is over."""
OTHER_CANDIDATES = 200
"""Candidates drawn from all others, that stand for them: else weights could lift what no case ever held."""


@dataclass(frozen=True)
class Chosen:
    """The weights, and what they were learnt with."""

    weights: dict[str, float]
    logit_parts: frozenset[str]
    parts: dict[str, Part]
    """Those fitted before the validation cases that a later fit may go on from; the others would only take memory."""
    newcomer_weights: dict[str, float] = field(default_factory=dict[str, float])
    """For users of few events; empty where they weigh as for all."""


@dataclass(frozen=True)
class Choosing:
    """What the weights are chosen for."""

    kinds: tuple[PartKind, ...]
    split: Split
    repeats: Repeats
    earlier: Mapping[str, Part]
    """Parts of dear kinds that may be gone on from."""

    def held_out(self, data: FitData) -> HeldOut:
        """Give the cases that the weights are chosen by: the newest of `data`, never too few."""
        share = 1.0 - CHOOSING_EVENTS / max(1, len(data.log.items_N))
        keeps_seen = self.repeats != "none"
        share = max(LEAST_FIT_SHARE, min(FIT_SHARE, share))
        return make_split(data.log, self.split, data.action_weights, keeps_seen=keeps_seen, fit_share=share)


def choose_weights(data: FitData, choosing: Choosing, progress: Progress) -> Chosen:
    """Learn the weights on the newest of `data` from parts fitted on what came before."""
    kinds, repeats, held = choosing.kinds, choosing.repeats, choosing.held_out(data)
    names = tuple(kind.name for kind in kinds)
    prior = default_weights(names, repeats, data.horizon)
    unscaled = UNSCALED_PARTS & frozenset(names)
    if not len(held.cases):
        return Chosen(prior, unscaled, {})
    parts = fit_parts(kinds, replace(data, log=held.fit), choosing.earlier, within(progress, 0.0, 0.7))
    asked = going_on(parts, replace(data, log=held.log))
    count = min(WEIGHT_CASES, WEIGHT_CELLS // max(1, len(data.log.item_ids)))
    held = replace(held, cases=held.cases.sample(count, data.seed))
    progress(0.8, "choosing weights")
    # A net's scores are log-probabilities: whether their spread means something is a question to the data.
    extra = frozenset(names) - frozenset(KINDS)
    found: list[tuple[float, dict[str, float], frozenset[str]]] = []
    for logit_parts in {unscaled, unscaled | extra}:
        blend = blend_of(asked, prior, logit_parts, repeats)
        weights, loss = learn_weights(weight_cases(blend, held, data), names, prior, LEAST_WEIGHTS)
        found.append((loss, weights, logit_parts))
    _, weights, logit_parts = min(found, key=lambda option: (option[0], len(option[2])))
    blend = blend_of(asked, weights, logit_parts, repeats)
    return Chosen(weights, logit_parts, warm_parts(kinds, parts), _newcomer_weights(blend, held, data))


def _newcomer_weights(blend: Blend, held: HeldOut, data: FitData) -> dict[str, float]:
    """Learn what the parts weigh for users of few events; nothing where they are too few, or no better off."""
    cases = newcomer_cases(held, data.action_weights, NEWCOMER_EVENTS).sample(NEWCOMER_CASES, data.seed)
    if not len(cases):
        return {}
    return learn_apart(weight_cases(blend, replace(held, cases=cases), data), blend.names, blend.weights, LEAST_WEIGHTS)


def weight_cases(blend: Blend, held: HeldOut, data: FitData) -> WeightCases:
    """Score the cases by every part; keep the targets, the blend's strongest candidates and a draw of the others."""
    item_count = len(held.log.item_ids)
    draw = np.random.default_rng(data.seed)
    shape = (len(held.cases), min(STRONG_CANDIDATES + OTHER_CANDIDATES, item_count))
    scores_CKP = np.empty((*shape, len(blend.parts)), dtype=np.float32)
    shares_CK, offsets_CK = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
    for chosen in batches(len(held.cases), item_count):
        cases = held.cases.take(chosen)
        candidates_BV = case_candidates(held, cases)
        targets_BV = case_targets(cases, item_count) & candidates_BV
        scores_PBV = blend.part_scores(case_histories(held.log, cases, data.action_weights, blend.history_length))
        blended_BV = np.where(targets_BV, np.inf, blend.combine(scores_PBV, candidates_BV))
        items_BK, offsets_CK[chosen] = _contested(blended_BV, draw)
        for place, (name, scores_BV) in enumerate(zip(blend.names, scores_PBV, strict=True)):
            standard_BV = blend.standardise(name, scores_BV, candidates_BV)
            scores_CKP[chosen, :, place] = np.take_along_axis(standard_BV, items_BK, axis=1)
        is_target_BK = np.take_along_axis(targets_BV, items_BK, axis=1)
        shares_CK[chosen] = is_target_BK / np.maximum(is_target_BK.sum(axis=1, keepdims=True), 1)
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
