"""What the active model thought of a user's items before they were taken up.

Axes: N events of the timeline, R scored ones.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.app.catalogues import CatalogueState
from temporec_mcp.app.home import Home
from temporec_mcp.app.serving import action_weights
from temporec_mcp.domain.log import EventLog
from temporec_mcp.errors import NotFoundError
from temporec_mcp.pipeline.standing import LEAST_SCORED, standings
from temporec_mcp.store.events import EventFilter
from temporec_mcp.timeline.inputs import Foreseen


@dataclass(frozen=True, slots=True)
class Shown:
    """The events of one user that a timeline is about."""

    state: CatalogueState
    log: EventLog
    user_id: str
    since: datetime | None
    """Events before it are not shown, but they are history."""
    until: datetime | None


def foresee(home: Home, shown: Shown, rows: NDArray[np.int64]) -> Foreseen | None:
    """Rank the items of the newest shown events by the closed-form parts of the active model, from what came before.

    Only events that arrived after the model had learnt: it remembers a pair that it has learnt from, so even the oddest
    item of its own data comes among the first. None where there are too few of them, none of `rows`, or no model.
    """
    record = home.store.models.active()
    if record is None:
        return None
    is_later_N = shown.log.seqs_N > record.last_seq
    if not is_later_N[rows].any() or np.count_nonzero(is_later_N) < LEAST_SCORED:
        return None
    log = shown.log
    if shown.since is not None:
        log = home.catalogues.log(shown.state, EventFilter(user_id=shown.user_id, until=shown.until))
    first = len(log.items_N) - len(is_later_N)
    try:
        served = home.models.closed_form(record.model_id, shown.state)
    except NotFoundError:  # gone meanwhile, or damaged: a timeline does without
        return None
    is_asked_N = np.concatenate((np.zeros(first, dtype=np.bool_), is_later_N))
    found = standings(served, log.history(0), action_weights(log.action_names), is_asked_N)
    if len(found.rows_R) == 0:
        return None
    places_N, choices_N = np.full(len(is_later_N), np.nan), np.full(len(is_later_N), np.nan)
    places_N[found.rows_R - first], choices_N[found.rows_R - first] = found.places_R, found.choices_R
    return Foreseen(places_N, choices_N)
