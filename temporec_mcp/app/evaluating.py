"""Measure the recipe of a preset on held-out events, in a child process."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from temporec_mcp.app.home import Home
from temporec_mcp.app.leftovers import MEASURING
from temporec_mcp.app.training import ENCODING_SHARE
from temporec_mcp.domain.requests import EvaluationReport
from temporec_mcp.domain.training import Preset, Split, TrainRequest
from temporec_mcp.errors import TrainingError
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.encode import EncodingCancelledError
from temporec_mcp.pipeline.worker import TrainingCancelledError, run_evaluation
from temporec_mcp.pipeline.workfolder import write_order


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """Which recipe is measured, and by which protocol."""

    split: Split
    preset: Preset
    seed: int


def evaluate(
    home: Home, question: EvaluationQuestion, progress: Progress, is_cancelled: Callable[[], bool]
) -> EvaluationReport:
    """Measure beside the baselines; nothing that is stored changes.

    Raises:
        TrainingError: there is nothing, or too little, to learn from.
    """
    home.orders.require_events()
    request = TrainRequest(preset=question.preset, seed=question.seed)
    folder = home.settings.work / f"{MEASURING}{uuid4().hex[:8]}"
    erasures = home.trainer.erasures

    def must_stop() -> bool:
        return is_cancelled() or home.trainer.erasures != erasures

    try:
        order = home.orders.order(
            request, lambda done, phase: progress(ENCODING_SHARE * done, phase), must_stop, question.split
        )
        write_order(folder, order)
        return run_evaluation(
            folder,
            lambda done, phase: progress(ENCODING_SHARE + (1 - ENCODING_SHARE) * done, phase),
            must_stop,
            home.settings.threads,
        )
    except (TrainingCancelledError, EncodingCancelledError):
        if home.trainer.erasures != erasures:
            raise TrainingError(
                "A user was erased while this was measured, so it was stopped.", "Measure again."
            ) from None
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
