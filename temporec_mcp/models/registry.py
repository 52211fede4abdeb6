"""Which closed-form parts there are, which of them a data set gets, and what they weigh before anything was learnt."""

from typing import Literal

from temporec_mcp.domain.log import HISTORY_LENGTH
from temporec_mcp.models.knn import ITEM_KNN
from temporec_mcp.models.own_transitions import CONTEXT_TRANSITIONS, OWN_TRANSITIONS
from temporec_mcp.models.part import PartKind
from temporec_mcp.models.popularity import POPULARITY, POPULARITY_3_DAYS, POPULARITY_14_DAYS, RECENT_POPULARITY
from temporec_mcp.models.repeats import FREQUENCY, HABIT, NEXT_BASKET, PERSONAL_FREQUENCY, REPEAT_HISTORY_LENGTH
from temporec_mcp.models.ridge import DECAYED_EASE, DIRECTED_RIDGE, EASE, LOCAL_RIDGE
from temporec_mcp.models.taste import TASTE
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.transitions import (
    DIRECTED_TRANSITIONS,
    GAP_TRANSITIONS,
    ITEM_TRANSITIONS,
    NEXT_TRANSITIONS,
    ROOT_TRANSITIONS,
)

Repeats = Literal["none", "baskets", "sequences"]
"""How a data set repeats: hardly, as baskets that are taken together, or as steps that follow each other."""

REPEAT_SHARE = 0.2
"""From this part of repetition in later visits on, what was seen stays a candidate and the repeat parts are used."""
EXTRA_WEIGHT = 0.3
"""Weight of a part without an entry below, before anything was learnt."""

ALL_KINDS: tuple[PartKind, ...] = (
    LOCAL_RIDGE,
    ROOT_TRANSITIONS,
    EASE,
    *GAP_TRANSITIONS,
    RECENT_POPULARITY,
    POPULARITY,
    TEXT,
    DIRECTED_TRANSITIONS,
    DIRECTED_RIDGE,
    NEXT_TRANSITIONS,
    OWN_TRANSITIONS,
    CONTEXT_TRANSITIONS,
    FREQUENCY,
    HABIT,
    NEXT_BASKET,
    POPULARITY_3_DAYS,
    POPULARITY_14_DAYS,
    ITEM_KNN,
    ITEM_TRANSITIONS,
    DECAYED_EASE,
    PERSONAL_FREQUENCY,
    TASTE,
)
KINDS: dict[str, PartKind] = {kind.name: kind for kind in ALL_KINDS}
"""Every closed-form part by name, baselines included."""

UNSCALED_PARTS = frozenset({HABIT.name})
"""Parts whose scores mean the same in every history, so they are centred but not scaled."""

LEAST_CONTEXT_WEIGHT = 1.0
LEAST_WEIGHTS: dict[str, float] = {
    **dict.fromkeys(
        (POPULARITY.name, RECENT_POPULARITY.name, POPULARITY_3_DAYS.name, POPULARITY_14_DAYS.name), float("-inf")
    ),
    CONTEXT_TRANSITIONS.name: LEAST_CONTEXT_WEIGHT,
}
"""Bounds of weights that are not 0.

Short and long popularity together are a trend, so they may be below it. What was done in the context that is asked for
counts even where most cases come from one context, and so seem to do without it.
"""

DEFAULT_WEIGHTS: dict[str, float] = {
    LOCAL_RIDGE.name: 0.222,
    ROOT_TRANSITIONS.name: 0.329,
    EASE.name: 0.072,
    RECENT_POPULARITY.name: 0.176,
    POPULARITY.name: -0.277,
    TEXT.name: 0.188,
    **dict(
        zip((kind.name for kind in GAP_TRANSITIONS), (0.069, 0.048, 0.082, 0.040, 0.024, 0.032, 0.066), strict=True)
    ),
    DIRECTED_TRANSITIONS.name: 0.1,
    DIRECTED_RIDGE.name: 0.0,
}
BASKET_WEIGHTS: dict[str, float] = {
    **DEFAULT_WEIGHTS,
    FREQUENCY.name: 0.169,
    HABIT.name: 0.5,
    PERSONAL_FREQUENCY.name: 0.0,
    NEXT_BASKET.name: 0.241,
    POPULARITY_3_DAYS.name: 0.961,
    POPULARITY_14_DAYS.name: 1.045,
    POPULARITY.name: -0.434,
    RECENT_POPULARITY.name: 0.0,
}
SEQUENCE_WEIGHTS: dict[str, float] = {
    **DEFAULT_WEIGHTS,
    POPULARITY.name: 0.0,
    RECENT_POPULARITY.name: 0.1,
    NEXT_TRANSITIONS.name: 0.5,
    OWN_TRANSITIONS.name: 0.8,
    CONTEXT_TRANSITIONS.name: 1.5,
    FREQUENCY.name: 0.1,
    POPULARITY_3_DAYS.name: 0.0,
    POPULARITY_14_DAYS.name: 0.0,
}
WEEKS_WEIGHTS: dict[str, float] = {
    LOCAL_RIDGE.name: 0.1,
    ROOT_TRANSITIONS.name: 0.05,
    EASE.name: 0.05,
    RECENT_POPULARITY.name: 1.0,
    POPULARITY.name: 0.0,
    TEXT.name: 0.2,
    DIRECTED_TRANSITIONS.name: 0.05,
    DIRECTED_RIDGE.name: 0.3,
}
"""For what comes within weeks: what is in vogue tells more of it than what was used last."""
PRIORS: dict[tuple[Repeats, str], dict[str, float]] = {
    ("none", "next"): DEFAULT_WEIGHTS,
    ("baskets", "next"): BASKET_WEIGHTS,
    ("sequences", "next"): SEQUENCE_WEIGHTS,
    ("none", "weeks"): WEEKS_WEIGHTS,
    ("baskets", "weeks"): BASKET_WEIGHTS,
    ("sequences", "weeks"): {**SEQUENCE_WEIGHTS, **WEEKS_WEIGHTS, FREQUENCY.name: 1.0},
}
"""By how a data set repeats and the horizon asked for."""


def blend_kinds(
    *, has_vectors: bool, repeats: Repeats, horizon: str, has_contexts: bool = False
) -> tuple[PartKind, ...]:
    """Give the kinds of the blend for a data set, in the order of its parts."""
    gaps = GAP_TRANSITIONS if horizon == "next" else ()
    text: tuple[PartKind, ...] = (TEXT,) if has_vectors else ()
    context = (CONTEXT_TRANSITIONS,) if has_contexts else ()
    own: dict[Repeats, tuple[PartKind, ...]] = {
        "none": (),
        "baskets": (FREQUENCY, HABIT, PERSONAL_FREQUENCY, NEXT_BASKET, POPULARITY_3_DAYS, POPULARITY_14_DAYS),
        "sequences": (NEXT_TRANSITIONS, OWN_TRANSITIONS, *context, FREQUENCY, POPULARITY_3_DAYS, POPULARITY_14_DAYS),
    }
    directed = (DIRECTED_TRANSITIONS, DIRECTED_RIDGE)
    return (LOCAL_RIDGE, ROOT_TRANSITIONS, EASE, *gaps, RECENT_POPULARITY, POPULARITY, *text, *directed, *own[repeats])


def baseline_kinds(repeats: Repeats) -> tuple[PartKind, ...]:
    """Give the kinds that a model is shown beside."""
    own: tuple[PartKind, ...] = () if repeats == "none" else (PERSONAL_FREQUENCY,)
    return (POPULARITY, RECENT_POPULARITY, ITEM_KNN, ITEM_TRANSITIONS, DECAYED_EASE, *own)


def default_weights(names: tuple[str, ...], repeats: Repeats, horizon: str = "next") -> dict[str, float]:
    """Give what the parts weigh before anything was learnt; it is also what learning is pulled towards."""
    return {name: PRIORS[repeats, horizon].get(name, EXTRA_WEIGHT) for name in names}


def history_length(repeats: Repeats) -> int:
    """Give how many of the newest events a history of the blend should hold."""
    return HISTORY_LENGTH if repeats == "none" else REPEAT_HISTORY_LENGTH
