"""Train one model: clean, whiten, fit the recipe, measure it, compare it with the model before."""

from dataclasses import dataclass

from temporec_mcp.models.checkpoint import Checkpoint
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.workfolder import Comparison, WorkOrder


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training gave."""

    checkpoint: Checkpoint
    """The model refitted on everything, and the metrics of its recipe on held-out events."""
    comparison: Comparison | None
    """How the recipe stands against the model before; None when there was none."""


def train_order(order: WorkOrder, progress: Progress) -> Trained:
    """Train what `order` asks for.

    Raises:
        TrainingError: there is too little to learn from.
    """
    raise NotImplementedError(order, progress)
