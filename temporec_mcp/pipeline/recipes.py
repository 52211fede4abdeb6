"""What each preset trains."""

from collections.abc import Callable
from dataclasses import replace

from temporec_mcp.domain.log import EventLog
from temporec_mcp.domain.training import EpochLoss, TrainRequest
from temporec_mcp.models.net_config import NetConfig, NetMaking, NetPlan, Sampling, Schedule
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.pipeline.fit import Recipe

USUAL = NetPlan()
SAMPLING = Sampling()
UNRANKED_SHARE = 50
"""An item that is not ranked still costs this part of one that is."""
BEST_SHAPE = NetConfig(width=96, dropout=0.4)
BEST_NETS = 3
"""Nets of different seeds that `best` averages."""
LEAST_NET_EVENTS = 500
"""With fewer, too few cases are held out to choose the weight of a net."""
LEAST_EPOCHS = 2
FIXED_ITEMS = 1_000
"""What reading an event costs beside ranking, in items ranked."""
MOST_WORK = 2e10
"""Events read times items ranked for one net from nothing; about five minutes of one thread."""
LEAST_STEPS = 30
"""Steps of an epoch over a small log."""
LEAST_BATCH_EVENTS = 256
SEARCH_TIME_SHARE = 0.3
"""Part of a time budget that `best` looks for settings."""
FIRST_TIME_SHARE = 0.4
"""Part of a time budget that goes into the first fit of the nets."""
AGAIN_TIME_SHARE = 0.08
"""Part of a time budget that goes into each of the refits of the nets, of which there are three."""
NET_FITS = 3
"""A recipe fits its parts for the weights, for the test and for serving."""


def recipe_of(request: TrainRequest, log: EventLog, device: str, on_progress: Callable[[float], None]) -> Recipe:
    """Give the recipe of the request's preset; `quick`, or few events, have closed-form parts only and need no torch.

    Args:
        request: what to train.
        log: what it will be fitted on; its size decides how often the net reads it.
        device: where the nets are trained.
        on_progress: told the done part of each fit of the nets.
    """
    if not has_net(request, log):
        return Recipe(request.horizon, request.seed)
    kind = SequenceNetKind(NetMaking(plan_of(request, log), device, on_progress))
    return Recipe(request.horizon, request.seed, (kind,))


def told_epochs(recipe: Recipe, on_epoch: Callable[[EpochLoss], None]) -> Recipe:
    """Give the recipe whose nets tell `on_epoch` the losses of a fit from nothing."""
    kinds = tuple(
        replace(kind, making=replace(kind.making, on_epoch=on_epoch)) if isinstance(kind, SequenceNetKind) else kind
        for kind in recipe.extra_kinds
    )
    return replace(recipe, extra_kinds=kinds)


def has_net(request: TrainRequest, log: EventLog) -> bool:
    """Tell whether the recipe has a net: asked for, and with enough events to choose its weight by."""
    return request.preset != "quick" and len(log.items_N) >= LEAST_NET_EVENTS


def plan_of(request: TrainRequest, log: EventLog) -> NetPlan:
    """Give the plan of the nets: fewer passes over what is large, smaller steps over what is small, ending in time."""
    event_count = len(log.items_N)
    batch_events = min(USUAL.first.batch_events, max(LEAST_BATCH_EVENTS, event_count // LEAST_STEPS))
    epoch_work = min(event_count, USUAL.first.most_epoch_events) * _ranked_items(len(log.item_ids))
    epochs = min(USUAL.first.epochs, max(LEAST_EPOCHS, int(MOST_WORK / max(1, epoch_work))))
    net_count = BEST_NETS if request.preset == "best" else 1
    return NetPlan(
        shape=BEST_SHAPE if request.preset == "best" else USUAL.shape,
        first=_in_time(
            replace(USUAL.first, epochs=epochs, batch_events=batch_events), request, FIRST_TIME_SHARE / net_count
        ),
        again=_in_time(replace(USUAL.again, batch_events=batch_events), request, AGAIN_TIME_SHARE / net_count),
        net_count=net_count,
    )


def _ranked_items(item_count: int) -> int:
    """Give what one event costs, in items ranked."""
    if item_count <= SAMPLING.full_limit:
        return FIXED_ITEMS + item_count
    return FIXED_ITEMS + SAMPLING.negative_count + item_count // UNRANKED_SHARE


def _in_time(schedule: Schedule, request: TrainRequest, share: float) -> Schedule:
    if request.time_budget_seconds is None:
        return schedule
    return replace(schedule, seconds=request.time_budget_seconds * share)
