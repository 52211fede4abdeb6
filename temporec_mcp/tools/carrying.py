"""carry: a model of another home for this one; for the command line only, because a person names both."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from temporec_mcp.domain.carrying import Carried, Trial
from temporec_mcp.domain.training import CarriedFrom
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.training import MetricsFields
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, sentences

ERASING = (
    "Erasing somebody there does not reach it: carry over again, or train here, after that. Nothing of the users here "
    "went into it."
)


class FolderRequest(Request):
    """Where a packed model lies for the moment."""

    folder: str = Field(description="Folder of the packed model")


class PackReply(Reply):
    """That a model lies packed."""


class CarryReply(Reply):
    """What came, and how good it is here."""

    model_id: str
    activated: bool
    carried_from: dict[str, int]
    items: int
    """Items that it can recommend here."""
    known_items: int
    added_items: int
    metrics: MetricsFields | None = None
    """On events of this home."""
    baselines: dict[str, MetricsFields]
    """Of what answered before, and of popularity, on the same events."""


def pack_model(app: UseCases, arguments: Mapping[str, object], call: Call) -> PackReply:
    """Write what may go to another home."""
    del call
    folder = Path(read_arguments(FolderRequest, arguments, "carry").folder)
    app.pack_model(folder)
    return PackReply(summary=f"The model is packed in {folder}.")


def carry_model(app: UseCases, arguments: Mapping[str, object], call: Call) -> CarryReply:
    """Take a packed model in and tell how it does here."""
    folder = Path(read_arguments(FolderRequest, arguments, "carry").folder)
    found = app.carry_model(folder, call.progress)
    return CarryReply(
        summary=sentences(
            f"Model {found.model_id}: {told_source(found.source)}", _items(found), _outcome(found), ERASING
        ),
        model_id=found.model_id,
        activated=found.is_active,
        carried_from=source_fields(found.source),
        items=found.catalogue_count,
        known_items=found.known_count,
        added_items=found.added_count,
        metrics=MetricsFields.of(found.trial.metrics) if found.trial else None,
        baselines=_others(found.trial) if found.trial else {},
    )


def told_source(source: CarriedFrom) -> str:
    """Say where a carried model comes from."""
    return (
        f"carried over from another home: learnt from {counted(source.user_count, 'user')} and "
        f"{counted(source.event_count, 'event')} there."
    )


def source_fields(source: CarriedFrom) -> dict[str, int]:
    """Give the published numbers of where a model comes from."""
    return {"users": source.user_count, "events": source.event_count, "items": source.item_count}


def _items(found: Carried) -> str:
    if found.added_count:
        known = f"{counted(found.added_count, 'item')} came with it, because this home had no catalogue;"
    else:
        known = f"It knows {found.known_count:,} of the {counted(found.catalogue_count, 'item')} of the catalogue here;"
    return f"{known} of {counted(found.used_count, 'item')} in the events here it knows {found.known_used_count:,}."


def _outcome(found: Carried) -> str:
    serving = "It answers now." if found.is_active else "It does not answer: what answered before goes on."
    if found.trial is None:
        why = "and the model before cannot be asked the same" if found.had_model else "so training here will tell"
        return f"Too little of this home can be asked for to measure it, {why}. {serving}"
    trial = found.trial
    return (
        f"Asked for {counted(trial.metrics.cases, 'later event')} of this home, NDCG@10 is "
        f"{trial.metrics.ndcg_at_10:.4f}; what answered before has {trial.before.ndcg_at_10:.4f}, popularity "
        f"{trial.popularity.ndcg_at_10:.4f} (lead {trial.lead.mean:+.4f}, {trial.lead.low:+.4f} to "
        f"{trial.lead.high:+.4f}). {serving}"
    )


def _others(trial: Trial) -> dict[str, MetricsFields]:
    return {"before": MetricsFields.of(trial.before), "popularity": MetricsFields.of(trial.popularity)}
