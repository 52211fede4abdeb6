"""Measure the recipe of a preset on held-out events, in a child process."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from temporec_mcp.app.home import Home
from temporec_mcp.app.training import ENCODING_SHARE
from temporec_mcp.domain.requests import EvaluationReport
from temporec_mcp.domain.training import Preset, Split, TrainRequest
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.worker import run_evaluation
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
    folder = home.settings.work / f"evaluation-{uuid4().hex[:8]}"
    try:
        order = home.orders.order(
            request, lambda done, phase: progress(ENCODING_SHARE * done, phase), is_cancelled, question.split
        )
        write_order(folder, order)
        return run_evaluation(
            folder,
            lambda done, phase: progress(ENCODING_SHARE + (1 - ENCODING_SHARE) * done, phase),
            is_cancelled,
            home.settings.threads,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
