"""The one interface of everything that scores: fit on a log, score histories, save as tensors.

Axes: B histories, V items, D text width, R numbers read of a history.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import EventLog, Floats, HistoryBatch

Tensors = dict[str, NDArray[np.generic]]
Progress = Callable[[float, str], None]
"""Called with the part done (0 to 1) and the phase in words."""


@dataclass(frozen=True, slots=True)
class FitData:
    """What a part may learn from."""

    log: EventLog
    vectors_VD: Floats | None
    """Whitened text vectors of the items, rows in the order of `log.item_ids`; None when there is no text."""
    action_weights: Floats
    """For each action number, what an event of it says for its item: 1 likes, below 0 dislikes."""
    horizon: str = "next"
    seed: int = 0


class Part(Protocol):
    """A fitted scorer; larger is better, scale free."""

    @property
    def name(self) -> str:
        """The part's name in weights, checkpoints and components."""
        ...

    def score(self, batch: HistoryBatch) -> Floats:
        """Give scores [B, V] float32 from each history alone; nothing after `as_of` is in a batch."""
        ...

    def tensors(self) -> Tensors:
        """Give everything `load` needs to make an equal part."""
        ...


@runtime_checkable
class ReadingPart(Part, Protocol):
    """A part whose score is a product of what it reads of a history and of what it knows of an item."""

    def readings(self, batch: HistoryBatch) -> Floats:
        """Give what it reads of each history [B, R] float32."""
        ...

    def item_rows(self) -> Floats:
        """Give what each number of a reading says for every item [R, V] float32."""
        ...


@runtime_checkable
class GoingOnPart(Part, Protocol):
    """A part that counts, and whose counts go on with what happens later, without learning anew."""

    def going_on(self, data: FitData) -> Part:
        """Give the same part over a log that holds more than was learnt from.

        A score still knows nothing but what lies before its moment.
        """
        ...


class PartKind(Protocol):
    """How to make a part."""

    @property
    def name(self) -> str:
        """The name of the parts it makes."""
        ...

    def fit(self, data: FitData) -> Part:
        """Learn from `data`; the same data and seed give the same part."""
        ...

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> Part:
        """Make the part that `tensors` was saved from."""
        ...
