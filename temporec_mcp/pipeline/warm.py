"""Yesterday's model becomes today's: the nets go on from those of the model before, where that is honest and worth it.

Honest: each stage goes on from the same stage of the model before, which had seen nothing of what today holds out; and
nothing that the model before learnt from is gone or changed since, so no erased event lives on in the numbers.

Axes: N events, V items.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import EventLog
from temporec_mcp.models.checkpoint import ModelCard, load_card, load_checkpoint, load_stages
from temporec_mcp.models.net_config import NAME, NetPlan
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.models.net_warm import VECTORS, Catalogue, carried, fits
from temporec_mcp.models.part import FitData, Part, Tensors
from temporec_mcp.pipeline.fit import FitResult, Recipe, Stage, natural_split, stage_ends
from temporec_mcp.pipeline.split import how_repeating
from temporec_mcp.pipeline.workfolder import WorkOrder

EPOCHS = 1
"""Passes over the log at each stage when going on."""
MOST_GROWTH = 0.2
"""From this part of new events on, learning from nothing finds more."""
MOST_GENERATIONS = 10
"""Models that go on from one another; the next one begins anew, so that no early mistake stays for good."""
EARLIER_STAGES: tuple[Stage, ...] = ("choosing", "measuring")
"""Stages whose nets are kept beside the model; the last stage's are the model's own."""


def going_on(order: WorkOrder, data: FitData, recipe: Recipe) -> tuple[Recipe, int]:
    """Give the recipe that goes on from the nets of the model before, and how many models then went on in a row.

    It is the recipe itself, and 0, where there is no such model, or it may not be gone on from.
    """
    kind = next((kind for kind in recipe.extra_kinds if isinstance(kind, SequenceNetKind)), None)
    if kind is None or order.previous is None:
        return recipe, 0
    card = load_card(order.previous)
    stages = load_stages(order.previous) if _may_go_on(card, order, data) else {}
    if not all(NAME in stages.get(stage, {}) for stage in EARLIER_STAGES):
        return recipe, 0
    own = load_checkpoint(order.previous).parts.get(NAME, {})
    shared = {VECTORS: own[VECTORS]} if VECTORS in own else {}
    nets: dict[Stage, Tensors] = {stage: stages[stage][NAME] | shared for stage in EARLIER_STAGES}
    nets["serving"] = own
    if not all(_fits(tensors, kind.making.plan, data) for tensors in nets.values()):
        return recipe, 0
    plan = replace(kind.making.plan, again=replace(kind.making.plan.again, epochs=EPOCHS))
    kind = SequenceNetKind(replace(kind.making, plan=plan))
    catalogue = _catalogue(data)
    earlier: dict[Stage, dict[str, Part]] = {
        stage: {NAME: kind.load(carried(tensors, card.item_ids, catalogue))} for stage, tensors in nets.items()
    }
    return replace(recipe, extra_kinds=(kind,), earlier=earlier), card.generation + 1


def kept_stages(result: FitResult) -> dict[str, dict[str, Tensors]]:
    """Give the nets of the stages before the last, for the training after this one; texts are kept with the model."""
    if NAME not in result.blend.names:
        return {}
    stages: dict[str, dict[str, Tensors]] = {}
    for stage in EARLIER_STAGES:
        part = result.measured.stages.get(stage, {}).get(NAME)
        if part is not None:
            stages[stage] = {NAME: {name: value for name, value in part.tensors().items() if name != VECTORS}}
    return stages


def digest(log: EventLog, last_seq: int) -> str:
    """Give a digest of every event up to arrival number `last_seq`; it changes when one is gone or corrected."""
    rows = np.flatnonzero(log.seqs_N <= last_seq)
    rows = rows[np.argsort(log.seqs_N[rows], kind="stable")]
    columns = (
        log.seqs_N[rows],
        log.times_N[rows],
        log.values_N[rows],
        _hashes(log.user_ids)[log.users_N[rows]],
        _hashes(log.item_ids)[log.items_N[rows]],
        _hashes(log.action_names)[log.actions_N[rows]],
    )
    found = hashlib.blake2b(digest_size=16)
    for column in columns:
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def _may_go_on(card: ModelCard, order: WorkOrder, data: FitData) -> bool:
    """Tell whether the model before was made the same way, of events that all still stand, none of them held out."""
    asked = replace(order.request, time_budget_seconds=None)
    if replace(card.request, time_budget_seconds=None) != asked or card.encoder != _encoder(order, data):
        return False
    if card.generation >= MOST_GENERATIONS or card.split != natural_split(asked.horizon, how_repeating(data.log)):
        return False
    if np.mean(order.log.seqs_N > card.last_seq) > MOST_GROWTH or card.learnt != digest(order.log, card.last_seq):
        return False
    ends = stage_ends(data, card.split)
    return all(card.stage_ends.get(stage, np.inf) <= ends[stage] for stage in ends)


def _fits(tensors: Tensors, plan: NetPlan, data: FitData) -> bool:
    return fits(tensors, plan.shape, plan.net_count, has_text=data.vectors_VD is not None)


def _encoder(order: WorkOrder, data: FitData) -> str:
    return order.encoder if data.vectors_VD is not None else ""


def _catalogue(data: FitData) -> Catalogue:
    log = data.log
    is_target_N = data.action_weights[log.actions_N] > 0.0
    counts_V = np.bincount(log.items_N[is_target_N], minlength=len(log.item_ids))
    return Catalogue(log.item_ids, data.vectors_VD, counts_V)


def _hashes(names: Sequence[str]) -> NDArray[np.int64]:
    """Give a number for each name, that does not depend on its place."""
    digests = [hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names]
    return np.frombuffer(b"".join(digests) or bytes(8), dtype=np.int64)
