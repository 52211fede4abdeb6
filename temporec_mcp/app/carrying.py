"""Carry a model over from another home: packed there, settled and measured here."""

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
from pydantic import TypeAdapter

from temporec_mcp.app.home import Home
from temporec_mcp.app.serving import action_weights
from temporec_mcp.domain.carrying import Carried
from temporec_mcp.domain.events import ID_LENGTH, Item
from temporec_mcp.domain.training import CarriedFrom, ModelRecord
from temporec_mcp.errors import InvalidInputError, NotFoundError
from temporec_mcp.importers.matching import same_items
from temporec_mcp.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from temporec_mcp.models.moving import moved
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.carry import Here, packed, settled, weigh
from temporec_mcp.store.events import EventFilter

ITEMS_FILE = "items.json"
PREFIX = "carried:"
"""Before an id that is another item's here."""


def pack_model(home: Home, folder: Path) -> None:
    """Write what of the model that answers may go to another home into `folder`: the model and its public items.

    Raises:
        InvalidInputError: this home learns under differential privacy.
        NotFoundError: no model answers, or none of its items is public.
    """
    _refuse_promised(home)
    record = home.store.models.active()
    if record is None:
        raise NotFoundError(
            f"The home {home.settings.home} has no trained model to carry over.",
            f"Train one there first: temporec-mcp --home {home.settings.home} train",
        )
    checkpoint = load_checkpoint(home.settings.models / record.model_id)
    table = home.store.items.table()
    public = {item.item_id: item for item, is_public in zip(table.items, table.public_V, strict=True) if is_public}
    item_ids = tuple(item_id for item_id in checkpoint.card.item_ids if item_id in public)
    if not item_ids:
        raise NotFoundError(
            f"No item of the model in {home.settings.home} came with a catalogue or has two users, so none may leave.",
            "Carry over from a home with a catalogue.",
        )
    log = home.catalogues.log(home.catalogues.current(), EventFilter(max_seq=record.last_seq, is_aggregate=True))
    source = CarriedFrom(len(log.user_ids), len(log.items_N), len(item_ids))
    save_checkpoint(folder, packed(checkpoint, item_ids, source))
    items = [asdict(public[item_id]) for item_id in item_ids]
    (folder / ITEMS_FILE).write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")


def carry_model(home: Home, folder: Path, progress: Progress) -> Carried:
    """Make a packed model one of this home, and let it answer unless that is surely worse here.

    A home without a catalogue gets the items of the model; one that has a catalogue keeps it.

    Raises:
        InvalidInputError: this home learns under differential privacy.
    """
    _refuse_promised(home)
    arrived, added_count = _arrive(home, folder)
    model, here = _settle(home, arrived, progress)
    active = home.store.models.active()
    before = None if active is None else load_checkpoint(home.settings.models / active.model_id)
    progress(0.5, "asking the model for this home's own events")
    trial = weigh(model, before, here) if len(here.log.items_N) else None
    had_model = before is not None and before.card.carried is None
    is_active = not had_model if trial is None else trial.lead.high >= 0.0
    known, used = set(arrived.card.item_ids), np.unique(here.log.items_N)
    return Carried(
        model_id=_keep(home, model, is_active=is_active),
        source=_source(model),
        catalogue_count=len(model.card.item_ids),
        known_count=len(known.intersection(model.card.item_ids)),
        added_count=added_count,
        used_count=len(used),
        known_used_count=sum(here.log.item_ids[item] in known for item in used),
        is_active=is_active,
        had_model=had_model,
        trial=trial,
    )


def _refuse_promised(home: Home) -> None:
    if home.store.protection.get().epsilon is not None:
        raise InvalidInputError(
            f"The home {home.settings.home} learns under differential privacy, so it carries no model: one that comes "
            "would be weighed by its users' events as they are, and one that goes takes figures along that its promise "
            "does not cover.",
            "Train in each home.",
        )


def _arrive(home: Home, folder: Path) -> tuple[Checkpoint, int]:
    """Give a packed model with its items under the ids that they have here, and how many items came with it."""
    arrived = load_checkpoint(folder)
    theirs = TypeAdapter(list[Item]).validate_json((folder / ITEMS_FILE).read_bytes())
    items = home.store.items.table().items
    own = [item for item in items if item.is_catalogue]
    added: list[Item] = []
    if own:
        ids = same_items(theirs, own)
    else:
        taken = {item.item_id for item in items}
        same = same_items([item for item in theirs if item.item_id in taken], items)
        free = {item.item_id: _free_id(item.item_id, taken) for item in theirs}
        ids = free | {item_id: known for item_id, known in same.items() if item_id == known}
        added = [replace(item, item_id=ids[item.item_id], is_catalogue=True) for item in theirs]
        home.store.items.save(added, home.clock())
    kept = tuple(item_id for item_id in arrived.card.item_ids if item_id in ids)
    parts = moved(arrived.parts, arrived.card.item_ids, kept, None)
    card = replace(arrived.card, item_ids=tuple(ids[item_id] for item_id in kept))
    return replace(arrived, card=card, parts=parts), len(added)


def _free_id(item_id: str, taken: Collection[str]) -> str:
    return f"{PREFIX}{item_id}"[:ID_LENGTH] if item_id in taken else item_id


def _settle(home: Home, arrived: Checkpoint, progress: Progress) -> tuple[Checkpoint, Here]:
    """Give the model over this home's catalogue, and what it can be measured by.

    Only what came with a catalogue: an item of a history is its user's, and a model must not outlive it.
    """
    state = home.catalogues.current()
    texts = home.catalogues.vectors(state, progress)
    vectors_VD = texts.vectors_VD if texts.has_any else None
    own = {item.item_id for item in home.store.items.table().items if item.is_catalogue}
    places = [place for place, item_id in enumerate(state.catalogue.item_ids) if item_id in own]
    item_ids = tuple(state.catalogue.item_ids[place] for place in places)
    model = settled(arrived, item_ids, None if vectors_VD is None else vectors_VD[places])
    encoder = "" if vectors_VD is None else texts.encoder.name
    log = home.catalogues.log(state, EventFilter(is_aggregate=True))
    here = Here(log, vectors_VD, action_weights(log.action_names), home.settings.device)
    return replace(model, card=replace(model.card, encoder=encoder)), here


def _source(model: Checkpoint) -> CarriedFrom:
    if model.card.carried is None:
        raise InvalidInputError("The model was not packed for another home.", "Carry over from the home's folder.")
    return model.card.carried


def _keep(home: Home, model: Checkpoint, *, is_active: bool) -> str:
    """Register the model before its files are there: what nobody registered is cleared away."""
    card, now = model.card, home.clock()
    model_id = f"model-{now:%Y%m%d}-{uuid4().hex[:6]}"
    record = ModelRecord(
        model_id=model_id,
        created_at=now,
        request=card.request,
        encoder=card.encoder,
        metrics=card.metrics,
        baselines=card.baselines,
        data=card.data,
        trained_from=datetime.fromtimestamp(card.trained_from, UTC),
        trained_to=datetime.fromtimestamp(card.trained_to, UTC),
        last_seq=card.last_seq,
        is_active=False,
        quality=card.quality,
        curve=card.curve,
        carried=card.carried,
    )
    home.store.models.add(record)
    save_checkpoint(home.settings.models / model_id, model)
    if is_active:
        home.store.models.activate(model_id)
    return model_id
