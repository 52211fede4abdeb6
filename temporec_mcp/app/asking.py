"""Turn a request into a ranker that is bound to it: history, candidates, query, context."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from temporec_mcp.app.catalogues import CatalogueState
from temporec_mcp.app.home import Home
from temporec_mcp.app.serving import action_weights
from temporec_mcp.domain.log import PADDING, Floats, History
from temporec_mcp.domain.ranking import RankRequest, Strategy
from temporec_mcp.errors import InvalidInputError, NotFoundError
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.rank import CandidateRule, Question, Ranked, candidates
from temporec_mcp.pipeline.served import Served

SESSION_ACTION = "view"
"""What the items of a nameless session count as."""
SESSION_STEP_SECONDS = 60.0
"""Time between the items of a nameless session."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, ready to be ranked."""

    request: RankRequest
    served: Served
    ranker: Ranked
    history: History
    action_names: tuple[str, ...]
    question: Question
    """The request in numbers, as the ranker was given it."""

    @property
    def as_of(self) -> float:
        """The moment asked for, seconds since 1970."""
        return self.request.as_of.timestamp()

    @property
    def refused(self) -> frozenset[int]:
        """Catalogue numbers of what this user's events speak against."""
        speaks_against_L = action_weights(self.action_names)[self.history.actions_L] < 0
        return frozenset(self.history.items_L[speaks_against_L].tolist())

    def number(self, item_id: str) -> int | None:
        """Give the catalogue number of an item; None for one that whoever asked has no right to know of."""
        catalogue = self.served.catalogue
        if item_id not in catalogue.item_ids:
            return None
        item = catalogue.item_ids.index(item_id)
        return item if catalogue.public_V[item] or item in self.history.items_L else None

    @property
    def is_personalised(self) -> bool:
        """Something is known of whom the list is for."""
        return len(self.history) > 0

    @property
    def strategy(self) -> Strategy:
        """What the ranking rests on."""
        if self.served.model_id is not None:
            return "trained"
        knows_text = self.served.vectors_VD is not None
        return "zero_shot" if knows_text and (self.is_personalised or self.request.query) else "popular"


@dataclass(frozen=True, slots=True)
class Basis:
    """Which state of the home a request is answered from."""

    served: Callable[[CatalogueState], Served]
    last_seq: int
    """Events that arrived later are unknown."""


def ask(home: Home, request: RankRequest, basis: Basis, progress: Progress) -> Asked:
    """Bind `request` to what ranks it.

    Raises:
        NotFoundError: nothing is stored that could be ranked, or a recent item is unknown.
        InvalidInputError: a query was given and no item has a text to compare it with.
    """
    state = home.catalogues.current()
    if not state.catalogue.item_ids:
        raise NotFoundError("No items are stored yet.", "Log items with log_behavior or import_history first.")
    served = home.trends.going_on(basis.served(state), state, basis.last_seq, request.as_of)
    history, action_names, context = _history(home, state, request, basis.last_seq)
    served = served.for_history(len(history))
    weights = action_weights(action_names)
    question = Question(
        candidates_V=candidates(served.catalogue, history, weights, rule_of(request, served)),
        action_weights=weights,
        context=context,
        query_D=_query_vector(home, state, request, progress),
        diversity=request.diversity,
    )
    return Asked(request, served, Ranked(served, question), history, action_names, question)


def asked_with(asked: Asked, history: History, action_names: tuple[str, ...]) -> Asked:
    """Bind the same request to another history, with the candidates that it leaves."""
    weights = action_weights(action_names)
    candidates_V = candidates(asked.served.catalogue, history, weights, rule_of(asked.request, asked.served))
    question = replace(asked.question, candidates_V=candidates_V, action_weights=weights)
    ranker = Ranked(asked.served, question)
    return replace(asked, ranker=ranker, history=history, action_names=action_names, question=question)


def rule_of(request: RankRequest, served: Served) -> CandidateRule:
    """Give which items the request allows in its list."""
    return CandidateRule(
        include_seen=_includes_seen(request, served),
        excluded=frozenset(request.exclude_item_ids),
        categories=frozenset(name.lower() for name in request.categories),
    )


def whole_second(moment: datetime) -> datetime:
    """Round up to a whole second, so that the moment can be told and asked for again exactly."""
    return moment if moment.microsecond == 0 else moment.replace(microsecond=0) + timedelta(seconds=1)


def _includes_seen(request: RankRequest, served: Served) -> bool:
    return served.blend.is_repeating if request.include_seen is None else request.include_seen


def _history(
    home: Home, state: CatalogueState, request: RankRequest, last_seq: int
) -> tuple[History, tuple[str, ...], int]:
    """Give the history, the names of its actions, and the number of the context asked for (PADDING for none)."""
    if request.user_id is None:
        return _session(state, request), (SESSION_ACTION,), PADDING
    history, log = home.histories.until(state, request.user_id, request.as_of, last_seq)
    contexts = {name: number for number, name in enumerate(log.context_names)}
    return history, log.action_names, contexts.get(request.context or "", PADDING)


def _session(state: CatalogueState, request: RankRequest) -> History:
    unknown = [item_id for item_id in request.recent_items if not _is_public(state, item_id)]
    if unknown:
        # What only one person has used is told apart from what does not exist by nobody else.
        raise NotFoundError(
            f"The item {unknown[0]!r} of recent_items is not known to everybody.",
            "Leave it out, or log it in items of log_behavior first.",
        )
    items_L = np.array([state.numbers[item_id] for item_id in request.recent_items], dtype=np.int32)
    ages_L = SESSION_STEP_SECONDS * np.arange(len(items_L), 0, -1)
    return History(
        items_L=items_L,
        times_L=(request.as_of.timestamp() - ages_L).astype(np.float64),
        actions_L=np.zeros(len(items_L), dtype=np.int32),
        values_L=np.full(len(items_L), np.nan, dtype=np.float32),
        contexts_L=np.full(len(items_L), PADDING, dtype=np.int32),
        seqs_L=np.zeros(len(items_L), dtype=np.int64),
    )


def _is_public(state: CatalogueState, item_id: str) -> bool:
    number = state.numbers.get(item_id)
    return number is not None and bool(state.catalogue.public_V[number])


def _query_vector(home: Home, state: CatalogueState, request: RankRequest, progress: Progress) -> Floats | None:
    if request.query is None:
        return None
    texts = home.catalogues.vectors_so_far(state, progress)
    if not texts.text_count:
        raise InvalidInputError(
            "A query needs items with titles, and none has one.", "Log titles with log_behavior, or ask without query."
        )
    return texts.encoder.encode([request.query])[0]
