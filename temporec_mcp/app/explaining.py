"""Why an item has its place: ask the ranker of that answer again, and let the reasons be found by re-scoring."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from temporec_mcp.app.asking import Asked, Basis, ask, asked_with, rule_of, whole_second
from temporec_mcp.app.home import Home
from temporec_mcp.app.timelines import user_zone
from temporec_mcp.domain.actions import means_rating
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.log import History
from temporec_mcp.domain.ranking import BoundRanker, Explanation, RankRequest
from temporec_mcp.domain.reasons import Exclusion
from temporec_mcp.domain.requests import ExplainRequest
from temporec_mcp.errors import NotFoundError
from temporec_mcp.explain import ExplainTarget, explain
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.encode import rating_top
from temporec_mcp.pipeline.rank import Ranked
from temporec_mcp.pipeline.rescored import OpenRows, Rescored

DEFAULT_K = 10
NEWEST_SHOWN = 2_000
"""Events whose moments an explanation carries for its picture."""
SCALE_RATINGS = 10
"""Ratings of a user from which on the end of the scale is believed; of fewer, all may be of a stern judge."""


def explain_place(home: Home, request: ExplainRequest, progress: Progress) -> Explanation:
    """Give the verified facts of why `request.item_id` has its place.

    Raises:
        NotFoundError: the answer, its model, or the item is not there (any more).
        InvalidInputError: the item to compare with is no candidate of the request.
    """
    asked = asked_again(home, Place(request.recommendation_id, request.user_id, request.at), progress)
    bound = home.histories.bound(asked.request.user_id, asked.served, asked.history)
    rows = None if bound is None else OpenRows(bound)
    target = _target(home, asked, request, rows)
    ranker = _allowing(asked, target.item).ranker if target.excluded_by else asked.ranker
    ranker = ranker if rows is None else Rescored(ranker, rows)
    times: list[float] = asked.history.times_L[-NEWEST_SHOWN:].tolist()
    return replace(explain(ranker, target), event_times=tuple(times))


def _target(home: Home, asked: Asked, request: ExplainRequest, rows: OpenRows | None) -> ExplainTarget:
    item, catalogue, question = _number(asked, request.item_id), asked.served.catalogue, asked.request
    excluded_by = exclusions(asked, item)

    def rebind(history: History, action_names: Sequence[str]) -> BoundRanker:
        again = asked_with(asked, history, tuple(action_names))
        ranker = (_allowing(again, item) if excluded_by else again).ranker
        return ranker if rows is None else Rescored(ranker, rows)

    return ExplainTarget(
        item=item,
        k=question.k,
        user_id=question.user_id,
        model_id=asked.served.model_id,
        strategy=asked.strategy,
        history=asked.history,
        action_names=asked.action_names,
        titles=catalogue.titles,
        as_of=question.as_of,
        compare_item=None if request.compare_item_id is None else _number(asked, request.compare_item_id),
        labels=catalogue.labels,
        rating_top=scale_of(asked),
        zone=UTC if question.user_id is None else user_zone(home, question.user_id),
        rebind=rebind,
        unfiltered=None if excluded_by else _unfiltered(asked),
        excluded_by=excluded_by,
    )


def scale_of(asked: Asked) -> float | None:
    """Give the upper end of the scale that the user rates on; None where too few ratings tell."""
    is_rating_A = np.array([means_rating(name) for name in asked.action_names], dtype=np.bool_)
    values_N = asked.history.values_L[is_rating_A[asked.history.actions_L]]
    return rating_top(values_N) if np.isfinite(values_N).sum() >= SCALE_RATINGS else None


def exclusions(asked: Asked, item: int) -> tuple[Exclusion, ...]:
    """Give why an item is no candidate of the request; empty when it is one."""
    if asked.question.candidates_V[item]:
        return ()
    request, catalogue = asked.request, asked.served.catalogue
    rule = rule_of(request, asked.served)
    newest = asked.history.actions_L[asked.history.items_L == item][-1:]
    is_refused = bool((asked.question.action_weights[newest] < 0).any())
    bars: dict[Exclusion, bool] = {
        "refused": is_refused,
        "seen": len(newest) > 0 and not is_refused,
        "excluded": catalogue.item_ids[item] in rule.excluded,
        "category": bool(rule.categories)
        and not any(name.lower() in rule.categories for name in catalogue.categories[item]),
        "unavailable": not catalogue.available_V[item],
    }
    return tuple(name for name, holds in bars.items() if holds and (name != "seen" or not rule.include_seen))


def _allowing(asked: Asked, item: int) -> Asked:
    """Give the same request with one more candidate."""
    candidates_V = asked.question.candidates_V.copy()
    candidates_V[item] = True
    question = replace(asked.question, candidates_V=candidates_V)
    return replace(asked, ranker=Ranked(asked.served, question), question=question)


def _unfiltered(asked: Asked) -> BoundRanker | None:
    """Give what ranks without the filters of the request; None where it has none."""
    if not (asked.request.categories or asked.request.exclude_item_ids):
        return None
    request = replace(asked.request, categories=(), exclude_item_ids=())
    return asked_with(replace(asked, request=request), asked.history, asked.action_names).ranker


@dataclass(frozen=True, slots=True)
class Place:
    """Which list is asked about: that of an earlier answer, or a new one."""

    recommendation_id: str | None = None
    user_id: str | None = None
    at: datetime | None = None
    k: int | None = None
    """None takes the length of the answer, else the default."""
    model_id: str | None = None
    """What ranks a new list; None is the model that serves now."""


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
    model_id = place.model_id
    basis = Basis(
        lambda state: home.models.of(model_id, state, progress) if model_id else home.models.active(state, progress),
        home.store.events.last_seq(),
    )
    return ask(home, question, basis, progress)


def _number(asked: Asked, item_id: str) -> int:
    number = asked.number(item_id)
    if number is None:
        raise NotFoundError(
            f"There is no item {item_id!r} for this request.", "Take an item_id from the items of a `recommend` answer."
        )
    return number
