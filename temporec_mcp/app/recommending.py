"""Answer a request with a list, and keep a record of what was shown."""

from dataclasses import replace
from uuid import uuid4

import numpy as np

from temporec_mcp.app.asking import Asked, Basis, ask, whole_second
from temporec_mcp.app.home import Home
from temporec_mcp.domain.log import PADDING
from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation
from temporec_mcp.explain import leanings
from temporec_mcp.models.encoder import ENGLISH
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.encode import beyond_latin_share, choose_encoder
from temporec_mcp.pipeline.listing import Listing, Place, Scorer
from temporec_mcp.pipeline.rank import QUERY

ID_LENGTH = 12
MOST_TRIED_CELLS = 2_000_000
"""Items times parts of the blend; with more, leaving out fifty past items one by one would take too long."""


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
        items=ranked_items(asked, home.histories.scorer(asked.ranker, request.user_id, asked.history), request.k),
        last_seq=last_seq,
        texts_read=asked.served.texts_read,
        is_query_foreign=_is_query_foreign(home, asked),
        is_context_unknown=request.context is not None and asked.question.context == PADDING,
    )
    home.store.recommendations.add(answer, home.clock())
    return answer


def _is_query_foreign(home: Home, asked: Asked) -> bool:
    query = asked.request.query
    if query is None or not beyond_latin_share([query]):
        return False
    return choose_encoder(home.settings.encoder, asked.served.catalogue.texts) == ENGLISH


def ranked_items(asked: Asked, scorer: Scorer | None, k: int) -> tuple[RankedItem, ...]:
    """Give the list of `k` with, for each place, what it leans on; `scorer` is that of the history, if it fits."""
    if scorer is None:
        places = _places(asked, k)
    else:
        places = Listing(asked.ranker, scorer, asked.history, asked.as_of).places(k)
    refused = asked.refused
    return tuple(_ranked_item(asked, rank, place, refused) for rank, place in enumerate(places, start=1))


def _places(asked: Asked, k: int) -> list[Place]:
    """List from one scoring of everything; without what places lean on where that would take too long."""
    ranker, history, as_of = asked.ranker, asked.history, asked.as_of
    chosen = ranker.select(ranker.score([history], np.array([as_of]))[0], k)
    items = [item for item, _ in chosen]
    is_small = len(ranker.item_ids) * len(asked.served.blend.parts) <= MOST_TRIED_CELLS
    leaning = leanings(ranker, history, as_of, items) if is_small else [() for _ in items]
    contributions = ranker.contributions_of(history, as_of, items)
    return [Place(*chosen[n], leaning[n], contributions[n]) for n in range(len(chosen))]


def _ranked_item(asked: Asked, rank: int, place: Place, refused: frozenset[int]) -> RankedItem:
    catalogue = asked.served.catalogue
    strongest = max(place.contributions, key=lambda name: place.contributions[name])
    # What speaks against an item, or is the same for all, is not what it is there for.
    leading_part = strongest if place.contributions[strongest] > 0 else ""
    liked = [past for past in place.leaning if past not in refused]
    return RankedItem(
        rank=rank,
        item_id=catalogue.item_ids[place.item],
        title=catalogue.titles[place.item],
        score=place.value,
        # What was asked for in words is there for the words; what was refused is no reason to be told.
        because=()
        if leading_part == QUERY
        else tuple(catalogue.titles[past] if past != place.item else "" for past in liked),
        leading_part=leading_part,
    )
