"""The timeline of one user, from the store's rows to findings."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import numpy as np

from temporec_mcp.app.catalogues import CatalogueState
from temporec_mcp.app.foreseeing import Shown, foresee
from temporec_mcp.app.home import Home
from temporec_mcp.domain.log import Flags, Floats, Indices
from temporec_mcp.domain.requests import RecentHistory
from temporec_mcp.domain.timeline import SharedInterest, Timeline
from temporec_mcp.domain.times import zone_named
from temporec_mcp.errors import NotFoundError
from temporec_mcp.models.encoder import encoder_name
from temporec_mcp.pipeline.encode import Names, choose_encoder, content_key, history_text, rating_top
from temporec_mcp.store.events import EventFilter
from temporec_mcp.timeline.inputs import TimelineInput
from temporec_mcp.timeline.shared import shared_interests
from temporec_mcp.timeline.summary import summarise

MOST_SHARED = 12
"""Interests of a whole home that are told."""


@dataclass(frozen=True, slots=True)
class TimelineQuestion:
    """Whose timeline, and between which moments, both inclusive."""

    user_id: str
    since: datetime | None
    until: datetime | None
    timezone: str | None
    """None takes the user's remembered zone, else UTC."""


def user_zone(home: Home, user_id: str) -> tzinfo:
    """Give the zone remembered for the user, else UTC."""
    name = home.store.users.timezone(user_id)
    return UTC if name is None else zone_named(name)


def timeline(home: Home, question: TimelineQuestion) -> Timeline:
    """Summarise the events of one user.

    Raises:
        NotFoundError: the user has no events there.
    """
    state = home.catalogues.current()
    chosen = EventFilter(user_id=question.user_id, since=question.since, until=question.until)
    log = home.catalogues.log(state, chosen)
    if len(log.items_N) == 0:
        raise _nothing_there(home, question)
    return summarise(
        TimelineInput(
            user_id=question.user_id,
            timezone=question.timezone or home.store.users.timezone(question.user_id) or "UTC",
            times_N=log.times_N,
            items_N=log.items_N,
            actions_N=log.actions_N,
            action_names=log.action_names,
            values_N=log.values_N,
            date_only_N=log.date_only_N,
            titles=state.catalogue.titles,
            categories=state.catalogue.labels,
            item_ids=state.catalogue.item_ids,
            now=min(home.clock(), question.until or home.clock()),
            vectors_of=lambda items_I: _kept_vectors(home, state, items_I),
            foresee=lambda rows: foresee(
                home, Shown(state, log, question.user_id, question.since, question.until), rows
            ),
        )
    )


def interests_of_all(home: Home) -> tuple[SharedInterest, ...]:
    """Give the catalogue labels that the users of the home have in common: those of as many as its protection asks."""
    state = home.catalogues.current()
    log = home.catalogues.log(state, EventFilter())
    return shared_interests(log, state.catalogue.labels, home.store.protection.get().min_users, MOST_SHARED)


def _kept_vectors(home: Home, state: CatalogueState, items_I: Indices) -> tuple[Flags, Floats]:
    """Give the text vectors that are in the store already; a timeline never waits for an encoder."""
    texts = state.catalogue.texts
    encoder = encoder_name(choose_encoder(home.settings.encoder, texts))
    numbers: list[int] = items_I.tolist()
    return home.store.vectors.get([content_key(texts[number]) for number in numbers], encoder)


def recent_history(home: Home, user_id: str) -> RecentHistory:
    """Give the newest part of a user's history in words, for whoever reads better than counts.

    Raises:
        NotFoundError: the user has no events.
    """
    state = home.catalogues.current()
    log = home.catalogues.log(state, EventFilter(user_id=user_id))
    searches = home.store.events.searches(user_id, home.clock())
    if len(log.items_N) == 0 and not searches:
        raise _nothing_there(home, TimelineQuestion(user_id, None, None, None))
    is_rating_A = np.array([name == "rate" for name in log.action_names], dtype=np.bool_)
    top = rating_top(log.values_N[is_rating_A[log.actions_N]])
    names = Names(state.catalogue.titles, log.action_names, user_zone(home, user_id), top)
    return RecentHistory(history_text(log.history(0), names), tuple(words for _, words in searches))


def _nothing_there(home: Home, question: TimelineQuestion) -> NotFoundError:
    if home.store.users.exists(question.user_id):
        return NotFoundError(
            f"The user {question.user_id!r} has no events between the moments asked for.",
            "Ask with other `since` and `until`, or without them.",
        )
    return NotFoundError(
        f"No events of a user {question.user_id!r} are stored.",
        "Log some with log_behavior or import_history, or ask for another user_id.",
    )
