"""What is known of the users who ask: their events, and these held against the catalogue; read once, kept until
something changes.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from temporec_mcp.app.catalogues import Catalogues, CatalogueState
from temporec_mcp.domain.log import EventLog, History
from temporec_mcp.pipeline.bound import BoundHistory
from temporec_mcp.pipeline.listing import Scorer
from temporec_mcp.pipeline.plain_rows import PlainRows
from temporec_mcp.pipeline.rank import Ranked
from temporec_mcp.pipeline.row_scoring import RowScorer
from temporec_mcp.pipeline.served import Served
from temporec_mcp.pipeline.weighing import is_bindable
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter

KEPT_USERS = 100
KEPT_CELLS = 12_000_000
"""Distinct past items times catalogue items, over all bound histories that are kept (about 120 MB)."""


@dataclass(frozen=True, slots=True)
class UserEvents:
    """All events of one user, as they were at one state of the store."""

    state: CatalogueState
    content_version: int
    log: EventLog
    history: History


@dataclass(slots=True)
class _Asked:
    """What a user asked of last."""

    served: Served
    history: History
    bound: BoundHistory | None = None
    """There once the same was asked of again."""

    @property
    def cells(self) -> int:
        return 0 if self.bound is None else self.bound.cells


class Histories:
    """Reads users' histories, and keeps those that were asked for last."""

    def __init__(self, store: Store, catalogues: Catalogues) -> None:
        """Remember where to read."""
        self._store = store
        self._catalogues = catalogues
        self._lock = threading.Lock()
        self._users: OrderedDict[str, UserEvents] = OrderedDict()
        self._asked: OrderedDict[str, _Asked] = OrderedDict()

    def until(self, state: CatalogueState, user_id: str, as_of: datetime, last_seq: int) -> tuple[History, EventLog]:
        """Give the user's events up to and with `as_of` that had arrived by `last_seq`, and the log that names them.

        The same object as long as nothing changes.
        """
        known = self._known(state, user_id)
        is_known_L = (known.history.times_L <= as_of.timestamp()) & (known.history.seqs_L <= last_seq)
        return (known.history if is_known_L.all() else known.history.keep(is_known_L)), known.log

    def scorer(self, ranked: Ranked, user_id: str | None, history: History) -> Scorer | None:
        """Give what scores lists of a history; None where its rows would take too much memory.

        A history that nobody asked for before is answered in the quickest way; rows are kept of one asked for again.
        """
        if not is_bindable(ranked.served, history):
            return None
        with self._lock:
            is_again = user_id is not None and self._note(user_id, ranked.served, history)
        bound = self.bound(user_id, ranked.served, history) if is_again else None
        return PlainRows(ranked, history) if bound is None else RowScorer(ranked, bound)

    def bound(self, user_id: str | None, served: Served, history: History) -> BoundHistory | None:
        """Hold a history against the catalogue, for many questions; None where that would take too much memory."""
        if not is_bindable(served, history):
            return None
        if user_id is None:
            return BoundHistory(served, history)
        with self._lock:
            self._note(user_id, served, history)
            asked = self._asked[user_id]
            asked.bound = asked.bound or BoundHistory(served, history)
            while len(self._asked) > 1 and sum(asked.cells for asked in self._asked.values()) > KEPT_CELLS:
                self._asked.popitem(last=False)
        return asked.bound

    def _note(self, user_id: str, served: Served, history: History) -> bool:
        """Note what a user asks of; tell whether it is the same as the last time."""
        last = self._asked.get(user_id)
        is_same = last is not None and last.served.has_parts_of(served) and last.history is history
        if not is_same:
            self._asked[user_id] = _Asked(served, history)
        self._asked.move_to_end(user_id)
        while len(self._asked) > KEPT_USERS:
            self._asked.popitem(last=False)
        return is_same

    def _known(self, state: CatalogueState, user_id: str) -> UserEvents:
        # Taken before the events are read: what comes meanwhile makes them outdated, never unnoticed.
        version = self._store.content_version
        with self._lock:
            known = self._users.get(user_id)
        if known is None or known.state is not state or known.content_version != version:
            log = self._catalogues.log(state, EventFilter(user_id=user_id))
            known = _unless_equal(known, UserEvents(state, version, log, log.history(0)))
        with self._lock:
            self._users[user_id] = known
            self._users.move_to_end(user_id)
            while len(self._users) > KEPT_USERS:
                self._users.popitem(last=False)
        return known


def _unless_equal(old: UserEvents | None, new: UserEvents) -> UserEvents:
    """Keep the old history, and what hangs on it, where others' events were all that changed."""
    if old is None or old.state is not new.state or old.log.action_names != new.log.action_names:
        return new
    if old.log.context_names != new.log.context_names or not _is_equal(old.history, new.history):
        return new
    return UserEvents(new.state, new.content_version, old.log, old.history)


def _is_equal(one: History, two: History) -> bool:
    return len(one) == len(two) and all(
        np.array_equal(getattr(one, name), getattr(two, name), equal_nan=name == "values_L")
        for name in History.__slots__
    )
