"""What ranks before anything was learnt: what reads like the history, and what others use lately."""

from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData
from temporec_mcp.models.popularity import RecentPopularityKind
from temporec_mcp.models.text import TEXT

TEXT_WEIGHT = 1.0
POPULARITY_WEIGHT = 0.5
"""Popularity breaks ties between texts, and decides alone for somebody without a history."""
POPULARITY = RecentPopularityKind("recent_popularity", half_life_span_share=0.25)
"""Counts up to the moment asked for only, so a question about the past stays blind to what came later."""


def zero_shot_blend(data: FitData) -> Blend:
    """Give the blend that needs no training, only counts and text vectors (without events or texts the other alone)."""
    popularity = POPULARITY.fit(data)
    if data.vectors_VD is None:
        return Blend((popularity,), {popularity.name: 1.0})
    text = TEXT.fit(data)
    if not len(data.log.items_N):
        return Blend((text,), {text.name: TEXT_WEIGHT})
    return Blend((text, popularity), {text.name: TEXT_WEIGHT, popularity.name: POPULARITY_WEIGHT})
