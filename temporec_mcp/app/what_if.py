"""How a list would move with another past or at another moment; nothing is stored.

Axes: L positions of a history, V items.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.app.asking import Asked, asked_with
from temporec_mcp.app.explaining import Place, asked_again
from temporec_mcp.app.home import Home
from temporec_mcp.domain.log import DAY_SECONDS, PADDING, Flags, Floats, History
from temporec_mcp.domain.what_if import AddedEvent, Left, Moved, Removed, Supposed, WhatIf, WhatIfRequest
from temporec_mcp.errors import NotFoundError
from temporec_mcp.models.part import Progress

NumberT = TypeVar("NumberT", bound=np.generic)


def what_if(home: Home, request: WhatIfRequest, progress: Progress) -> WhatIf:
    """Give the list as it would be, beside the list as it is.

    What the supposed past makes seen or refused is no candidate any more, as it would be in truth.

    Raises:
        NotFoundError: the answer is gone, or an item or event named is not there.
    """
    asked = asked_again(home, Place(request.recommendation_id, request.user_id, request.at, request.k), progress)
    removed_L = _removed(asked, request)
    supposed = _supposed(asked, removed_L, request.add)
    moment = asked.as_of + request.later_days * DAY_SECONDS
    before = _Ranking(asked, asked.as_of)
    after = _Ranking(supposed, moment)
    catalogue = asked.served.catalogue
    return WhatIf(
        user_id=asked.request.user_id,
        as_of=asked.request.as_of,
        model_id=asked.served.model_id,
        k=asked.request.k,
        removed=_counted(asked, removed_L),
        added=tuple(
            Supposed(event.action, catalogue.titles[_number(asked, event.item_id)], event.value)
            for event in request.add
        ),
        later_days=request.later_days,
        items=tuple(
            Moved(rank, catalogue.item_ids[item], catalogue.titles[item], before.rank(item))
            for rank, item in enumerate(after.listed, 1)
        ),
        left=tuple(
            Left(catalogue.item_ids[item], catalogue.titles[item], rank, after.rank(item))
            for rank, item in enumerate(before.listed, 1)
            if item not in after.listed
        ),
    )


class _Ranking:
    """The list of one question, and the rank of everything beyond it."""

    def __init__(self, asked: Asked, moment: float) -> None:
        """Rank all candidates."""
        self._scores_V: Floats = asked.ranker.score([asked.history], np.array([moment]))[0]
        self.listed = asked.ranker.top(self._scores_V, asked.request.k)
        self._k = asked.request.k

    def rank(self, item: int) -> int | None:
        """Give the place in the list, beyond it the rank by score, and None for what is no candidate."""
        if item in self.listed:
            return self.listed.index(item) + 1
        score = self._scores_V[item]
        if not np.isfinite(score):
            return None
        return max(self._k + 1, 1 + int(np.count_nonzero(self._scores_V > score)))


def _removed(asked: Asked, request: WhatIfRequest) -> Flags:
    """Mark the events [L] that go."""
    item_ids, history = asked.served.catalogue.item_ids, asked.history
    ids_L = [item_ids[int(item)] for item in history.items_L]
    removed_L = np.zeros(len(history), dtype=np.bool_)
    for name in request.remove:
        named_L = np.array([item_id == name for item_id in ids_L], dtype=np.bool_)
        if not named_L.any() and name in request.event_seqs:
            named_L = history.seqs_L == request.event_seqs[name]
        if not named_L.any():
            raise NotFoundError(
                f"There is no event {name!r}, and none of an item {name!r}, before the moment asked for.",
                "Take item_id or event_ref from the reasons of explain_recommendation.",
            )
        removed_L |= named_L
    return removed_L


def _supposed(asked: Asked, removed_L: Flags, added: Sequence[AddedEvent]) -> Asked:
    names = tuple(dict.fromkeys([*asked.action_names, *(event.action for event in added)]))
    kept = asked.history.keep(~removed_L)
    count = len(added)
    history = History(
        items_L=_appended(kept.items_L, [_number(asked, event.item_id) for event in added]),
        times_L=_appended(kept.times_L, [asked.as_of] * count),
        actions_L=_appended(kept.actions_L, [names.index(event.action) for event in added]),
        values_L=_appended(kept.values_L, [np.nan if event.value is None else event.value for event in added]),
        contexts_L=_appended(kept.contexts_L, [PADDING] * count),
        seqs_L=_appended(kept.seqs_L, [int(kept.seqs_L.max(initial=0)) + 1 + place for place in range(count)]),
    )
    return asked_with(asked, history, names)


def _appended(column_L: NDArray[NumberT], values: Sequence[float]) -> NDArray[NumberT]:
    return np.concatenate((column_L, np.array(values, dtype=column_L.dtype)))


def _counted(asked: Asked, removed_L: Flags) -> tuple[Removed, ...]:
    catalogue = asked.served.catalogue
    counts = Counter(int(item) for item in asked.history.items_L[removed_L])
    return tuple(Removed(catalogue.item_ids[item], catalogue.titles[item], count) for item, count in counts.items())


def _number(asked: Asked, item_id: str) -> int:
    number = asked.number(item_id)
    if number is None:
        raise NotFoundError(
            f"There is no item {item_id!r} to suppose an event of.", "Take an item_id from a `recommend` answer."
        )
    return number
