"""The state of a home and the record of a model: read as resources and by the command line."""

from temporec_mcp.domain.model_view import ModelView
from temporec_mcp.domain.requests import StatusReport
from temporec_mcp.domain.times import iso
from temporec_mcp.domain.training import ModelRecord, Verdict
from temporec_mcp.tools.base import Call, Part, Reply
from temporec_mcp.tools.carrying import source_fields, told_source
from temporec_mcp.tools.promises import PrivacyFields, privacy_sentences
from temporec_mcp.tools.training import MetricsFields, lead_fields, plain_figures, quality_sentences, slice_fields
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, percent, sentences

DIGITS = 4


class ClientFields(Part):
    """A client that is connected to the owner of this home."""

    name: str
    pid: int
    since: str


class StatusReply(Reply):
    """What a home holds and what runs."""

    version: str
    home: str
    events: int
    users: int
    items: int
    models: int
    active_model_id: str | None = None
    running_job_id: str | None = None
    encoder: str
    device: str
    clients: tuple[ClientFields, ...] = ()
    """Empty where no owner serves several."""

    def lines(self) -> list[str]:
        """Give the ids and the choices."""
        ids = [f"active model_id {self.active_model_id}"] if self.active_model_id else []
        job = [f"running job_id {self.running_job_id}"] if self.running_job_id else []
        clients = [f"client {entry.name}, pid {entry.pid}, since {entry.since}" for entry in self.clients]
        return [*ids, *job, *clients, f"home {self.home}", f"encoder {self.encoder}, device {self.device}"]


class DecidesFields(Part):
    """How a model decides, imitated in features that a person understands."""

    importances: dict[str, float]
    """What the copy's fidelity loses when a feature is shuffled."""
    copy_fidelity: float
    """Part of the scores' variance that the copy explains, on questions it did not learn from."""
    rules: tuple[str, ...]
    """A small tree, a line a node."""
    tree_fidelity: float
    questions: int

    @classmethod
    def of(cls, view: ModelView) -> "DecidesFields":
        """Give the published fields."""
        return cls(
            importances={name: round(lost, DIGITS) for name, lost in view.importances.items()},
            copy_fidelity=round(view.copy_fidelity, DIGITS),
            rules=view.rules,
            tree_fidelity=round(view.tree_fidelity, DIGITS),
            questions=view.questions,
        )


class ModelReply(Reply):
    """A trained model."""

    model_id: str
    active: bool
    created_at: str
    preset: str
    horizon: str
    seed: int
    encoder: str
    trained_from: str
    trained_to: str
    carried_from: dict[str, int] | None = None
    """Users, events and items of the home that it learnt in, if that was another one."""
    metrics: MetricsFields | None = None
    baselines: dict[str, MetricsFields]
    data: dict[str, int | float | str]
    verdict: Verdict | None = None
    lead: dict[str, float] | None = None
    slices: dict[str, dict[str, float]] | None = None
    privacy: PrivacyFields | None = None
    """What its training promises, with all trainings of the home up to it."""
    decides: DecidesFields | None = None
    curve: list[float] | None = None
    """Loss of the net on later targets after each pass of its first fit."""


def status(app: UseCases, call: Call) -> StatusReply:
    """Give the state of the home and who is connected to its owner."""
    report = app.status()
    return StatusReply(
        summary=sentences(_summary(report), *call.caller.notes),
        version=report.version,
        home=str(report.home),
        events=report.event_count,
        users=report.user_count,
        items=report.item_count,
        models=report.model_count,
        active_model_id=report.active_model_id,
        running_job_id=report.running_job_id,
        encoder=report.encoder,
        device=report.device,
        clients=tuple(
            ClientFields(name=client.name, pid=client.pid, since=iso(client.since))
            for client in call.caller.connected()
        ),
    )


def model_reply(record: ModelRecord, view: ModelView | None = None) -> ModelReply:
    """Give the published fields of a model, and how it decides where that is known."""
    is_serving = "It answers now." if record.is_active else "It is kept, but another one answers."
    return ModelReply(
        summary=sentences(
            f"Model {record.model_id} ({record.request.preset}) learnt from events up to {record.trained_to:%Y-%m-%d}.",
            f"{told_source(record.carried)} Its figures are from there." if record.carried else "",
            is_serving,
            privacy_sentences(record.privacy),
            quality_sentences(record.metrics, record.baselines, record.quality, is_promised=record.privacy is not None),
            _deciding(view) if view else "",
        ),
        model_id=record.model_id,
        active=record.is_active,
        created_at=iso(record.created_at),
        preset=record.request.preset,
        horizon=record.request.horizon,
        seed=record.request.seed,
        encoder=record.encoder,
        trained_from=iso(record.trained_from),
        trained_to=iso(record.trained_to),
        carried_from=source_fields(record.carried) if record.carried else None,
        metrics=MetricsFields.of(record.metrics) if record.metrics else None,
        baselines={name: MetricsFields.of(metrics) for name, metrics in record.baselines.items()},
        data=plain_figures(record.data),
        verdict=record.quality.verdict if record.quality else None,
        lead=lead_fields(record.quality) if record.quality else None,
        slices=slice_fields(record.quality) if record.quality else None,
        privacy=PrivacyFields.of(record.privacy) if record.privacy else None,
        curve=[point.loss for point in record.curve if point.net == 0] or None,
        decides=DecidesFields.of(view) if view else None,
    )


def _deciding(view: ModelView) -> str:
    first = next(iter(view.importances))
    return (
        f"In readable features, a copy explains {percent(view.copy_fidelity)} of its scores on new questions and a "
        f"tree of {len(view.rules)} lines {percent(view.tree_fidelity)}; what matters most to the copy: {first}."
    )


def _summary(report: StatusReport) -> str:
    if report.event_count == 0:
        return "Nothing is stored yet: bring in a history with import_history, or log events with log_behavior."
    held = f"{counted(report.event_count, 'event')} of {counted(report.user_count, 'user')} on "
    if report.active_model_id:
        serving = f"Model {report.active_model_id} answers."
    else:
        answering = "texts answer" if report.is_private else "texts and popularity answer"
        serving = f"No model is trained yet, so {answering}; train_model makes the most of the data."
    training = f"Training job {report.running_job_id} runs." if report.running_job_id else ""
    return sentences(f"{held}{counted(report.item_count, 'item')} are stored.", serving, training)
