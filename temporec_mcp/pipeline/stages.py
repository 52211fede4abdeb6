"""One progress out of two: what the recipe tells between its steps, and what the nets tell while they learn."""

from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.recipes import NET_FITS

NET_SHARE = 0.85
"""Part of the time that nets take, where there are any."""
FIRST_FIT_SHARE = 0.7
"""Part of the nets' time that the first fit takes; the later ones go on from it."""


class Stages:
    """Adds up the done parts; what it tells never falls."""

    def __init__(self, progress: Progress, end: float, *, has_net: bool) -> None:
        """Tell `progress` from 0 to `end`."""
        self._progress = progress
        self._end = end
        self._net_share = NET_SHARE if has_net else 0.0
        self._recipe_done = 0.0
        self._net_done = 0.0
        self._net_fit = -1
        self._told = 0.0
        self._phase = "starting"

    def recipe(self, done: float, phase: str) -> None:
        """Note how far the recipe is, nets not counted."""
        self._recipe_done, self._phase = done, phase
        self._tell(phase)

    def net(self, done: float) -> None:
        """Note how far the present fit of the nets is; a smaller part than before means the next fit."""
        if done < self._net_done or self._net_fit < 0:
            self._net_fit += 1
        self._net_done = done
        self._tell(f"{self._phase}, {done:.0%}")

    def _tell(self, phase: str) -> None:
        later = (1.0 - FIRST_FIT_SHARE) / (NET_FITS - 1)
        finished = 0.0 if self._net_fit < 1 else FIRST_FIT_SHARE + (self._net_fit - 1) * later
        net = finished + self._net_done * (FIRST_FIT_SHARE if self._net_fit == 0 else later)
        done = (1.0 - self._net_share) * self._recipe_done + self._net_share * min(1.0, net)
        self._told = max(self._told, min(1.0, done) * self._end)
        self._progress(self._told, phase)
