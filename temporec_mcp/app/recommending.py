"""Answer a request with a list, and keep a record of what was shown."""

from dataclasses import replace
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
    leaning = leanings(asked.ranker, asked.history, asked.as_of, [item for item, _ in chosen])
    return tuple(
        _ranked_item(asked, place, (item, score), leaning[place - 1]) for place, (item, score) in enumerate(chosen, 1)
    )


def _ranked_item(asked: Asked, place: int, chosen: tuple[int, float], leaning: tuple[int, ...]) -> RankedItem:
    item, score = chosen
    catalogue = asked.served.catalogue
    contributions = asked.ranker.contributions(asked.history, asked.as_of, item)
    leading_part = max(contributions, key=lambda name: contributions[name])
    liked = [past for past in leaning if past not in asked.refused]
    return RankedItem(
        rank=place,
        item_id=catalogue.item_ids[item],
        title=catalogue.titles[item],
        score=score,
        # What was asked for in words is there for the words; what was refused is no reason to be told.
        because=() if leading_part == QUERY else tuple(catalogue.titles[past] for past in liked),
        leading_part=leading_part,
    )
