"""What each part of the model adds, for one item and against another."""

from collections.abc import Mapping

from temporec_mcp.domain.ranking import Comparison
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.explain.rescoring import Rescorer


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


def compare(rescorer: Rescorer) -> Comparison | None:
    """Hold the explained item against the target's other item; None when there is none.

    Raises:
        InvalidInputError: the other item is no candidate of the request.
    """
    target = rescorer.target
    other = target.compare_item
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
