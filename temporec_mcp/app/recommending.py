"""Answer a request with a list, and keep a record of what was shown."""

from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np

from temporec_mcp.app.asking import Asked, Basis, ask, whole_second
from temporec_mcp.app.home import Home
from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation
from temporec_mcp.explain import leanings
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.rank import QUERY

ID_LENGTH = 12


def recommend(home: Home, request: RankRequest, progress: Progress) -> Recommendation:
    """Rank for `request` with the active model (without one: text and popularity) and record the answer."""
    request = replace(request, as_of=whole_second(request.as_of))
    last_seq = home.store.events.last_seq()
    basis = Basis(lambda state: home.models.active(state, progress), last_seq)
    asked = ask(home, request, basis, progress)
    answer = Recommendation(
        recommendation_id=uuid4().hex[:ID_LENGTH],
        request=request,
        model_id=asked.served.model_id,
        strategy=asked.strategy,
        is_personalised=asked.is_personalised,
        items=ranked_items(asked, request.k),
        last_seq=last_seq,
    )
    home.store.recommendations.add(answer, home.clock())
    return answer


def ranked_items(asked: Asked, k: int) -> tuple[RankedItem, ...]:
    """Give the list of `k` with, for each place, what it leans on."""
    scores_V = asked.ranker.score([asked.history], np.array([asked.as_of]))[0]
    chosen = asked.ranker.select(scores_V, k)
    items = [item for item, _ in chosen]
    leaning = leanings(asked.ranker, asked.history, asked.as_of, items)
    contributions = asked.ranker.contributions_of(asked.history, asked.as_of, items)
    return tuple(
        _ranked_item(asked, place, chosen[place - 1], _Grounds(leaning[place - 1], contributions[place - 1]))
        for place in range(1, len(chosen) + 1)
    )


@dataclass(frozen=True, slots=True)
class _Grounds:
    leaning: tuple[int, ...]
    """Catalogue numbers of the past items whose absence would cost most, strongest first."""
    contributions: dict[str, float]


def _ranked_item(asked: Asked, place: int, chosen: tuple[int, float], grounds: _Grounds) -> RankedItem:
    item, score = chosen
    catalogue = asked.served.catalogue
    leading_part = max(grounds.contributions, key=lambda name: grounds.contributions[name])
    liked = [past for past in grounds.leaning if past not in asked.refused]
    return RankedItem(
        rank=place,
        item_id=catalogue.item_ids[item],
        title=catalogue.titles[item],
        score=score,
        # What was asked for in words is there for the words; what was refused is no reason to be told.
        because=() if leading_part == QUERY else tuple(catalogue.titles[past] for past in liked),
        leading_part=leading_part,
    )
