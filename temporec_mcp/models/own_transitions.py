"""What this very user did next, each time something like the newest events had been done before.

Where an earlier stretch of the history reads like its newest end, what followed there gets a vote. Nothing is learnt
beforehand, so a habit counts from its second time on, and the weights of the events (their action, the context asked
for) weigh the votes.

Axes: B histories, L positions (0 is the newest), V items.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import PADDING, Flags, Floats, HistoryBatch, Indices
from temporec_mcp.models.part import FitData, Tensors


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much an earlier place of the history resembles its newest end.

    An event `ahead` steps after the place votes for its item with the square of the sum over the newest events o
    that equal the event at the place of newest_decay^o misplaced^|ahead - 1 - o|, times e^(-rate position).
    """

    newest: int = 3
    """Newest events that are compared: the last one may have been a detour."""
    ahead: int = 4
    """Events after an equal one that get a vote, at most."""
    newest_decay: float = 0.6
    misplaced: float = 0.2
    """What a step too early or too late costs."""
    rate: float = 0.005

    def votes(self, items_BL: Indices) -> NDArray[np.float64]:
        """Give the vote [B, L] of each event, its own weight not yet counted."""
        length = items_BL.shape[1]
        places_L = np.arange(length, dtype=np.int64)
        sums_BL = np.zeros(items_BL.shape, dtype=np.float64)
        for ahead in range(1, min(self.ahead, length - 1) + 1):
            equals_BL = items_BL[:, ahead:]
            for newest in range(min(self.newest, length)):
                is_alike_BL: Flags = (equals_BL == items_BL[:, newest : newest + 1]) & (equals_BL != PADDING)
                is_alike_BL &= (places_L[ahead:] != newest)[None, :]
                worth = self.newest_decay**newest * self.misplaced ** abs(ahead - 1 - newest)
                sums_BL[:, : length - ahead] += worth * is_alike_BL
        return sums_BL**2 * np.exp(-self.rate * places_L)


@dataclass(frozen=True, slots=True)
class OwnTransitionsPart:
    """Score of an item = the votes of the history's events of it."""

    name: str
    item_count: int
    likeness: Likeness
    is_in_context: bool = False
    """Only events in the context asked for vote; without one there are no votes."""

    def score(self, batch: HistoryBatch) -> Floats:
        """Give scores [B, V]; 0 for what never followed anything like the newest events."""
        votes_BL = self.likeness.votes(batch.items_BL) * np.maximum(batch.weights_BL, 0.0)
        if self.is_in_context:
            votes_BL = np.where(_asked(batch), votes_BL, 0.0)
        rows, columns = np.nonzero(votes_BL)
        cells = rows * self.item_count + batch.items_BL[rows, columns]
        shape = (len(batch.as_of_B), self.item_count)
        sums = np.bincount(cells, weights=votes_BL[rows, columns], minlength=shape[0] * shape[1])
        return sums.reshape(shape).astype(np.float32)

    def tensors(self) -> Tensors:
        """Give everything `load` needs to make an equal part."""
        return {
            "item_count": np.array(self.item_count),
            "likeness": np.array(astuple(self.likeness), dtype=np.float64),
            "is_in_context": np.array(self.is_in_context),
        }


@dataclass(frozen=True, slots=True)
class OwnTransitionsKind:
    """How to make the part of the user's own habits of order."""

    name: str = "own_transitions"
    likeness: Likeness = Likeness()
    is_in_context: bool = False

    def fit(self, data: FitData) -> OwnTransitionsPart:
        """Take the size of the catalogue; there is nothing to learn."""
        return OwnTransitionsPart(self.name, len(data.log.item_ids), self.likeness, self.is_in_context)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> OwnTransitionsPart:
        """Make the part that `tensors` was saved from."""
        newest, ahead, *others = (float(value) for value in np.asarray(tensors["likeness"], dtype=np.float64))
        likeness = Likeness(int(newest), int(ahead), *others)
        return OwnTransitionsPart(
            self.name, int(tensors["item_count"]), likeness, bool(np.asarray(tensors["is_in_context"]))
        )


OWN_TRANSITIONS = OwnTransitionsKind()
CONTEXT_TRANSITIONS = OwnTransitionsKind("context_transitions", is_in_context=True)


def _asked(batch: HistoryBatch) -> Flags:
    """Tell which events [B, L] were done in the context asked for."""
    if batch.asked_B is None:
        return np.zeros(batch.items_BL.shape, dtype=np.bool_)
    return (batch.contexts_BL == batch.asked_B[:, None]) & (batch.asked_B != PADDING)[:, None]
