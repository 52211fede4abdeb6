"""Why an item has its place: ask the ranker of that answer again, and let the reasons be found by re-scoring."""

from dataclasses import dataclass, replace
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
    asked = asked_again(home, Place(request.recommendation_id, request.user_id, request.at), progress)
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
    times: list[float] = asked.history.times_L.tolist()
    return replace(explain(asked.ranker, target), event_times=tuple(times))


@dataclass(frozen=True, slots=True)
class Place:
    """Which list is asked about: that of an earlier answer, or a new one."""

    recommendation_id: str | None = None
    user_id: str | None = None
    at: datetime | None = None
    k: int | None = None
    """None takes the length of the answer, else the default."""


def asked_again(home: Home, place: Place, progress: Progress) -> Asked:
    """Bind the request of an earlier answer to its model and history, or a new one to what ranks now.

    Raises:
        NotFoundError: the answer, its model, or everything that could be ranked is gone.
    """
    if place.recommendation_id is None:
        return _ask_anew(home, place, progress)
    shown = home.store.recommendations.get(place.recommendation_id)
    basis = Basis(lambda state: home.models.of(shown.model_id, state, progress), shown.last_seq)
    return ask(home, replace(shown.request, k=place.k or shown.request.k), basis, progress)


def _ask_anew(home: Home, place: Place, progress: Progress) -> Asked:
    question = RankRequest(
        user_id=place.user_id or DEFAULT_USER,
        recent_items=(),
        k=place.k or DEFAULT_K,
        as_of=whole_second(place.at or home.clock()),
    )
    basis = Basis(lambda state: home.models.active(state, progress), home.store.events.last_seq())
    return ask(home, question, basis, progress)


def _number(asked: Asked, item_id: str) -> int:
    number = asked.number(item_id)
    if number is None:
        raise NotFoundError(
            f"There is no item {item_id!r} for this request.", "Take an item_id from the items of a `recommend` answer."
        )
    return number
