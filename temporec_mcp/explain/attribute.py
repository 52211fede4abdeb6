"""What an item's score owes to the past: effects by leaving events out and scoring again.

The unit is an item of the history with all its events, because events of one item stand in for each other. Items
that stand in for one another show no effect one at a time; they are found because each is strong on its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from temporec_mcp.domain.log import History
from temporec_mcp.explain.rescoring import Positions, Rescorer
from temporec_mcp.explain.target import LIMITS, ExplainLimits

STAND_IN_SHARE = 1 / 3
"""Items stand in for each other when this share of their joint effect shows only when all of them are gone."""
NEEDED_SHARE = 0.25
"""A member of a group is kept when without it this share of the joint effect is missing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An item of the history and where its events are."""

    item: int
    positions: Positions


@dataclass(frozen=True, slots=True)
class StandIns:
    """Units that matter together."""

    members: tuple[int, ...]
    """Numbers of units."""
    effect: float
    """Score minus score without all of them."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The units of a history with their effects."""

    units: tuple[Unit, ...]
    effects: tuple[float, ...]
    """Score minus score without the unit."""
    strengths: tuple[float, ...]
    """The effect, or the unit's equal share of what its group does, whichever is larger."""
    groups: tuple[StandIns, ...]
    grouped_count: int
    """Events that were left out in blocks only."""

    def supporters(self, least: float) -> list[int]:
        """Give the units that speak for the item by at least `least`, strongest first, a group side by side."""
        group_of = {member: number for number, group in enumerate(self.groups) for member in group.members}
        chosen = [unit for unit, strength in enumerate(self.strengths) if strength >= least]
        return sorted(chosen, key=lambda unit: (-self.strengths[unit], group_of.get(unit, -1), unit))

    def opponents(self, least: float) -> list[int]:
        """Give the units that speak against the item by at least `least`, strongest first."""
        chosen = [unit for unit, strength in enumerate(self.strengths) if -strength >= least]
        return sorted(chosen, key=lambda unit: (self.strengths[unit], unit))


def units_of(history: History) -> list[Unit]:
    """Give the items of the history with their positions, the one used last first."""
    positions: dict[int, list[int]] = defaultdict(list)
    for position in range(len(history) - 1, -1, -1):
        positions[int(history.items_L[position])].append(position)
    return [Unit(item, frozenset(places)) for item, places in positions.items()]


def attribute(rescorer: Rescorer, limits: ExplainLimits = LIMITS) -> Attribution:
    """Find what each item of the history does to the explained item's score.

    Of a long history the items used last are left out one at a time, the older ones in blocks, and only the
    strongest blocks are opened; the number of scorings has a bound that does not grow with the history.
    """
    units = units_of(rescorer.target.history)
    singles, older = units[: limits.single_items], units[limits.single_items :]
    opened = _strongest_blocks(rescorer, older, limits)
    shown = tuple(singles + opened)
    effects = rescorer.effects([unit.positions for unit in shown])
    groups = find_stand_ins(rescorer, shown, effects, limits)
    strengths = list(effects)
    for group in groups:
        for member in group.members:
            strengths[member] = max(effects[member], group.effect / len(group.members))
    hidden = sum(len(unit.positions) for unit in units) - sum(len(unit.positions) for unit in shown)
    return Attribution(shown, tuple(effects), tuple(strengths), tuple(groups), hidden)


def removal_order(rescorer: Rescorer, found: Attribution, pool: Sequence[int], count: int) -> list[int]:
    """Choose units of the pool one by one, until there are `count`: each takes most off what the score still is.

    So of items that repeat each other's part one comes first and the others late, which effects one at a time do not
    tell; stand-ins come side by side, as one that is worth its share of what they do together.
    """
    members = [tuple(unit for unit in group.members if unit in pool) for group in found.groups]
    grouped = {unit for group in members for unit in group}
    left = [*filter(None, members), *((unit,) for unit in pool if unit not in grouped)]
    order: list[int] = []
    lost = 0.0
    while left and len(order) < count:
        effects = rescorer.effects([_positions(found.units, (*order, *block)) for block in left])
        best = max(range(len(left)), key=lambda number: (effects[number] - lost) / len(left[number]))
        lost = effects[best]
        order += left.pop(best)
    return order[:count]


def _strongest_blocks(rescorer: Rescorer, older: Sequence[Unit], limits: ExplainLimits) -> list[Unit]:
    if not older:
        return []
    size = -(-len(older) // limits.block_count)
    blocks = [older[start : start + size] for start in range(0, len(older), size)]
    effects = rescorer.effects([frozenset[int]().union(*(unit.positions for unit in block)) for block in blocks])
    strongest = sorted(range(len(blocks)), key=lambda number: (-abs(effects[number]), number))[: limits.opened_blocks]
    return [unit for number in sorted(strongest) for unit in blocks[number]]


def find_stand_ins(
    rescorer: Rescorer, units: Sequence[Unit], effects: Sequence[float], limits: ExplainLimits = LIMITS
) -> list[StandIns]:
    """Find items that matter together more than one at a time, at most one group an item.

    Suspects are those that do more as the only history than their absence takes away. All pairs of suspects are left
    out together; when no pair tells, larger sets of suspects are, and then every member that is not needed goes.
    """
    least = limits.small_share * rescorer.spread
    suspects = _suspects(rescorer, units, effects, limits)
    groups: list[StandIns] = []
    taken: set[int] = set()
    pairs = list(combinations(suspects, 2))
    joint = rescorer.effects([units[one].positions | units[two].positions for one, two in pairs])
    found = [StandIns(pair, effect) for pair, effect in zip(pairs, joint, strict=True) if effect >= least]
    for group in sorted(found, key=lambda group: (-_hidden(group, effects), group.members)):
        if _is_stand_in(group, effects) and not taken & set(group.members):
            groups.append(group)
            taken |= set(group.members)
    if groups:
        return groups
    larger = _larger_group(rescorer, units, effects, suspects)
    return [larger] if larger and larger.effect >= least else []


def _is_stand_in(group: StandIns, effects: Sequence[float]) -> bool:
    """Say whether the members hide each other: an item whose absence alone raises the score much is none."""
    is_needed = all(effects[member] >= -NEEDED_SHARE * group.effect for member in group.members)
    return is_needed and _hidden(group, effects) >= STAND_IN_SHARE * group.effect


def _hidden(group: StandIns, effects: Sequence[float]) -> float:
    """Give the part of the joint effect that no single absence shows."""
    return group.effect - sum(effects[member] for member in group.members)


def _suspects(rescorer: Rescorer, units: Sequence[Unit], effects: Sequence[float], limits: ExplainLimits) -> list[int]:
    if len(units) < 2:
        return []
    everything = rescorer.everything
    nothing, *alone = rescorer.without([everything, *(everything - unit.positions for unit in units)])
    gains = [measure.score - nothing.score for measure in alone]
    least = limits.small_share * rescorer.spread
    chosen = [unit for unit, gain in enumerate(gains) if gain >= least and gain > effects[unit]]
    return sorted(chosen, key=lambda unit: (effects[unit] - gains[unit], unit))[: limits.suspects]


def _larger_group(
    rescorer: Rescorer, units: Sequence[Unit], effects: Sequence[float], suspects: Sequence[int]
) -> StandIns | None:
    prefixes = [tuple(suspects[:size]) for size in range(3, len(suspects) + 1)]
    joint = rescorer.effects([_positions(units, prefix) for prefix in prefixes])
    for prefix, effect in zip(prefixes, joint, strict=True):
        group = StandIns(prefix, effect)
        if effect > 0 and _hidden(group, effects) >= STAND_IN_SHARE * effect:
            needed = _needed_only(rescorer, units, group)
            return needed if needed and _is_stand_in(needed, effects) else None
    return None


def _needed_only(rescorer: Rescorer, units: Sequence[Unit], group: StandIns) -> StandIns | None:
    members = list(group.members)
    for member in group.members:
        rest = [other for other in members if other != member]
        if group.effect - rescorer.effects([_positions(units, rest)])[0] < NEEDED_SHARE * group.effect:
            members = rest
    if len(members) < 2:
        return None
    return StandIns(tuple(members), rescorer.effects([_positions(units, members)])[0])


def _positions(units: Sequence[Unit], members: Sequence[int]) -> Positions:
    return frozenset[int]().union(*(units[member].positions for member in members))


def strongest_event(rescorer: Rescorer, unit: Unit, limits: ExplainLimits = LIMITS) -> tuple[int, float]:
    """Give the position of the unit's event with the largest effect, and score minus score without that event."""
    newest = sorted(unit.positions, reverse=True)[: limits.events_per_item]
    effects = rescorer.effects([frozenset((position,)) for position in newest])
    best = max(range(len(newest)), key=lambda number: (abs(effects[number]), newest[number]))
    return newest[best], effects[best]
