"""evaluate: how good a recipe is on held-out events; a command, not a tool, because it takes minutes."""

from pydantic import Field

from temporec_mcp.domain.requests import EvaluationReport
from temporec_mcp.domain.training import Preset, Split
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.training import SEED_BELOW, MetricsFields, quality_sentences
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import sentences

SPLITS: dict[Split, str] = {
    "leave-last-out": "the last event of each user is held out (other users' later events are known, so it flatters)",
    "temporal": "the last tenth of the time is held out, each event asked with everything before it",
    "temporal-static": "the last tenth of the time is held out, histories frozen at its start",
    "next-basket": "each user's next visit in the last tenth of the time is held out, repeats count",
}


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

    def lines(self) -> list[str]:
        """Give a line per model measured."""
        others = [metrics.line(name) for name, metrics in self.baselines.items()]
        return [self.metrics.line("this recipe"), *others]


def evaluate(app: UseCases, request: EvaluateRequest, call: Call) -> EvaluateReply:
    """Measure the recipe."""
    report = app.evaluate(request.split, request.preset, request.seed, call.progress, call.is_cancelled)
    return EvaluateReply(
        summary=_summary(report),
        split=report.split,
        metrics=MetricsFields.of(report.metrics),
        baselines={name: MetricsFields.of(metrics) for name, metrics in report.baselines.items()},
    )


def _summary(report: EvaluationReport) -> str:
    how = f"Split {report.split}: {SPLITS[report.split]}."
    return sentences(how, quality_sentences(report.metrics, report.baselines), *report.notes)
