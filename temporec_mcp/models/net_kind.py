"""The sequence net as a kind of part; torch is imported when a net is first made or loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.models.net_config import NAME, NetMaking
from temporec_mcp.models.part import FitData, Part


@dataclass(frozen=True, slots=True)
class SequenceNetKind:
    """Makes the parts named `net`."""

    making: NetMaking = field(default_factory=NetMaking)

    @property
    def name(self) -> str:
        """The name of the parts it makes."""
        return NAME

    def fit(self, data: FitData) -> Part:
        """Learn from `data`; the same data, seed, device and thread count give the same net, unless time is limited."""
        from temporec_mcp.models.net_part import fit_part

        return fit_part(data, self.making)

    def refit(self, data: FitData, earlier: Part) -> Part:
        """Learn from `data`, going on from `earlier`, which this kind fitted on an earlier stretch of the same log."""
        from temporec_mcp.models.net_part import SequencePart, refit_part

        return refit_part(data, cast("SequencePart", earlier), self.making)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> Part:
        """Make the part that `tensors` was saved from."""
        from temporec_mcp.models.net_part import load_part

        return load_part(tensors, self.making.device)
