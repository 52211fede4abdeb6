"""Training runs and jobs, as facts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Preset = Literal["quick", "balanced", "best"]
Horizon = Literal["next", "weeks"]
Split = Literal["leave-last-out", "temporal", "temporal-static", "next-basket"]
JobStatus = Literal["queued", "running", "completed", "failed", "cancelled", "interrupted"]
Verdict = Literal["better", "same", "worse"]
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
class Interval:
    """A mean over cases, and where it would lie in 95 of 100 draws of other users."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ListCharacter:
    """What the lists of 10 are like, beside being right: means over the cases."""

    recall: float
    """Part of a case's targets that its list holds, 0 to 1."""
    novelty: float
    """-log2 of a listed item's share of the events learnt from, in bits; higher is less usual."""
    diversity: float | None = None
    """1 less the mean cosine of two texts of a list, 0 to 1; None without texts."""
    calibration: float | None = None
    """1 less the Jensen-Shannon divergence (in bits) of the categories of list and history; None without any."""


@dataclass(frozen=True, slots=True)
class CaseSlice:
    """Quality among a part of the held-out cases."""

    name: str
    """Which cases, in words."""
    metrics: Metrics
    baseline_ndcg_at_10: float
    """Of the baseline that is best over all cases."""
    lead: Interval
    """NDCG@10 of the recipe less that of this baseline."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What stands behind the means of a recipe's metrics."""

    best_baseline: str
    verdict: Verdict
    """By the interval of the lead over the best baseline: same when it holds 0."""
    leads: dict[str, Interval]
    """By baseline: NDCG@10 of the recipe less the baseline's."""
    slices: tuple[CaseSlice, ...]
    character: ListCharacter
    """Of the recipe's lists."""
    baseline_characters: dict[str, ListCharacter]


@dataclass(frozen=True, slots=True)
class EpochLoss:
    """One pass of a net over the log: a point of the training curve."""

    net: int
    """0 for the first net of the recipe."""
    epoch: int
    """1 for the first pass."""
    loss: float
    """Mean -log softmax of the next item on the newest targets, which the pass did not learn from."""


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """What to train."""

    preset: Preset = "balanced"
    horizon: Horizon = "next"
    time_budget_seconds: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class CarriedFrom:
    """What a model learnt from in another home; nothing of the home that it serves now has gone into it."""

    user_count: int
    event_count: int
    item_count: int
    """Items of its vocabulary there, less those that were not public."""


DELTA = 1e-6
"""The chance, about, with which a promise of epsilon may fail: far below one in the users that a home has."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What differential privacy a training promises, and what the trainings of its home have spent together."""

    epsilon: float
    """Of this training alone; the unit is a user with the whole history."""
    delta: float
    trainings: int = 0
    """Of the home under its promise so far, this one counted."""
    total_epsilon: float = 0.0
    """Of all of them together, at the same delta."""


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
    quality: Quality | None = None
    """None until the end, and where nothing could be held out."""
    curve: tuple[EpochLoss, ...] = ()
    """Of the net's first fit; empty where the recipe has no net."""
    privacy: Privacy | None = None
    """None where nothing was promised, and until the end."""


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
    quality: Quality | None = None
    """None where nothing could be held out."""
    curve: tuple[EpochLoss, ...] = ()
    """Of the net's first fit; empty where the recipe has no net."""
    read_at: datetime | None = None
    """When its events were read: it knows nothing of what was removed before. None where it is not known."""
    carried: CarriedFrom | None = None
    """Where it comes from, if it learnt in another home."""
    privacy: Privacy | None = None
    """None where it learnt without a promise."""
