"""Answer a request with a list, and keep a record of what was shown."""

from dataclasses import replace
from uuid import uuid4

import numpy as np

from temporec_mcp.app.asking import Asked, Basis, ask, whole_second
from temporec_mcp.app.home import Home
from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation
from temporec_mcp.explain import leanings
from temporec_mcp.models.part import Progress

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
    titles = asked.served.catalogue.titles
    leaning = leanings(asked.ranker, asked.history, asked.as_of, [item for item, _ in chosen])
    return tuple(
        RankedItem(
            rank=place + 1,
            item_id=asked.served.catalogue.item_ids[item],
            title=titles[item],
            score=score,
            because=tuple(titles[past] for past in leaning[place]),
            leading_part=_leading_part(asked, item),
        )
        for place, (item, score) in enumerate(chosen)
    )


def _leading_part(asked: Asked, item: int) -> str:
    contributions = asked.ranker.contributions(asked.history, asked.as_of, item)
    return max(contributions, key=lambda name: contributions[name])
