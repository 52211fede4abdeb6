"""The smallest set of items without which the explained one leaves the list, found by scoring without it."""

from collections.abc import Sequence
from itertools import combinations

from temporec_mcp.domain.ranking import Counterfactual
from temporec_mcp.explain.attribute import Attribution, Unit
from temporec_mcp.explain.rescoring import Positions, Rescorer, Standing
from temporec_mcp.explain.target import LIMITS, ExplainLimits

SMALL_SET_POOL = 7
"""Strongest items whose pairs and threes are all tried before a larger set is believed."""


def find_counterfactual(
    rescorer: Rescorer, attribution: Attribution, limits: ExplainLimits = LIMITS
) -> Counterfactual | None:
    """Find a smallest set of up to five items whose absence takes the explained item off the list of k.

    Greedy on the distance to the k-th best other item, started from nothing and from each group of stand-ins, then
    pruned; a set of more than two is held against all smaller sets of the strongest items. None when no set is found
    or the item is not on the list.
    """
    before = rescorer.now
    if not before.is_listed or rescorer.candidate_count <= rescorer.target.k or not attribution.units:
        return None
    pool = _pool(rescorer, attribution, limits)
    starts: list[tuple[int, ...]] = [(), *(group.members for group in attribution.groups)]
    grown = [_grow(rescorer, attribution.units, start, pool, limits) for start in starts]
    found = [_prune(rescorer, attribution.units, members) for members in grown if members]
    best = min(found, key=len, default=None)
    smaller = _smaller(rescorer, attribution.units, pool[:SMALL_SET_POOL], len(best) if best else 0)
    chosen = smaller or best
    if chosen is None:
        return None
    items = [attribution.units[member].item for member in chosen]
    after = _standing(rescorer, attribution.units, chosen)
    return Counterfactual(
        item_ids=tuple(rescorer.ranker.item_ids[item] for item in items),
        titles=tuple(rescorer.target.titles[item] for item in items),
        rank_before=before.rank,
        rank_after=after.rank,
    )


def _pool(rescorer: Rescorer, attribution: Attribution, limits: ExplainLimits) -> list[int]:
    """Give the units whose absence brings the item closest to leaving; stand-ins are always among them."""
    measures = rescorer.without([unit.positions for unit in attribution.units])
    order = sorted(range(len(measures)), key=lambda unit: (measures[unit].margin, unit))
    grouped = [member for group in attribution.groups for member in group.members]
    return list(dict.fromkeys([*order[: limits.pool], *grouped]))


def _grow(
    rescorer: Rescorer, units: Sequence[Unit], start: tuple[int, ...], pool: Sequence[int], limits: ExplainLimits
) -> tuple[int, ...] | None:
    members = start
    if members and _leaves(rescorer, units, members):
        return members
    while len(members) < limits.set_size:
        tries = [(*members, unit) for unit in pool if unit not in members]
        if not tries:
            return None
        measures = rescorer.without([_positions(units, tried) for tried in tries])
        members = min(zip(tries, measures, strict=True), key=lambda tried: tried[1].margin)[0]
        if _leaves(rescorer, units, members):
            return members
    return None


def _prune(rescorer: Rescorer, units: Sequence[Unit], members: tuple[int, ...]) -> tuple[int, ...]:
    for member in members:
        rest = tuple(other for other in members if other != member)
        if rest and len(members) > 1 and _leaves(rescorer, units, rest):
            members = rest
    return members


def _smaller(rescorer: Rescorer, units: Sequence[Unit], pool: Sequence[int], size: int) -> tuple[int, ...] | None:
    """Give a set of two or three, smaller than `size`, of the strongest items that does it as well, if there is one."""
    for count in range(2, min(size, 4)):
        tries = list(combinations(pool, count))
        measures = rescorer.without([_positions(units, tried) for tried in tries])
        ordered = sorted(zip(measures, tries, strict=True), key=lambda tried: (tried[0].margin, tried[1]))
        if ordered and _leaves(rescorer, units, ordered[0][1]):
            return ordered[0][1]
    return None


def _leaves(rescorer: Rescorer, units: Sequence[Unit], members: Sequence[int]) -> bool:
    return not _standing(rescorer, units, members).is_listed


def _standing(rescorer: Rescorer, units: Sequence[Unit], members: Sequence[int]) -> Standing:
    return rescorer.standing_without(_positions(units, members))


def _positions(units: Sequence[Unit], members: Sequence[int]) -> Positions:
    return frozenset[int]().union(*(units[member].positions for member in members))
