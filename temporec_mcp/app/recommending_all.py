"""A list for every user, in batches.

Axes: B users of a batch, V items.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import numpy as np

from temporec_mcp.app.asking import whole_second
from temporec_mcp.app.home import Home
from temporec_mcp.app.serving import action_weights
from temporec_mcp.domain.log import EventLog, batch_histories
from temporec_mcp.domain.ranking import RankedItem
from temporec_mcp.errors import NotFoundError
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.rank import CandidateRule, best, candidates
from temporec_mcp.pipeline.served import Served, part_scores
from temporec_mcp.store.events import EventFilter

BATCH_CELLS = 4_000_000
"""Users times items of a batch, which bounds the memory of one part's scores (16 MB)."""
AFTER_LAST_SECONDS = 1.0
"""`last` asks this long after a user's last event."""


def recommend_all(
    home: Home, k: int, at: datetime | Literal["last"] | None, progress: Progress
) -> Iterator[tuple[str, RankedItem]]:
    """Give a list for every user with events, line by line: the user's id and one place of that user's list.

    Args:
        home: the home.
        k: places of a list.
        at: the moment to ask for; "last" is the moment after each user's last event, with trends as they were learnt;
            None is now.
        progress: called after each batch.

    Raises:
        NotFoundError: no events are stored.
    """
    state = home.catalogues.current()
    until = None if at == "last" else whole_second(at or home.clock())
    log = home.catalogues.log(state, EventFilter(until=until))
    if not log.user_ids:
        raise NotFoundError("No events are stored yet.", "Import or log a history first.")
    served = home.models.active(state, progress)
    if until is not None:
        served = home.trends.going_on(served, state, home.store.events.last_seq(), until)
    size = max(1, BATCH_CELLS // len(state.catalogue.item_ids))
    for start in range(0, len(log.user_ids), size):
        users = range(start, min(start + size, len(log.user_ids)))
        yield from _lists(served, log, users, (k, None if until is None else until.timestamp()))
        progress(users.stop / len(log.user_ids), "ranking for every user")


def _lists(
    served: Served, log: EventLog, users: range, wanted: tuple[int, float | None]
) -> Iterator[tuple[str, RankedItem]]:
    k, moment = wanted
    weights = action_weights(log.action_names)
    histories = [log.history(user) for user in users]
    as_of_B = np.array([moment or float(history.times_L[-1]) + AFTER_LAST_SECONDS for history in histories])
    batch = batch_histories(histories, as_of_B, weights, served.blend.history_length)
    rule = CandidateRule(include_seen=served.blend.is_repeating)
    candidates_BV = np.stack([candidates(served.catalogue, history, weights, rule) for history in histories])
    scores_BV = served.blend.combine(part_scores(served, batch), candidates_BV, batch.lengths_B)
    for row, items in enumerate(best(scores_BV, k)):
        listed: list[int] = items[np.isfinite(scores_BV[row, items])].tolist()
        for place, item in enumerate(listed):
            yield (
                log.user_ids[users[row]],
                RankedItem(
                    rank=place + 1,
                    item_id=served.catalogue.item_ids[item],
                    title=served.catalogue.titles[item],
                    score=float(scores_BV[row, item]),
                ),
            )
