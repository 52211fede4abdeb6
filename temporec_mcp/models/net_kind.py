"""The sequence net as a kind of part, and its settings; torch is imported when a net is first made or loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.models.part import FitData, Part

NAME = "net"


@dataclass(frozen=True, slots=True)
class NetConfig:
    """The shape of the net."""

    width: int = 64
    head_count: int = 2
    block_count: int = 1
    inner_factor: int = 2
    """Width of the feed-forward layer, as a multiple of `width`."""
    length: int = 100
    """Newest events that the net looks at."""
    dropout: float = 0.3
    """Part of the activations left out while learning."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast the net learns."""

    epochs: int
    """Passes over the log, at most."""
    rate: float
    """Adam's step at its highest."""
    warmup_share: float = 0.1
    """Part of the time in which the rate rises."""
    last_rate_share: float = 0.02
    """The rate at the end, as a part of the highest."""
    decay: float = 0.01
    """Weight decay."""
    batch_events: int = 3_200
    """Events that one step reads."""
    most_epoch_events: int = 500_000
    """A pass over a longer log reads a new random part of this many events."""
    gradient_limit: float = 1.0
    """Longest gradient that is taken whole."""
    patience: int = 3
    """Passes without a better validation loss before it stops."""
    seconds: float | None = None
    """Time limit; the rate falls in time for it."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which items stand against the right one when the catalogue is large."""

    full_limit: int = 20_000
    """Up to this many items, all do."""
    negative_count: int = 1_024
    """Items drawn for each step, by popularity, and corrected for it."""


@dataclass(frozen=True, slots=True)
class NetPlan:
    """How the nets of a part are made."""

    shape: NetConfig = NetConfig()
    first: Schedule = Schedule(epochs=16, rate=1e-2)
    """From nothing."""
    again: Schedule = Schedule(epochs=3, rate=2e-3)
    """Going on when the log has grown, or when the targets that were held out to stop by are learnt too."""
    net_count: int = 1
    """Nets of different seeds, averaged."""
    validation_share: float = 0.05
    """Newest part of the targets that the first learning is stopped by."""


def _silent(_done: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class SequenceNetKind:
    """Makes the parts named `net`."""

    plan: NetPlan = NetPlan()
    device: str = "auto"
    on_progress: Callable[[float], None] = _silent
    """Told the done part of each fit, from 0 to 1, at every step."""

    @property
    def name(self) -> str:
        """The name of the parts it makes."""
        return NAME

    def fit(self, data: FitData) -> Part:
        """Learn from `data`; the same data, seed, device and thread count give the same net, unless time is limited."""
        from temporec_mcp.models.net_part import fit_part

        return fit_part(data, self)

    def refit(self, data: FitData, earlier: Part) -> Part:
        """Learn from `data`, going on from `earlier`, which this kind fitted on an earlier stretch of the same log."""
        from temporec_mcp.models.net_part import SequencePart, refit_part

        return refit_part(data, cast("SequencePart", earlier), self)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> Part:
        """Make the part that `tensors` was saved from."""
        from temporec_mcp.models.net_part import load_part

        return load_part(tensors, self.device)
