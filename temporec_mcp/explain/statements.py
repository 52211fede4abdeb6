"""What an explanation says, before any language: each statement carries the facts of its sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from temporec_mcp.domain.ranking import Comparison, Counterfactual, Explanation, Reason, ReasonGroup, TimeEffect
from temporec_mcp.domain.reasons import MOSTLY, Lift, MomentEffect, PeriodEffect
from temporec_mcp.explain.target import LIMITS
from temporec_mcp.explain.words import (
    Detail,
    Language,
    Telling,
    day_of,
    is_visible,
    part_words,
    part_words_without_history,
    source_words,
)

Cause = Reason | ReasonGroup
PartFigure = tuple[str, float]
"""A part's words and what it adds."""
Basis = Literal["mostly", "whole", "small", "outside", "no_history", "beyond", "barred"]

ABOVE_ALL = 0.1
"""Words like `above all` need this share of what the whole history does."""
CAUSE_COUNT: dict[Detail, int] = {"brief": 3, "full": 5}
PART_COUNT = 4
AGAINST_SHARE = 0.15
"""What speaks against the item is told from this share of the candidates' spread."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the item stands and what for.

    mostly: without the causes at least half of its lead is gone. whole: the history gives at least half of it.
    small: so it does, but every event is small, in itself or beside the rest. outside: less than half comes from the
    history. beyond: it is not listed, or no better than the average candidate, so nothing is said to have put it
    there. barred: it is no candidate, and all figures are what they would be if it were one.
    """

    basis: Basis
    causes: tuple[Cause, ...]
    part: PartFigure | None
    """What speaks most for it when there is no history."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the parts of the model add, largest first."""

    figures: tuple[PartFigure, ...]
    has_more: bool
    """Smaller parts were left out."""


@dataclass(frozen=True, slots=True)
class Versus:
    """The comparison, with the part that makes most of it."""

    comparison: Comparison
    part: PartFigure | None


@dataclass(frozen=True, slots=True)
class Against:
    """A past event that lowers the score."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about how the explanation came to be."""

    kind: Literal[
        "stays",
        "untrained",
        "popular",
        "likeness",
        "ratings",
        "blocks",
        "verified",
        "unverified",
        "unfiltered",
        "figures",
    ]


Statement = (
    Placement | Counterfactual | Parts | Versus | Against | TimeEffect | MomentEffect | PeriodEffect | Lift | Note
)


def statements_of(explanation: Explanation, language: Language, detail: Detail, count: int) -> list[Statement]:
    """Give what is to be said, the most important first, with up to `count` causes."""
    placement = placement_of(explanation, language, detail, count)
    said: list[Statement] = [placement]
    if any(isinstance(cause, Reason) and cause.rating and cause.rating.is_low for cause in placement.causes):
        said.append(Note("ratings"))
    said += _notes_of_caution(explanation)
    said += _changes(explanation)
    if explanation.comparison:
        said.append(_versus(explanation.comparison, language))
    said += [Against(reason) for reason in explanation.against if -reason.effect >= AGAINST_SHARE * explanation.spread][
        :1
    ]
    said += explanation.periods
    said += explanation.moments if detail == "full" else explanation.moments[:1]
    later = _moments(explanation)
    said += later if detail == "full" else later[:1]
    said += _at_last(explanation, language) if detail == "full" else []
    return said


def _changes(explanation: Explanation) -> list[Statement]:
    """Give what would take the item off the list, or bring it up."""
    is_listed = explanation.rank <= explanation.k and not explanation.excluded_by
    said: list[Statement] = []
    if is_listed and explanation.counterfactual:
        said.append(explanation.counterfactual)
    elif is_listed and is_visible(explanation.history_effect):
        said.append(Note("stays"))
    if explanation.lift and not explanation.excluded_by:
        said.append(explanation.lift)
    if explanation.rank_unfiltered not in (None, explanation.rank):
        said.append(Note("unfiltered"))
    return said


def _at_last(explanation: Explanation, language: Language) -> list[Statement]:
    """Give what only a full telling says: the sum, and how the figures came about."""
    figures = source_figures(explanation.score_parts, language)
    said: list[Statement] = [Parts(figures[:PART_COUNT], len(figures) > PART_COUNT)] if len(figures) > 1 else []
    said += [Note("blocks")] if explanation.grouped_count else []
    said += [Note("verified")] if explanation.is_verified else []
    return said


def placement_of(explanation: Explanation, language: Language, detail: Detail, count: int) -> Placement:
    """Choose the words that the figures allow for the item's place, with up to `count` causes.

    Brief, it names as few as make `mostly` true; full, as many as there are.
    """
    everything = causes_of(explanation)
    causes = [cause for cause in everything if _is_worth_saying(explanation, cause[0].effect)] or everything[:1]
    spoken = tuple(cause for cause, _ in causes[:count])
    part = next((figure for figure in figures_without_history(explanation, language) if figure[1] > 0), None)
    if explanation.excluded_by:
        return Placement("barred", spoken, part)
    if explanation.rank > explanation.k or (explanation.history_count and explanation.lead <= 0):
        return Placement("beyond", spoken, part)
    if not explanation.history_count:
        return Placement("no_history", (), part)
    if explanation.history_effect < MOSTLY * explanation.lead or not causes:
        return Placement("outside", spoken[:2], part)
    if not _is_worth_saying(explanation, causes[0][0].effect):
        return Placement("small", spoken[:1], None)
    enough = [number for number, (_, lead) in enumerate(causes[:count], 1) if 0 < MOSTLY * explanation.lead <= lead]
    if not enough and causes[0][0].effect < ABOVE_ALL * explanation.history_effect:
        return Placement("small", spoken[:2], None)
    if not enough:
        return Placement("whole", spoken[:2] if detail == "brief" else spoken, None)
    return Placement("mostly", spoken[: enough[0] if detail == "brief" else enough[-1]], None)


def shared_day(causes: Sequence[Cause], telling: Telling) -> str | None:
    """Give the day of several single events that all have the same one, so that it is said once."""
    days = {day_of(cause.time, telling) if isinstance(cause, Reason) else None for cause in causes}
    return days.pop() if len(causes) > 1 and len(days) == 1 else None


def causes_of(explanation: Explanation) -> list[tuple[Cause, float]]:
    """Give what speaks for the item, groups as one, each with what it does together with those before it."""
    group_of = {item_id: group for group in explanation.groups for item_id in group.item_ids}
    causes: dict[tuple[str, ...], tuple[Cause, float]] = {}
    for reason, lead in zip(explanation.reasons, explanation.lead_effects, strict=False):
        cause = group_of.get(reason.item_id, reason)
        key = cause.item_ids if isinstance(cause, ReasonGroup) else (cause.item_id,)
        if cause.effect > 0 and is_visible(cause.effect):
            causes[key] = (cause, lead)
    return list(causes.values())


def part_figures(contributions: dict[str, float], language: Language) -> tuple[PartFigure, ...]:
    """Give what the parts add, largest first: parts of equal words as one, without those too small to show."""
    return _summed((part_words(name, language), value) for name, value in contributions.items())


def figures_without_history(explanation: Explanation, language: Language) -> tuple[PartFigure, ...]:
    """Give what the parts would add with no history at all, in the same way."""
    parts = explanation.without_history
    return _summed((part_words_without_history(name, language), value) for name, value in parts.items())


def _summed(figures: Iterable[PartFigure]) -> tuple[PartFigure, ...]:
    sums: dict[str, float] = {}
    for words, value in figures:
        sums[words] = sums.get(words, 0.0) + value
    ordered = sorted(sums.items(), key=lambda figure: (-abs(figure[1]), figure[0]))
    return tuple(figure for figure in ordered if is_visible(figure[1]))


def source_figures(score_parts: dict[str, float], language: Language) -> tuple[PartFigure, ...]:
    """Give the readable sources of the value, largest first, without those too small to show."""
    return tuple((source_words(name, language), value) for name, value in score_parts.items() if is_visible(value))


def _versus(comparison: Comparison, language: Language) -> Versus:
    figures = part_figures(comparison.contributions, language)
    same_side = [figure for figure in figures if (figure[1] > 0) == (comparison.difference > 0)]
    return Versus(comparison, same_side[0] if same_side else None)


def _notes_of_caution(explanation: Explanation) -> list[Statement]:
    notes: list[Statement] = []
    if explanation.history_count and explanation.components.get("text", 0.0) > MOSTLY:
        notes.append(Note("likeness"))
    if explanation.strategy == "zero_shot":
        notes.append(Note("untrained"))
    if explanation.strategy == "popular" and not is_visible(explanation.history_effect):
        notes.append(Note("popular"))
    if not explanation.is_verified:
        notes.append(Note("unverified"))
    return notes


def _moments(explanation: Explanation) -> list[TimeEffect]:
    """Give the moments from which on the rank is another one, and one that matters to who reads a list."""
    ranks = [None, *(moment.rank_then for moment in explanation.temporal)]
    changes = zip(ranks, explanation.temporal, strict=False)
    new = [moment for before, moment in changes if moment.rank_then != before]
    return [moment for moment in new if min(moment.rank_now, moment.rank_then) <= explanation.k]


def _is_worth_saying(explanation: Explanation, effect: float) -> bool:
    return is_visible(effect) and abs(effect) >= LIMITS.small_share * explanation.spread
