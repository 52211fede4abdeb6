"""What each part of the model adds, for one item and against another."""

from collections.abc import Mapping

import numpy as np

from temporec_mcp.domain.log import DAY_SECONDS
from temporec_mcp.domain.ranking import Comparison
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.explain.rescoring import Rescorer
from temporec_mcp.explain.words import DIVERSITY, FILTERS, MOMENT, is_visible, part_source

WEEK_DAYS = tuple(half / 2 for half in range(1, 15))
"""The coming week in half days, from the moment asked for."""


def contributions_of(rescorer: Rescorer, item: int, *, has_history: bool = True) -> dict[str, float]:
    """Give what each part adds to the score of `item`, with the history or with none at all."""
    history = (
        rescorer.target.history if has_history else rescorer.target.history.without(range(len(rescorer.everything)))
    )
    values = rescorer.ranker.contributions(history, rescorer.target.as_of.timestamp(), item)
    return {name: float(value) for name, value in values.items()}


def shares(contributions: Mapping[str, float]) -> dict[str, float]:
    """Give each part's |contribution| over the sum of all, largest first; parts that add nothing are left out."""
    total = sum(abs(value) for value in contributions.values())
    ordered = sorted(contributions.items(), key=lambda part: (-abs(part[1]), part[0]))
    return {name: abs(value) / total for name, value in ordered if value != 0.0}


def source_parts(rescorer: Rescorer, contributions: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """Give the value that the list shows, and what it is made of by readable sources, which add up to it exactly.

    A part's figure is its mean over the coming week; what the moment itself adds to all of them is a source of its
    own, and so is what diversity takes off. A score says how an item stands among the candidates, so filters move it:
    the parts are those of the request without its filters, and what the filters change is a source as well.
    """
    target = rescorer.target
    asked = target.unfiltered or rescorer.ranker
    as_of = target.as_of.timestamp()
    now = contributions if target.unfiltered is None else asked.contributions(target.history, as_of, target.item)
    later = asked.contributions_at(target.history, as_of + np.array(WEEK_DAYS) * DAY_SECONDS, target.item)
    means = {name: sum(found[name] for found in later) / len(later) for name in now}
    moment = sum(now[name] - means[name] for name in now)
    value, score = rescorer.shown_value(), rescorer.now.score
    sums: dict[str, float] = {}
    for name, mean in (means if is_visible(moment) else now).items():
        sums[part_source(name)] = sums.get(part_source(name), 0.0) + float(mean)
    if is_visible(moment):
        sums[MOMENT] = moment
    if target.unfiltered is not None:
        sums[FILTERS] = score - sum(now.values())
    if value != score:
        sums[DIVERSITY] = value - score
    return value, dict(sorted(sums.items(), key=lambda source: (-abs(source[1]), source[0])))


def compare(rescorer: Rescorer) -> Comparison | None:
    """Hold the explained item against the target's other item, one beyond the list against the last that is listed.

    Raises:
        InvalidInputError: the other item is no candidate of the request.
    """
    target = rescorer.target
    other = target.compare_item
    if other is None and not rescorer.now.is_listed:
        other = next(reversed(rescorer.ranker.top(rescorer.base_scores_V, target.k)), None)
    if other is None:
        return None
    standing = rescorer.standing(rescorer.base_scores_V, other)
    if standing.score == float("-inf"):
        raise InvalidInputError(
            f"The item {rescorer.ranker.item_ids[other]!r} was no candidate of this request, so nothing can be "
            "compared with it.",
            "Compare with an item of the list.",
        )
    own = contributions_of(rescorer, target.item)
    theirs = contributions_of(rescorer, other)
    names = dict.fromkeys([*own, *theirs])
    return Comparison(
        item_id=rescorer.ranker.item_ids[other],
        title=target.titles[other],
        rank=standing.rank,
        difference=rescorer.now.score - standing.score,
        contributions={name: own.get(name, 0.0) - theirs.get(name, 0.0) for name in names},
    )
