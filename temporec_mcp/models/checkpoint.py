"""A trained model as a folder: `model.safetensors` holds the numbers, `model.json` all the rest. No pickle.

Axes: C cases, K places of a list.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file  # pyright: ignore[reportUnknownVariableType] (its stubs leave them open)

from temporec_mcp.domain.log import Flags
from temporec_mcp.domain.training import CarriedFrom, EpochLoss, Metrics, Privacy, Quality, Split, TrainRequest
from temporec_mcp.errors import NotFoundError
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.models.part import PartKind, Tensors
from temporec_mcp.models.registry import KINDS

FORMAT_VERSION = 1
TENSORS_FILE = "model.safetensors"
STAGES_FILE = "stages.safetensors"
CARD_FILE = "model.json"
SEPARATOR = "/"
"""Between a part's name and its tensor's name."""
HELD_OUT = "held out"
"""Where a part's name would stand, for the held-out cases."""
HELD_OUT_NAMES = ("seqs_C", "hits_CK")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything about a model that is not a tensor."""

    request: TrainRequest
    encoder: str
    """Name of the encoder of the item vectors; empty when no text was used."""
    item_ids: tuple[str, ...]
    """The vocabulary: item number v of the parts is item_ids[v]."""
    action_weights: dict[str, float]
    """For each action by name, what an event of it says for its item."""
    weights: dict[str, float]
    """The blend's weight of each part, by the part's name, in the order of the parts."""
    logit_parts: tuple[str, ...]
    """Parts whose scores are centred but not scaled."""
    history_length: int
    """Newest events that a history for this model should hold."""
    is_repeating: bool
    """What a user had before stays a candidate by default."""
    repeat_share: float
    """Part of the item events whose user had that item before, 0 to 1."""
    trained_from: float
    """Time of the first event learnt from, seconds since 1970."""
    trained_to: float
    """Time of the last event learnt from, seconds since 1970."""
    last_seq: int
    """Arrival number of the newest event learnt from."""
    split: Split
    """The protocol that the metrics are by."""
    metrics: Metrics | None
    """The recipe's quality on held-out events, the parts being refitted on everything. None: too few events."""
    baselines: dict[str, Metrics]
    data: dict[str, str | float]
    """What cleaning kept and dropped."""
    newcomer_weights: dict[str, float] = field(default_factory=dict[str, float])
    """The same for users of few events; empty where they weigh as for all."""
    learnt: str = ""
    """Digest of all events up to `last_seq`: while it holds, nothing that the model learnt from is gone or changed."""
    stage_ends: dict[str, float] = field(default_factory=dict[str, float])
    """For each stage that the parts were fitted at, the time of its newest event, seconds since 1970."""
    generation: int = 0
    """How many models in a row each went on from the one before, up to this."""
    quality: Quality | None = None
    """What stands behind `metrics`; None where nothing could be held out."""
    curve: tuple[EpochLoss, ...] = ()
    """Losses of the net's first fit; empty where there was none."""
    carried: CarriedFrom | None = None
    """Where it comes from, if it learnt in another home."""
    privacy: Privacy | None = None
    """What its training alone promises; None where it learnt without a promise."""
    version: int = FORMAT_VERSION


@dataclass(frozen=True, slots=True)
class HeldOutLists:
    """Where the targets of each held-out case were listed, so that a later recipe can be compared on the same cases."""

    seqs_C: NDArray[np.int64]
    """Arrival number of the event that followed the case's history; it names the case."""
    hits_CK: Flags
    """Which places of each case's list of 10 held a target."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a model's folder holds."""

    card: ModelCard
    parts: dict[str, Tensors]
    """For each part by name, the tensors that its kind loads."""
    held_out: HeldOutLists
    stages: dict[str, dict[str, Tensors]] = field(default_factory=dict[str, dict[str, Tensors]])
    """Dear parts as fitted at the stages before the last, for a later training to go on from; not read for serving."""


def load_blend(checkpoint: Checkpoint, device: str = "auto") -> Blend:
    """Make the blend that `checkpoint` was saved from; torch is imported only when it has a net."""
    net = SequenceNetKind(NetMaking(device=device))
    kinds: dict[str, PartKind] = {**KINDS, net.name: net}
    card = checkpoint.card
    return Blend(
        parts=tuple(kinds[name].load(checkpoint.parts[name]) for name in card.weights),
        weights=card.weights,
        logit_parts=frozenset(card.logit_parts),
        history_length=card.history_length,
        is_repeating=card.is_repeating,
        newcomer_weights=card.newcomer_weights,
    )


def load_closed_form(checkpoint: Checkpoint) -> Blend:
    """Make the same blend without its net; torch is never imported."""
    weights = {name: weight for name, weight in checkpoint.card.weights.items() if name in KINDS}
    return load_blend(replace(checkpoint, card=replace(checkpoint.card, weights=weights)))


def closed_form(blend: Blend) -> Blend:
    """Give a blend without its net."""
    return replace(blend, parts=tuple(part for part in blend.parts if part.name in KINDS))


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write `checkpoint` into `folder`, made when missing; the card comes last, so a folder with a card is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    flat = {
        f"{part}{SEPARATOR}{name}": np.asarray(tensor, order="C")
        for part, tensors in checkpoint.parts.items()
        for name, tensor in tensors.items()
    }
    flat |= {f"{HELD_OUT}{SEPARATOR}{name}": getattr(checkpoint.held_out, name) for name in HELD_OUT_NAMES}
    save_file(flat, folder / TENSORS_FILE)
    stages = {
        f"{stage}{SEPARATOR}{part}{SEPARATOR}{name}": np.asarray(tensor, order="C")
        for stage, parts in checkpoint.stages.items()
        for part, tensors in parts.items()
        for name, tensor in tensors.items()
    }
    if stages:
        save_file(stages, folder / STAGES_FILE)
    (folder / CARD_FILE).write_text(json.dumps(asdict(checkpoint.card), ensure_ascii=False), encoding="utf-8")


def load_checkpoint(folder: Path) -> Checkpoint:
    """Read the model in `folder`; the tensors are equal to the bit to those saved.

    Raises:
        NotFoundError: no model lies there, or one that this version cannot read.
    """
    card = load_card(folder)
    parts: dict[str, Tensors] = {name: {} for name in card.weights}
    try:
        flat = load_file(folder / TENSORS_FILE)
    except (OSError, SafetensorError) as fault:
        raise _unreadable(folder, "its tensors are missing or damaged") from fault
    for key, tensor in flat.items():
        part, _, name = key.partition(SEPARATOR)
        parts.setdefault(part, {})[name] = cast("NDArray[np.generic]", tensor)
    held_out = parts.pop(HELD_OUT)
    return Checkpoint(card, parts, HeldOutLists(**{name: held_out[name] for name in HELD_OUT_NAMES}))  # pyright: ignore[reportArgumentType] (tensors of our own writing)


def load_stages(folder: Path) -> dict[str, dict[str, Tensors]]:
    """Read the dear parts of the earlier stages by stage and part; none where the model has none, or damaged ones."""
    try:
        flat = load_file(folder / STAGES_FILE)
    except (OSError, SafetensorError):
        return {}
    stages: dict[str, dict[str, Tensors]] = {}
    for key, tensor in flat.items():
        stage, part, name = key.split(SEPARATOR, 2)
        stages.setdefault(stage, {}).setdefault(part, {})[name] = cast("NDArray[np.generic]", tensor)
    return stages


def load_card(folder: Path) -> ModelCard:
    """Read only what is not a tensor of the model in `folder`.

    Raises:
        NotFoundError: no model lies there, or one that this version cannot read.
    """
    try:
        content = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise _unreadable(folder, "its description is missing or damaged") from fault
    if content.get("version") != FORMAT_VERSION:
        raise _unreadable(folder, f"it has format {content.get('version')}, not {FORMAT_VERSION}")
    return card_from_json(content)


def card_from_json(content: Mapping[str, object]) -> ModelCard:
    """Build the card from its JSON object; fields of later versions are passed over."""
    values = {field.name: content[field.name] for field in fields(ModelCard) if field.name in content}
    values["request"] = TrainRequest(**cast("dict[str, object]", values["request"]))  # pyright: ignore[reportArgumentType] (JSON of our own writing)
    for name in ("item_ids", "logit_parts"):
        values[name] = tuple(cast("list[str]", values[name]))
    values["metrics"] = None if values["metrics"] is None else metrics_from_json(values["metrics"])
    baselines = cast("dict[str, object]", values["baselines"])
    values["baselines"] = {name: metrics_from_json(value) for name, value in baselines.items()}
    values["quality"] = quality_from_json(values.get("quality"))
    values["carried"] = TypeAdapter(CarriedFrom | None).validate_python(values.get("carried"))
    values["privacy"] = TypeAdapter(Privacy | None).validate_python(values.get("privacy"))
    values["curve"] = TypeAdapter(tuple[EpochLoss, ...]).validate_python(values.get("curve", ()))
    return ModelCard(**values)  # pyright: ignore[reportArgumentType] (JSON of our own writing)


def quality_from_json(content: object) -> Quality | None:
    """Build what stands behind metrics from its JSON object; None where there is none."""
    return TypeAdapter(Quality | None).validate_python(content)


def metrics_from_json(content: object) -> Metrics:
    """Build metrics from their JSON object."""
    return Metrics(**cast("dict[str, object]", content))  # pyright: ignore[reportArgumentType] (JSON of our own writing)


def _unreadable(folder: Path, why: str) -> NotFoundError:
    return NotFoundError(f"The model {folder.name} cannot be read: {why}.", "Train a new model with train_model.")
