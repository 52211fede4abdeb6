"""Why an item has its place: every fact found by scoring again, and then reproduced by another scoring."""

import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from temporec_mcp.domain.actions import means_rating
from temporec_mcp.domain.ranking import BoundRanker, Explanation, Reason, ReasonGroup
from temporec_mcp.domain.reasons import Rating
from temporec_mcp.explain.attribute import Attribution, Unit, attribute, removal_order, strongest_event
from temporec_mcp.explain.components import compare, contributions_of, shares, source_parts
from temporec_mcp.explain.counterfactual import find_counterfactual
from temporec_mcp.explain.lift import find_lift
from temporec_mcp.explain.moments import moment_effects
from temporec_mcp.explain.periods import period_effects
from temporec_mcp.explain.recheck import recheck
from temporec_mcp.explain.rescoring import Positions, Rescorer
from temporec_mcp.explain.target import LIMITS, ExplainLimits, ExplainTarget
from temporec_mcp.explain.temporal import time_effects

LEAST_SHOWN = 5e-4
"""Effects are told with three decimals; one that would be a row of zeros is no reason."""


def explain(ranker: BoundRanker, target: ExplainTarget, limits: ExplainLimits = LIMITS) -> Explanation:
    """Explain the place of the target's item; equal arguments give an equal explanation.

    What a second scoring does not reproduce is left out, and then `is_verified` is false.

    Raises:
        InvalidInputError: the item, or the one to compare with, is no candidate of the request.
    """
    target = _named_apart(ranker, target)
    rescorer = Rescorer(ranker, target)
    attribution = attribute(rescorer, limits)
    least = max(limits.negligible_share * rescorer.spread, LEAST_SHOWN)
    supporters = _reasons(rescorer, attribution, least, limits)
    opponents = attribution.opponents(least)[: limits.against]
    named = supporters or opponents
    contributions = contributions_of(rescorer, target.item)
    value, sources = source_parts(rescorer, contributions)
    standing = rescorer.now
    draft = Explanation(
        item_id=ranker.item_ids[target.item],
        title=target.titles[target.item],
        rank=standing.rank,
        k=target.k,
        score=standing.score,
        user_id=target.user_id,
        as_of=target.as_of,
        model_id=target.model_id,
        strategy=target.strategy,
        history_count=len(target.history),
        reasons=tuple(_reason(rescorer, attribution.units[unit], limits) for unit in named),
        counterfactual=find_counterfactual(rescorer, attribution, limits),
        temporal=time_effects(rescorer),
        components=shares(contributions),
        is_verified=False,
        comparison=compare(rescorer),
        against=tuple(_reason(rescorer, attribution.units[unit], limits) for unit in opponents),
        groups=_groups(rescorer, attribution, named),
        lead_effects=_lead_effects(rescorer, attribution, named),
        history_effect=rescorer.effects([rescorer.everything])[0],
        lead=standing.score - rescorer.mean,
        spread=rescorer.spread,
        contributions=contributions,
        without_history=contributions_of(rescorer, target.item, has_history=False),
        grouped_count=attribution.grouped_count,
        value=value,
        score_parts=sources,
        lift=find_lift(rescorer, limits),
        moments=moment_effects(rescorer, limits),
        periods=period_effects(rescorer, limits),
        excluded_by=target.excluded_by,
        rank_unfiltered=_rank_unfiltered(rescorer),
    )
    return recheck(rescorer, draft)


def _named_apart(ranker: BoundRanker, target: ExplainTarget) -> ExplainTarget:
    """Give the target with the item id behind each title that another item of the past, or the explained one, has."""
    past = set(target.history.items_L.tolist()) - {target.item}
    own = Counter(target.titles[item] for item in {target.item, *past})
    shared = [item for item, title in enumerate(target.titles) if own[title] > (item in past) and item != target.item]
    if not shared:
        return target
    titles = list(target.titles)
    for item in shared:
        titles[item] = f"{titles[item]} [{ranker.item_ids[item]}]"
    return replace(target, titles=titles)


def _reasons(rescorer: Rescorer, attribution: Attribution, least: float, limits: ExplainLimits) -> list[int]:
    """Give the units above `least` points of the score that do most together, the strongest first."""
    supporters = attribution.supporters(least)[: limits.reason_pool]
    chosen = set(removal_order(rescorer, attribution, supporters, limits.reasons))
    return [unit for unit in supporters if unit in chosen]


def _rank_unfiltered(rescorer: Rescorer) -> int | None:
    target = rescorer.target
    if target.unfiltered is None:
        return None
    return Rescorer(target.unfiltered, replace(target, unfiltered=None)).now.rank


def _reason(rescorer: Rescorer, unit: Unit, limits: ExplainLimits) -> Reason:
    position, effect = strongest_event(rescorer, unit, limits)
    target = rescorer.target
    return Reason(
        item_id=rescorer.ranker.item_ids[unit.item],
        title=target.titles[unit.item],
        action=target.action_names[int(target.history.actions_L[position])],
        time=datetime.fromtimestamp(float(target.history.times_L[position]), UTC),
        effect=effect,
        event_seq=int(target.history.seqs_L[position]),
        rating=_rating(target, position),
    )


def _rating(target: ExplainTarget, position: int) -> Rating | None:
    """Give what the event at `position` rates its item with, if it rates it."""
    value = float(target.history.values_L[position])
    action = target.action_names[int(target.history.actions_L[position])]
    return Rating(value, target.rating_top) if means_rating(action) and math.isfinite(value) else None


def _groups(rescorer: Rescorer, attribution: Attribution, named: list[int]) -> tuple[ReasonGroup, ...]:
    """Give the groups of stand-ins that are among the reasons, and of the others those with several events."""
    groups: list[ReasonGroup] = []
    grouped: set[int] = set()
    for group in attribution.groups:
        if set(group.members) <= set(named):
            grouped |= set(group.members)
            groups.append(_group(rescorer, [attribution.units[member] for member in group.members]))
    repeated = [unit for unit in named if unit not in grouped and len(attribution.units[unit].positions) > 1]
    return (*groups, *(_group(rescorer, [attribution.units[unit]]) for unit in repeated))


def _group(rescorer: Rescorer, units: list[Unit]) -> ReasonGroup:
    positions = _union(units)
    return ReasonGroup(
        item_ids=tuple(rescorer.ranker.item_ids[unit.item] for unit in units),
        titles=tuple(rescorer.target.titles[unit.item] for unit in units),
        event_count=len(positions),
        effect=rescorer.effects([positions])[0],
    )


def _lead_effects(rescorer: Rescorer, attribution: Attribution, named: list[int]) -> tuple[float, ...]:
    units = [attribution.units[unit] for unit in named]
    return tuple(rescorer.effects([_union(units[: count + 1]) for count in range(len(units))]))


def _union(units: list[Unit]) -> Positions:
    return frozenset[int]().union(*(unit.positions for unit in units))
