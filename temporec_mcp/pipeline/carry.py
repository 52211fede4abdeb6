"""A model that goes to another home: what it learnt of the items that both know, and nothing of a user's.

What goes: the parts over public items, their weights, and how good they were. What stays: when anybody did anything,
which cases were held out, and every item that is not public.

Axes: V items, B histories, C cases, K places of a list, D text width.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from temporec_mcp.domain.carrying import Trial
from temporec_mcp.domain.log import DAY_SECONDS, EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import CarriedFrom, Interval
from temporec_mcp.models.checkpoint import Checkpoint, HeldOutLists, load_blend
from temporec_mcp.models.moving import moved
from temporec_mcp.models.part import FitData, Part, Tensors
from temporec_mcp.models.popularity import POPULARITY
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.zero_shot import TEXT_WEIGHT, zero_shot_blend
from temporec_mcp.pipeline.bridge import build_bridge, learnt_items
from temporec_mcp.pipeline.clean import clean_log
from temporec_mcp.pipeline.evaluate import LIST_LENGTH, Evaluation, Scorer, difference_interval, evaluate
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.fit import case_limit
from temporec_mcp.pipeline.split import HeldOut, make_split

NOTHING_LEARNT = -1
"""Arrival number below all: no event of the home that the model comes to has gone into it."""
MOST_CASES = 1_000
LEAST_CASES = 20
"""With fewer cases nothing is said of how good a model is here."""
FEW_USERS = 5
"""Of fewer users the interval is by cases: a draw of users would always be the same."""
MEASURED_SHARE = 0.5
"""Of the events, the newest: all can be asked for, because the model has learnt from none of them."""
CARRIED, BEFORE, POPULAR = "carried", "before", "popularity"


def packed(checkpoint: Checkpoint, public_ids: tuple[str, ...], carried: CarriedFrom) -> Checkpoint:
    """Give what of a model may leave its home: over the public items of its vocabulary, times as whole days."""
    card = checkpoint.card
    parts = moved(checkpoint.parts, card.item_ids, public_ids, None)
    known = replace(
        card,
        item_ids=public_ids,
        trained_from=_days(card.trained_from, floor),
        trained_to=_days(card.trained_to, ceil),
        last_seq=NOTHING_LEARNT,
        learnt="",
        stage_ends={},
        generation=0,
        carried=card.carried or carried,
    )
    nothing = HeldOutLists(np.zeros(0, dtype=np.int64), np.zeros((0, LIST_LENGTH), dtype=np.bool_))
    return Checkpoint(known, {name: _without_moments(tensors) for name, tensors in parts.items()}, nothing)


def settled(checkpoint: Checkpoint, item_ids: tuple[str, ...], vectors_VD: Floats | None) -> Checkpoint:
    """Give a packed model over the catalogue of the home that it comes to.

    Texts count the more, the more items the model knows nothing of: at none as much as it learnt, at all as much more
    as they count before any training.

    Args:
        checkpoint: the model, its items known by the ids that they have here.
        item_ids: the catalogue.
        vectors_VD: text vectors of the catalogue, of length 1; None without texts.
    """
    card = checkpoint.card
    whitened_VT = None if vectors_VD is None else whiten(vectors_VD)
    parts = moved(checkpoint.parts, card.item_ids, item_ids, whitened_VT)
    card = replace(card, item_ids=item_ids)
    if whitened_VT is None:
        return replace(checkpoint, card=card, parts=parts)
    known = set(checkpoint.card.item_ids)
    added = TEXT_WEIGHT * sum(item_id not in known for item_id in item_ids) / len(item_ids)
    parts[TEXT.name] = TEXT.over(whitened_VT, card.request.horizon).tensors()
    newcomers = card.newcomer_weights and _with_text(card.newcomer_weights, added)
    card = replace(card, weights=_with_text(card.weights, added), newcomer_weights=newcomers)
    return replace(checkpoint, card=card, parts=parts)


@dataclass(frozen=True, slots=True)
class Here:
    """What a carried model is measured by."""

    log: EventLog
    vectors_VD: Floats | None
    action_weights: Floats
    device: str


def weigh(model: Checkpoint, before: Checkpoint | None, here: Here) -> Trial | None:
    """Ask a carried model for the home's own later events, and what answers before it (None: no model) the same.

    None where too few events can be asked for, or what answers before was measured on events that are not there.
    """
    if before is not None and before.card.carried is None:
        held, hits_CK = _cases_of(before, here)
    else:
        held, hits_CK = _own_cases(here, keeps_seen=model.card.is_repeating), None
    if len(held.cases) < LEAST_CASES:
        return None
    popular = POPULARITY.fit(FitData(held.fit, None, here.action_weights))
    scorers = {CARRIED: carried_scorer(model, here), BEFORE: _before(before if hits_CK is None else None, held, here)}
    found = evaluate(_together(scorers, popular), held, here.action_weights, model.card.history_length)
    old = found[BEFORE] if hits_CK is None else replace(found[BEFORE], hits_CK=hits_CK)
    return Trial(found[CARRIED].metrics, old.metrics, found[POPULAR].metrics, _lead(found[CARRIED], old))


def _own_cases(here: Here, *, keeps_seen: bool) -> HeldOut:
    log = clean_log(here.log).log
    share = 1.0 - MEASURED_SHARE
    held = make_split(log, "temporal", here.action_weights, keeps_seen=keeps_seen, fit_share=share)
    return replace(held, cases=held.cases.sample(MOST_CASES, 0))


def _cases_of(before: Checkpoint, here: Here) -> tuple[HeldOut, Flags]:
    """Give the cases that a model of this home was measured on, and where it listed their targets; none if changed."""
    card, lists = before.card, before.held_out
    log = clean_log(here.log.keep(here.log.seqs_N <= card.last_seq)).log
    held = make_split(log, card.split, here.action_weights, keeps_seen=card.is_repeating)
    held = replace(held, cases=held.cases.sample(case_limit(log), card.request.seed))
    if not np.array_equal(log.seqs_N[held.cases.ends_C], lists.seqs_C):
        return replace(held, cases=held.cases.take(np.zeros(0, dtype=np.intp))), lists.hits_CK[:0]
    chosen = np.sort(np.random.default_rng(0).permutation(len(lists.seqs_C))[:MOST_CASES])
    return replace(held, cases=held.cases.take(chosen)), lists.hits_CK[chosen]


def carried_scorer(model: Checkpoint, here: Here) -> Scorer:
    """Give what scores by a settled model, under the name ""."""
    blend = load_blend(model, here.device)
    learnt_M = learnt_items(blend, model.card.carried)
    bridge = build_bridge(here.log.item_ids, model.card.item_ids, here.vectors_VD, learnt_M)

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        scores_PBV = bridge.scores(blend.part_scores(bridge.histories(batch)))
        return {"": blend.combine(scores_PBV, candidates_BV, batch.lengths_B)}

    return score


def _before(before: Checkpoint | None, held: HeldOut, here: Here) -> Scorer:
    """Give what answered before: a carried model, or texts and what others use up to the moment asked for."""
    if before is not None:
        return carried_scorer(before, here)
    texts_VT = None if here.vectors_VD is None else whiten(here.vectors_VD)
    blend = zero_shot_blend(FitData(held.log, texts_VT, here.action_weights))

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        return {"": blend.combine(blend.part_scores(batch), candidates_BV)}

    return score


def _together(scorers: dict[str, Scorer], popular: Part) -> Scorer:
    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        found = {name: scorer(batch, candidates_BV)[""] for name, scorer in scorers.items()}
        return found | {POPULAR: popular.score(batch)}

    return score


def _lead(first: Evaluation, second: Evaluation) -> Interval:
    if len(np.unique(first.users_C)) < FEW_USERS:
        cases_C = np.arange(len(first), dtype=np.int32)
        first, second = replace(first, users_C=cases_C), replace(second, users_C=cases_C)
    return Interval(*difference_interval(first, second, seed=0))


def _with_text(weights: dict[str, float], added: float) -> dict[str, float]:
    return weights | {TEXT.name: weights.get(TEXT.name, 0.0) + added}


def _days(seconds: float, rounded: Callable[[float], int]) -> float:
    return rounded(seconds / DAY_SECONDS) * DAY_SECONDS


def _without_moments(tensors: Tensors) -> Tensors:
    """Leave of a trend only where it stood in the end, and which items were used at all."""
    if "grid" not in tensors or not len(tensors["grid"]):
        return tensors
    end = _days(float(tensors["grid"][-1]), ceil)
    items = np.unique(tensors["items"])
    return tensors | {
        "grid": np.array([end]),
        "counts": np.ascontiguousarray(tensors["counts"][-1:]),
        "times": np.full(len(items), end),
        "items": items,
    }
