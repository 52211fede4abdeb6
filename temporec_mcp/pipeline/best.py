"""What the preset `best` does beyond `balanced`: it searches settings, averages nets, and serves one distilled net.

Axes: B histories, V items.
"""

from dataclasses import replace
from typing import cast

from temporec_mcp.domain.log import Flags, Floats, HistoryBatch
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.net_config import NAME, NetMaking
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.models.part import FitData, Part, Progress
from temporec_mcp.pipeline.compare import Candidate, held_out_cases
from temporec_mcp.pipeline.evaluate import Scorer, evaluate
from temporec_mcp.pipeline.fit import FitResult, Recipe, natural_split
from temporec_mcp.pipeline.parts import going_on
from temporec_mcp.pipeline.recipes import SAMPLING, SEARCH_TIME_SHARE
from temporec_mcp.pipeline.search import Search, search
from temporec_mcp.pipeline.split import how_repeating, make_split
from temporec_mcp.pipeline.workfolder import WorkOrder

SEARCH_EVENTS = 2_000
"""With fewer events, too few are the newest ones that trials are judged by."""
MOST_LOSS = 0.01
"""Part of NDCG@10 that a single net may cost to be served instead of the several it was distilled from."""
Report = dict[str, str | float]


def searched(order: WorkOrder, data: FitData, recipe: Recipe, progress: Progress) -> tuple[Recipe, Report]:
    """Give the recipe with the settings that do best before the test events, and what is told of the search."""
    kind = net_kind(recipe)
    if order.request.preset != "best" or kind is None or len(data.log.items_N) < SEARCH_EVENTS:
        return recipe, {}
    repeats = how_repeating(data.log)
    split = natural_split(order.request.horizon, repeats)
    learnt = make_split(data.log, split, data.action_weights, keeps_seen=repeats != "none").fit
    budget = order.request.time_budget_seconds
    setting = Search(order.search, seconds=None if budget is None else budget * SEARCH_TIME_SHARE)
    quiet = replace(kind.making, on_progress=_quiet)
    found = search(replace(data, log=learnt), quiet, setting, progress)
    kind = SequenceNetKind(replace(kind.making, plan=found.plan))
    shape = found.plan.shape
    told = (
        f"{found.trials} trials, {found.given_up} given up early: width {shape.width}, {shape.block_count} blocks, "
        f"{shape.head_count} heads, dropout {shape.dropout:.2f}"
    )
    return replace(recipe, extra_kinds=(kind,)), {"search": told}


def with_one_net(result: FitResult, candidate: Candidate, recipe: Recipe) -> tuple[FitResult, Report]:
    """Give the result with its nets distilled into one for serving, where that costs little, and what it costs.

    The cost is measured on the held-out cases, by a net distilled from those that were fitted before them.
    """
    kind, measured = net_kind(recipe), result.measured
    several = measured.stages.get("measuring", {}).get(NAME)
    serving = next((part for part in result.blend.parts if part.name == NAME), None)
    item_count = len(candidate.data.log.item_ids)
    if kind is None or several is None or serving is None or measured.evaluation is None:
        return result, {}
    if kind.making.plan.net_count < 2 or item_count > SAMPLING.full_limit:
        return result, {}
    held = held_out_cases(candidate)
    one = _distilled(replace(candidate.data, log=held.fit), several, kind.making)
    parts = tuple({**measured.stages["measuring"], NAME: one}[name] for name in result.blend.names)
    blend = replace(result.blend, parts=going_on(parts, candidate.data))
    found = evaluate(_scorer(blend), held, candidate.data.action_weights, blend.history_length)[NAME]
    before, after = measured.evaluation.metrics.ndcg_at_10, found.metrics.ndcg_at_10
    told = f"NDCG@10 {after:.4f} with one net, {before:.4f} with the {kind.making.plan.net_count} it learnt from"
    if after < before * (1.0 - MOST_LOSS):
        return result, {"distilled": f"not served: {told}"}
    final = _distilled(candidate.data, serving, kind.making)
    parts = tuple(final if part.name == NAME else part for part in result.blend.parts)
    return replace(result, blend=replace(result.blend, parts=parts)), {"distilled": told}


def net_kind(recipe: Recipe) -> SequenceNetKind | None:
    """Give the kind of the recipe's nets; None where it has none."""
    return next((kind for kind in recipe.extra_kinds if isinstance(kind, SequenceNetKind)), None)


def _quiet(_done: float) -> None:
    """Tell nobody: the trials are told one by one."""


def _distilled(data: FitData, several: Part, making: NetMaking) -> Part:
    from temporec_mcp.models.net_distil import distilled
    from temporec_mcp.models.net_part import SequencePart

    return distilled(data, cast("SequencePart", several), making)


def _scorer(blend: Blend) -> Scorer:
    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        return {NAME: blend.combine(blend.part_scores(batch), candidates_BV, batch.lengths_B)}

    return score
