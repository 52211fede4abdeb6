"""Which closed-form parts there are, which of them a data set gets, and what they weigh before anything was learnt."""

from temporec_mcp.domain.log import HISTORY_LENGTH
from temporec_mcp.models.knn import ITEM_KNN
from temporec_mcp.models.part import PartKind
from temporec_mcp.models.popularity import POPULARITY, POPULARITY_3_DAYS, POPULARITY_14_DAYS, RECENT_POPULARITY
from temporec_mcp.models.repeats import FREQUENCY, NEXT_BASKET, PERSONAL_FREQUENCY, REPEAT_HISTORY_LENGTH
from temporec_mcp.models.ridge import DECAYED_EASE, DIRECTED_RIDGE, EASE, LOCAL_RIDGE
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.transitions import DIRECTED_TRANSITIONS, GAP_TRANSITIONS, ITEM_TRANSITIONS, ROOT_TRANSITIONS

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
    FREQUENCY,
    NEXT_BASKET,
    POPULARITY_3_DAYS,
    POPULARITY_14_DAYS,
    ITEM_KNN,
    ITEM_TRANSITIONS,
    DECAYED_EASE,
    PERSONAL_FREQUENCY,
)
KINDS: dict[str, PartKind] = {kind.name: kind for kind in ALL_KINDS}
"""Every closed-form part by name, baselines included."""

FREE_SIGN = frozenset({POPULARITY.name, RECENT_POPULARITY.name, POPULARITY_3_DAYS.name, POPULARITY_14_DAYS.name})
"""Parts whose weight may be below 0: short and long popularity together are a trend."""

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
REPEAT_WEIGHTS: dict[str, float] = {
    **DEFAULT_WEIGHTS,
    FREQUENCY.name: 0.169,
    NEXT_BASKET.name: 0.241,
    POPULARITY_3_DAYS.name: 0.961,
    POPULARITY_14_DAYS.name: 1.045,
    POPULARITY.name: -0.434,
    RECENT_POPULARITY.name: 0.0,
}


def blend_kinds(*, has_vectors: bool, is_repeating: bool, horizon: str) -> tuple[PartKind, ...]:
    """Give the kinds of the blend for a data set, in the order of its parts."""
    gaps = GAP_TRANSITIONS if horizon == "next" else ()
    text: tuple[PartKind, ...] = (TEXT,) if has_vectors else ()
    repeats = (FREQUENCY, NEXT_BASKET, POPULARITY_3_DAYS, POPULARITY_14_DAYS) if is_repeating else ()
    directed = (DIRECTED_TRANSITIONS, DIRECTED_RIDGE)
    return (LOCAL_RIDGE, ROOT_TRANSITIONS, EASE, *gaps, RECENT_POPULARITY, POPULARITY, *text, *directed, *repeats)


def baseline_kinds(*, is_repeating: bool) -> tuple[PartKind, ...]:
    """Give the kinds that a model is shown beside."""
    repeats: tuple[PartKind, ...] = (PERSONAL_FREQUENCY,) if is_repeating else ()
    return (POPULARITY, RECENT_POPULARITY, ITEM_KNN, ITEM_TRANSITIONS, DECAYED_EASE, *repeats)


def default_weights(names: tuple[str, ...], *, is_repeating: bool) -> dict[str, float]:
    """Give what the parts weigh before anything was learnt; it is also what learning is pulled towards."""
    table = REPEAT_WEIGHTS if is_repeating else DEFAULT_WEIGHTS
    return {name: table.get(name, EXTRA_WEIGHT) for name in names}


def history_length(*, is_repeating: bool) -> int:
    """Give how many of the newest events a history of the blend should hold."""
    return REPEAT_HISTORY_LENGTH if is_repeating else HISTORY_LENGTH
