"""train_model, get_training_status and cancel_training: three ways to the same fields."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from temporec_mcp.domain.training import (
    Horizon,
    JobStatus,
    Metrics,
    Preset,
    Quality,
    TrainingRun,
    TrainRequest,
    Verdict,
)
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.promises import PrivacyFields, privacy_sentences
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import joined, percent, sentences

LONGEST_WAIT_SECONDS = 45.0
"""Some clients end a call at 60 seconds whatever its progress."""
SEED_BELOW = 2**32
BEHIND_SAID = 2
"""Slices that a summary names."""


class TrainToolRequest(Request):
    """What to train."""

    preset: Preset = Field(
        default="balanced", description="quick: closed-form parts, seconds; balanced: + a sequence net; best: longest"
    )
    horizon: Horizon = Field(default="next", description="next: what comes next; weeks: the coming weeks")
    time_budget_seconds: float | None = Field(default=None, gt=0, description="Stop improving after this many seconds")
    seed: int | None = Field(default=None, ge=0, lt=SEED_BELOW, description="Same seed and data, same model")
    wait_seconds: float = Field(
        default=20, ge=0, le=LONGEST_WAIT_SECONDS, description="Wait up to this long for the end, 0 to 45"
    )


class StatusRequest(Request):
    """Which job."""

    job_id: str | None = Field(default=None, description="From train_model; the latest job when left out")
    wait_seconds: float = Field(
        default=0, ge=0, le=LONGEST_WAIT_SECONDS, description="Wait up to this long for the end, 0 to 45"
    )


class CancelRequest(Request):
    """Which job."""

    job_id: str = Field(description="From train_model")


class MetricsFields(Part):
    """Ranking quality on held-out events among the full catalogue."""

    ndcg_at_10: float
    hit_rate_at_10: float
    mrr_at_10: float
    coverage_at_10: float
    cases: int

    @classmethod
    def of(cls, metrics: Metrics) -> Self:
        """Give the metrics as published, rounded to what their size supports."""
        return cls(
            ndcg_at_10=round(metrics.ndcg_at_10, 4),
            hit_rate_at_10=round(metrics.hit_rate_at_10, 4),
            mrr_at_10=round(metrics.mrr_at_10, 4),
            coverage_at_10=round(metrics.coverage_at_10, 4),
            cases=metrics.cases,
        )

    def line(self, name: str) -> str:
        """Give one line of a table in words."""
        return (
            f"{name}: NDCG@10 {self.ndcg_at_10:.4f}, hit rate@10 {self.hit_rate_at_10:.4f}, "
            f"MRR@10 {self.mrr_at_10:.4f}, coverage@10 {self.coverage_at_10:.4f} ({self.cases} cases)"
        )


_Figures = WithJsonSchema({"type": "object", "additionalProperties": {"type": "number"}}, mode="serialization")
MetricsByName = Annotated[MetricsFields, _Figures]
"""Published as numbers by name, because three tools list it."""


Figures = Annotated[dict[str, float], _Figures]


class TrainingReply(Reply):
    """A job and what it has given so far."""

    job_id: str
    status: JobStatus
    progress: float = Field(description="0 to 1")
    model_id: str | None = None
    activated: bool | None = Field(default=None, description="Whether the new model now answers")
    metrics: MetricsByName | None = Field(default=None, description="Of the recipe, on later events it had not seen")
    baselines: dict[str, MetricsByName] | None = None
    data: dict[str, int | float | str] | None = Field(default=None, description="What cleaning kept and dropped")
    verdict: Verdict | None = Field(default=None, description="Against the best baseline; same: not surely different")
    lead: Figures | None = Field(default=None, description="NDCG@10 less the best baseline's: mean, low, high (95 %)")
    slices: dict[str, Figures] | None = None
    privacy: SkipJsonSchema[PrivacyFields | None] = None
    """Sent by homes under a promise only, so it has no place in a list of tools that every client pays for."""

    def lines(self) -> list[str]:
        """Give the ids and a line per model measured."""
        ids = f"job_id {self.job_id}" + (f", model_id {self.model_id}" if self.model_id else "")
        own = [self.metrics.line("this recipe")] if self.metrics else []
        others = [metrics.line(name) for name, metrics in (self.baselines or {}).items()]
        data = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in (self.data or {}).items())
        parts = slice_lines(self.slices or {})
        return [f"{ids}, status {self.status}", *own, *others, *parts, *([f"data: {data}"] if data else [])]


def train_model(app: UseCases, request: TrainToolRequest, call: Call) -> TrainingReply:
    """Start a job and wait a little for its end."""
    run = app.start_training(train_request(request), call.delivery)
    if request.wait_seconds:
        run = app.training_status(run.job_id, request.wait_seconds, call.progress, call.is_cancelled)
    return training_reply(run)


def get_training_status(app: UseCases, request: StatusRequest, call: Call) -> TrainingReply:
    """Give the job as it stands, after waiting a little if asked to."""
    return training_reply(app.training_status(request.job_id, request.wait_seconds, call.progress, call.is_cancelled))


def cancel_training(app: UseCases, request: CancelRequest, call: Call) -> TrainingReply:
    """Stop the job."""
    del call
    return training_reply(app.cancel_training(request.job_id))


def train_request(request: TrainToolRequest) -> TrainRequest:
    """Give what the application trains by."""
    return TrainRequest(
        preset=request.preset,
        horizon=request.horizon,
        time_budget_seconds=request.time_budget_seconds,
        seed=request.seed or 0,
    )


def training_reply(run: TrainingRun) -> TrainingReply:
    """Give the published fields of a job."""
    return TrainingReply(
        summary=_summary(run),
        job_id=run.job_id,
        status=run.status,
        progress=round(run.progress, 3),
        model_id=run.model_id,
        activated=run.is_activated,
        metrics=MetricsFields.of(run.metrics) if run.metrics else None,
        baselines={name: MetricsFields.of(metrics) for name, metrics in run.baselines.items()} or None,
        data=plain_figures(run.data) or None,
        verdict=run.quality.verdict if run.quality else None,
        lead=lead_fields(run.quality) if run.quality else None,
        slices=slice_fields(run.quality) if run.quality else None,
        privacy=PrivacyFields.of(run.privacy) if run.privacy else None,
    )


def plain_figures(data: Mapping[str, str | float]) -> dict[str, int | float | str]:
    """Give whole numbers as such."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in data.items()
    }


def lead_fields(quality: Quality) -> dict[str, float]:
    """Give the lead over the best baseline."""
    lead = quality.leads[quality.best_baseline]
    return {"mean": round(lead.mean, 4), "low": round(lead.low, 4), "high": round(lead.high, 4)}


def slice_fields(quality: Quality) -> dict[str, dict[str, float]]:
    """Give each slice's figures by its name."""
    return {
        part.name: {
            "cases": part.metrics.cases,
            "ndcg_at_10": round(part.metrics.ndcg_at_10, 4),
            "baseline_ndcg_at_10": round(part.baseline_ndcg_at_10, 4),
            "low": round(part.lead.low, 4),
            "high": round(part.lead.high, 4),
        }
        for part in quality.slices
    }


def slice_lines(slices: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Give a line per slice."""
    return [
        f"{name} ({part['cases']:.0f} cases): NDCG@10 {part['ndcg_at_10']:.4f}, best baseline "
        f"{part['baseline_ndcg_at_10']:.4f}, lead {part['low']:+.4f} to {part['high']:+.4f}"
        for name, part in slices.items()
    ]


def verdict_sentence(quality: Quality, *, is_promised: bool = False) -> str:
    """Say in words whether the recipe is better than the best baseline (no choice under a promise), and where not."""
    lead, name = quality.leads[quality.best_baseline], quality.best_baseline.replace("_", " ")
    apart = "promises nothing" if is_promised else "would be the better choice"
    words = {
        "better": f"That is better than {name}",
        "same": f"That is not surely different from {name}",
        "worse": f"That is worse than {name}, which {apart}",
    }[quality.verdict]
    behind = [part.name for part in quality.slices if part.lead.high < 0.0]
    where = f" It is behind among {joined(behind[:BEHIND_SAID])}." if behind and quality.verdict != "worse" else ""
    return f"{words} ({lead.mean:+.4f}, 95 % interval {lead.low:+.4f} to {lead.high:+.4f}).{where}"


def quality_sentences(
    metrics: Metrics | None, baselines: dict[str, Metrics], quality: Quality | None, *, is_promised: bool = False
) -> str:
    """Say how good a recipe is on held-out events, beside the best baseline."""
    if metrics is None or not metrics.cases:
        return "There were too few later events to measure its quality."
    said = (
        f"On {metrics.cases:,} held-out later events the right item is among the first ten in "
        f"{percent(metrics.hit_rate_at_10)} of cases (NDCG@10 {metrics.ndcg_at_10:.4f})"
    )
    if not baselines:
        return f"{said}."
    name, best = max(baselines.items(), key=lambda pair: pair[1].ndcg_at_10)
    beside = f"{said}; the best baseline, {name.replace('_', ' ')}, reaches {best.ndcg_at_10:.4f}."
    return beside if quality is None else f"{beside} {verdict_sentence(quality, is_promised=is_promised)}"


def _summary(run: TrainingRun) -> str:
    job = f"Training job {run.job_id}"
    if run.status == "completed":
        return sentences(
            f"{job} is completed.",
            _serves(run),
            privacy_sentences(run.privacy),
            quality_sentences(run.metrics, run.baselines, run.quality, is_promised=run.privacy is not None),
        )
    if run.status == "failed":
        return sentences(f"{job} failed.", run.error or "No reason is known; start it again with train_model.")
    if run.status in ("cancelled", "interrupted"):
        return f"{job} was {run.status}; the models are as they were. Start it again with train_model."
    done = f"{job} is {run.status}, {100 * run.progress:.0f} % done ({run.phase})."
    return f"{done} Ask get_training_status with this job_id and wait_seconds=45 for the result."


def _serves(run: TrainingRun) -> str:
    if run.is_activated is None or run.model_id is None:
        return ""
    if run.is_activated:
        return f"Model {run.model_id} ({run.request.preset}) now answers."
    return f"Model {run.model_id} ({run.request.preset}) is kept, but the active model goes on: the new one is worse."


TOOLS = (
    make_tool(
        About(
            name="train_model",
            title="Train a model",
            description="Train on everything stored, measure on later events beside baselines, and let the "
            "model answer if it is not worse than the active one. Runs in the background; ask get_training_status.",
        ),
        TrainToolRequest,
        TrainingReply,
        train_model,
    ),
    make_tool(
        About(
            name="get_training_status",
            title="Training status",
            description="Progress, result and metrics of a training job.",
            is_read_only=True,
            is_idempotent=True,
        ),
        StatusRequest,
        TrainingReply,
        get_training_status,
    ),
    make_tool(
        About(
            name="cancel_training",
            title="Cancel training",
            description="Stop a training job; the active model stays as it is.",
            is_idempotent=True,
        ),
        CancelRequest,
        TrainingReply,
        cancel_training,
    ),
)
