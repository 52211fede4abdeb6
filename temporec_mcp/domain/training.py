"""Training runs and jobs, as facts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Preset = Literal["quick", "balanced", "best"]
Horizon = Literal["next", "weeks"]
Split = Literal["leave-last-out", "temporal", "temporal-static", "next-basket"]
JobStatus = Literal["queued", "running", "completed", "failed", "cancelled", "interrupted"]
ENDED: tuple[JobStatus, ...] = ("completed", "failed", "cancelled", "interrupted")


@dataclass(frozen=True, slots=True)
class Metrics:
    """Full-catalogue ranking quality on held-out events, means over cases."""

    ndcg_at_10: float
    hit_rate_at_10: float
    mrr_at_10: float
    coverage_at_10: float
    """Part of the candidates that appear in at least one top 10."""
    cases: int


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """What to train."""

    preset: Preset = "balanced"
    horizon: Horizon = "next"
    time_budget_seconds: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A job and what it has given so far."""

    job_id: str
    status: JobStatus
    progress: float
    """0 to 1."""
    phase: str
    """What it is doing, in words."""
    request: TrainRequest
    created_at: datetime
    model_id: str | None = None
    is_activated: bool | None = None
    metrics: Metrics | None = None
    baselines: dict[str, Metrics] = field(default_factory=dict[str, Metrics])
    data: dict[str, str | float] = field(default_factory=dict[str, str | float])
    """What cleaning kept and dropped."""
    error: str | None = None
    """Why it failed, in words with the next step."""


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A model in the store's register; its weights lie in the models folder."""

    model_id: str
    created_at: datetime
    request: TrainRequest
    encoder: str
    metrics: Metrics | None
    baselines: dict[str, Metrics]
    data: dict[str, str | float]
    trained_from: datetime
    trained_to: datetime
    last_seq: int
    """Arrival number of the newest event that it learnt from."""
    is_active: bool
