"""What would bring an item up: the one event that, if it happened now, does most for its rank."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from temporec_mcp.domain.actions import ACTIONS, UNKNOWN_ACTION
from temporec_mcp.domain.log import PADDING, History
from temporec_mcp.domain.ranking import BoundRanker
from temporec_mcp.domain.reasons import Lift
from temporec_mcp.explain.rescoring import Rescorer, Standing
from temporec_mcp.explain.target import LIMITS, ExplainLimits

DEFAULT_ACTION = "view"


def find_lift(rescorer: Rescorer, limits: ExplainLimits = LIMITS) -> Lift | None:
    """Find the candidate whose event lifts the explained item most; None when none does, or it is first already.

    Tried are the candidates that an event of the explained item itself would help most, because what goes together
    goes both ways, and the best of the list; all in one batch, against the watched items. The first is told that also
    helps in the list that its event would lead to, where what is had is no candidate.
    """
    target = rescorer.target
    if target.rebind is None or rescorer.now.rank == 1:
        return None
    action = usual_action(target.history, target.action_names)
    tried = _helpers(rescorer, action, limits)
    as_of = target.as_of.timestamp()
    histories = [with_event(rescorer, item, action) for item in tried]
    if not histories:
        return None
    scores_BK = _ranker(rescorer, action).score_items(histories, np.full(len(tried), as_of), rescorer.watched)
    is_other_BK = np.array([[item != other for other in rescorer.watched] for item in tried])
    ahead_B = np.count_nonzero((scores_BK > scores_BK[:, :1]) & is_other_BK, axis=1)
    order = sorted(range(len(tried)), key=lambda number: (int(ahead_B[number]), -float(scores_BK[number, 0])))
    for item in (tried[number] for number in order[: limits.helpers_checked]):
        rank = standing_with(rescorer, item, action).rank
        if rank < rescorer.now.rank:
            item_id, is_repeat = rescorer.ranker.item_ids[item], bool((target.history.items_L == item).any())
            return Lift(item_id, target.titles[item], action, rescorer.now.rank, rank, is_repeat)
    return None


def standing_with(rescorer: Rescorer, item: int, action: str) -> Standing:
    """Give how the explained item stands in the list that an event of `item` would lead to."""
    target = rescorer.target
    assert target.rebind is not None
    history = with_event(rescorer, item, action)
    ranker = target.rebind(history, _names(target.action_names, action))
    return rescorer.standing(ranker.score([history], np.array([target.as_of.timestamp()]))[0])


def usual_action(history: History, names: Sequence[str]) -> str:
    """Give what the user does most among what speaks for an item."""
    counts = Counter(names[int(number)] for number in history.actions_L)
    liked = {name: count for name, count in counts.items() if ACTIONS.get(name, UNKNOWN_ACTION).weight > 0}
    return max(liked, key=lambda name: (liked[name], name), default=DEFAULT_ACTION)


def with_event(rescorer: Rescorer, item: int, action: str) -> History:
    """Give the history with one more event at the moment asked for."""
    target, past = rescorer.target, rescorer.target.history
    names = _names(target.action_names, action)
    return History(
        items_L=np.append(past.items_L, np.int32(item)).astype(np.int32),
        times_L=np.append(past.times_L, target.as_of.timestamp()),
        actions_L=np.append(past.actions_L, np.int32(names.index(action))).astype(np.int32),
        values_L=np.append(past.values_L, np.float32(np.nan)).astype(np.float32),
        contexts_L=np.append(past.contexts_L, np.int32(PADDING)).astype(np.int32),
        seqs_L=np.append(past.seqs_L, past.seqs_L.max(initial=0) + 1),
    )


def _names(names: Sequence[str], action: str) -> tuple[str, ...]:
    return tuple(names) if action in names else (*names, action)


def _ranker(rescorer: Rescorer, action: str) -> BoundRanker:
    """Give the request's ranker, one that knows `action`."""
    target = rescorer.target
    if action in target.action_names or target.rebind is None:
        return rescorer.ranker
    return target.rebind(target.history, _names(target.action_names, action))


def _helpers(rescorer: Rescorer, action: str, limits: ExplainLimits) -> list[int]:
    target = rescorer.target
    own = with_event(rescorer, target.item, action)
    after_V = _ranker(rescorer, action).score([own], np.array([target.as_of.timestamp()]))[0]
    base_V = rescorer.base_scores_V
    gains_V = np.where(np.isfinite(base_V), after_V - np.where(np.isfinite(base_V), base_V, 0.0), -np.inf)
    best = np.argsort(-gains_V, kind="stable")[: limits.helpers + 1]
    chosen = [*best.tolist(), *rescorer.ranker.top(base_V, target.k)]
    return [
        item
        for item in dict.fromkeys(int(item) for item in chosen)
        if item != target.item and np.isfinite(base_V[item])
    ]
