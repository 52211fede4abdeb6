"""Why an item has its place: ask the ranker of that answer again, and let the reasons be found by re-scoring."""

from datetime import datetime

from temporec_mcp.app.asking import Asked, Basis, ask, whole_second
from temporec_mcp.app.home import Home
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.ranking import Explanation, RankRequest
from temporec_mcp.domain.requests import ExplainRequest
from temporec_mcp.errors import NotFoundError
from temporec_mcp.explain import ExplainTarget, explain
from temporec_mcp.models.part import Progress

DEFAULT_K = 10


def explain_place(home: Home, request: ExplainRequest, progress: Progress) -> Explanation:
    """Give the verified facts of why `request.item_id` has its place.

    Raises:
        NotFoundError: the answer, its model, or the item is not there (any more).
        InvalidInputError: the item is no candidate of the request.
    """
    asked = _asked_again(home, request, progress)
    target = ExplainTarget(
        item=_number(asked, request.item_id),
        k=asked.request.k,
        user_id=asked.request.user_id,
        model_id=asked.served.model_id,
        strategy=asked.strategy,
        history=asked.history,
        action_names=asked.action_names,
        titles=asked.served.catalogue.titles,
        as_of=asked.request.as_of,
        compare_item=None if request.compare_item_id is None else _number(asked, request.compare_item_id),
    )
    return explain(asked.ranker, target)


def _asked_again(home: Home, request: ExplainRequest, progress: Progress) -> Asked:
    if request.recommendation_id is None:
        as_of = whole_second(request.at or home.clock())
        return _ask_anew(home, request.user_id or DEFAULT_USER, as_of, progress)
    shown = home.store.recommendations.get(request.recommendation_id)
    basis = Basis(lambda state: home.models.of(shown.model_id, state, progress), shown.last_seq)
    return ask(home, shown.request, basis, progress)


def _ask_anew(home: Home, user_id: str, as_of: datetime, progress: Progress) -> Asked:
    question = RankRequest(user_id=user_id, recent_items=(), k=DEFAULT_K, as_of=as_of)
    basis = Basis(lambda state: home.models.active(state, progress), home.store.events.last_seq())
    return ask(home, question, basis, progress)


def _number(asked: Asked, item_id: str) -> int:
    number = asked.number(item_id)
    if number is None:
        raise NotFoundError(
            f"There is no item {item_id!r} for this request.", "Take an item_id from the items of a `recommend` answer."
        )
    return number
