"""evaluate: how good a recipe is on held-out events; a command, not a tool, because it takes minutes."""

from dataclasses import asdict

from pydantic import Field

from temporec_mcp.domain.requests import EvaluationReport
from temporec_mcp.domain.training import Preset, Quality, Split, Verdict
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.training import (
    SEED_BELOW,
    MetricsFields,
    lead_fields,
    quality_sentences,
    slice_fields,
    slice_lines,
)
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import sentences

SPLITS: dict[Split, str] = {
    "leave-last-out": "the last event of each user is held out (other users' later events are known, so it flatters)",
    "temporal": "the last tenth of the time is held out, each event asked with everything before it",
    "temporal-static": "the last tenth of the time is held out, histories frozen at its start",
    "next-basket": "each user's next visit in the last tenth of the time is held out, repeats count",
}


PRIVATE = (
    "Measured is a model that learnt under differential privacy, epsilon {:g}, and is thrown away; every measuring "
    "draws other noise, and its figures are for the operator: the promise does not cover them."
)


class EvaluateRequest(Request):
    """What to measure."""

    split: Split = Field(default="temporal", description="How events are held out")
    preset: Preset = Field(default="balanced", description="Recipe to measure")
    seed: int = Field(default=0, ge=0, lt=SEED_BELOW, description="Same seed and data, same figures")


class EvaluateReply(Reply):
    """Quality of a recipe beside the baselines."""

    split: Split
    metrics: MetricsFields
    baselines: dict[str, MetricsFields]
    verdict: Verdict | None = Field(default=None, description="Against the best baseline; same: not surely different")
    lead: dict[str, float] | None = Field(default=None, description="NDCG@10 less the best baseline's: mean, low, high")
    slices: dict[str, dict[str, float]] | None = None
    lists: dict[str, float] | None = Field(default=None, description="What the lists are like beside being right")

    def lines(self) -> list[str]:
        """Give a line per model measured."""
        others = [metrics.line(name) for name, metrics in self.baselines.items()]
        alike = ", ".join(f"{name} {value:.4f}" for name, value in (self.lists or {}).items())
        return [
            self.metrics.line("this recipe"),
            *others,
            *slice_lines(self.slices or {}),
            *([f"lists: {alike}"] if alike else []),
        ]


def evaluate(app: UseCases, request: EvaluateRequest, call: Call) -> EvaluateReply:
    """Measure the recipe."""
    report = app.evaluate(request.split, request.preset, request.seed, call.progress, call.is_cancelled)
    return EvaluateReply(
        summary=_summary(report),
        split=report.split,
        metrics=MetricsFields.of(report.metrics),
        baselines={name: MetricsFields.of(metrics) for name, metrics in report.baselines.items()},
        verdict=report.quality.verdict if report.quality else None,
        lead=lead_fields(report.quality) if report.quality else None,
        slices=slice_fields(report.quality) if report.quality else None,
        lists=_lists(report.quality) if report.quality else None,
    )


def _lists(quality: Quality) -> dict[str, float]:
    found = asdict(quality.character)
    return {name: round(value, 4) for name, value in found.items() if value is not None}


def _summary(report: EvaluationReport) -> str:
    notes = () if report.quality else report.notes  # its slices tell the same, with figures
    how = f"Split {report.split}: {SPLITS[report.split]}."
    private = "" if report.epsilon is None else PRIVATE.format(report.epsilon)
    return sentences(
        how,
        private,
        quality_sentences(report.metrics, report.baselines, report.quality, is_promised=report.epsilon is not None),
        *notes,
    )
