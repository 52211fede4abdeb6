"""The settings of the sequence net; torch is not needed to read them."""

from collections.abc import Callable
from dataclasses import dataclass

from temporec_mcp.domain.training import EpochLoss

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


def _unheard(_epoch: EpochLoss) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class NetMaking:
    """How, where, and told to whom, the nets of a part are made."""

    plan: NetPlan = NetPlan()
    device: str = "auto"
    on_progress: Callable[[float], None] = _silent
    """Told the done part of each fit, from 0 to 1, at every step."""
    on_epoch: Callable[[EpochLoss], None] = _unheard
    """Told the loss of each pass of a fit from nothing, on what it does not learn from."""
