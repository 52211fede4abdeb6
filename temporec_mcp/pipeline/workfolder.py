"""The folder that a training job works in: the order goes in, a checkpoint and a result come out. No pickle.

Axes: N events, U users, V items, A actions, D text width.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import EventLog, Floats
from temporec_mcp.domain.requests import EvaluationReport
from temporec_mcp.domain.training import Split, TrainRequest
from temporec_mcp.errors import TrainingError
from temporec_mcp.models.checkpoint import ModelCard, load_card, metrics_from_json, quality_from_json

ORDER_FILE = "order.json"
ARRAYS_FILE = "order.npz"
RESULT_FILE = "result.json"
CHECKPOINT_FOLDER = "checkpoint"
ERRORS_FILE = "errors.txt"
NAMES = ("user_ids", "item_ids", "action_names", "context_names")
"""The columns of the log that are text."""
ARRAYS = tuple(field.name for field in fields(EventLog) if field.name not in NAMES)


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """Everything that a training job needs to know."""

    request: TrainRequest
    log: EventLog
    """Every event with an item, as it lies in the store; the job cleans it."""
    vectors_VD: Floats | None
    """The encoder's vectors of the items, in the order of `log.item_ids`, zeros where an item has no text."""
    encoder: str
    """Name of the encoder; empty when there are no vectors."""
    action_weights: Floats
    """[A], for each action number of the log, what an event of it says for its item."""
    device: str = "auto"
    threads: int = 1
    previous: Path | None = None
    """Checkpoint folder of the model that serves now; the new one is compared with it."""
    search: Path | None = None
    """The home's record of the settings that searches tried; None keeps none."""
    categories: tuple[tuple[str, ...], ...] = ()
    """Of each item; empty where none is known."""
    split: Split | None = None
    """Only measure the recipe by this protocol, and train nothing; None trains."""
    epsilon: float | None = None
    """Learn under differential privacy, with this promise to each user; None promises nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the new recipe stands against the model that served before, on cases that neither was trained on."""

    basis: str
    """later_events (the old model itself, on events that came after it), same_window (both recipes fitted on the same
    events), same_recipe (nothing to compare: the old recipe on other events) or too_few_events."""
    cases: int
    ndcg_at_10: float
    previous_ndcg_at_10: float
    low: float
    """Lower end of the 95 % paired bootstrap interval of new minus previous NDCG@10."""
    high: float
    """Upper end of it."""
    is_worse: bool
    """The interval lies below 0: the new model should not become active."""


@dataclass(frozen=True, slots=True)
class TrainedFolder:
    """What a training job gave."""

    checkpoint: Path
    """Folder of the new model, inside the work folder: move it before the work folder is removed."""
    card: ModelCard
    comparison: Comparison | None
    """None when there was no model before."""


def write_order(folder: Path, order: WorkOrder) -> None:
    """Write `order` into `folder`, made (private) when missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.generic]] = {name: getattr(order.log, name) for name in ARRAYS}
    arrays["action_weights"] = order.action_weights
    if order.vectors_VD is not None:
        arrays["vectors_VD"] = order.vectors_VD
    np.savez(folder / ARRAYS_FILE, allow_pickle=False, **arrays)
    content = {
        "request": asdict(order.request),
        "encoder": order.encoder,
        "device": order.device,
        "threads": order.threads,
        "previous": None if order.previous is None else str(order.previous),
        "search": None if order.search is None else str(order.search),
        "split": order.split,
        "epsilon": order.epsilon,
        "categories": order.categories,
        **{name: getattr(order.log, name) for name in NAMES},
    }
    (folder / ORDER_FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def read_order(folder: Path) -> WorkOrder:
    """Read the order that `write_order` wrote, equal to the bit."""
    content = json.loads((folder / ORDER_FILE).read_text(encoding="utf-8"))
    with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
        columns = {name: arrays[name] for name in ARRAYS}
        vectors_VD = arrays.get("vectors_VD")
        action_weights = arrays["action_weights"]
    return WorkOrder(
        request=TrainRequest(**content["request"]),
        log=EventLog(**{name: tuple(content[name]) for name in NAMES}, **columns),
        vectors_VD=vectors_VD,
        encoder=content["encoder"],
        action_weights=action_weights,
        device=content["device"],
        threads=content["threads"],
        previous=None if content["previous"] is None else Path(content["previous"]),
        search=None if content["search"] is None else Path(content["search"]),
        categories=tuple(tuple(names) for names in content["categories"]),
        split=content["split"],
        epsilon=content["epsilon"],
    )


def write_result(folder: Path, comparison: Comparison | None) -> None:
    """Note in `folder` that its checkpoint is whole, and how it stands against the model before."""
    _write(folder, {"comparison": None if comparison is None else asdict(comparison)})


def write_evaluation(folder: Path, report: EvaluationReport) -> None:
    """Note in `folder` what measuring the recipe gave."""
    _write(folder, {"report": asdict(report)})


def read_result(folder: Path) -> TrainedFolder:
    """Read what the training in `folder` gave.

    Raises:
        TrainingError: the job left no result.
    """
    found = _read(folder)["comparison"]
    comparison = None if found is None else Comparison(**found)  # pyright: ignore[reportArgumentType] (JSON of our own writing)
    checkpoint = folder / CHECKPOINT_FOLDER
    return TrainedFolder(checkpoint, load_card(checkpoint), comparison)


def read_evaluation(folder: Path) -> EvaluationReport:
    """Read what measuring the recipe in `folder` gave.

    Raises:
        TrainingError: the job left no result.
    """
    report = cast("dict[str, object]", _read(folder)["report"])
    baselines = cast("dict[str, object]", report["baselines"])
    return EvaluationReport(
        split=cast("Split", report["split"]),
        metrics=metrics_from_json(report["metrics"]),
        baselines={name: metrics_from_json(value) for name, value in baselines.items()},
        notes=tuple(cast("list[str]", report["notes"])),
        quality=quality_from_json(report["quality"]),
        epsilon=cast("float | None", report["epsilon"]),
    )


def _write(folder: Path, content: dict[str, object]) -> None:
    (folder / RESULT_FILE).write_text(json.dumps(content), encoding="utf-8")


def _read(folder: Path) -> dict[str, dict[str, object] | None]:
    path = folder / RESULT_FILE
    if not path.exists():
        raise TrainingError("The training ended without a result.", "Start it again with train_model.")
    return json.loads(path.read_text(encoding="utf-8"))
