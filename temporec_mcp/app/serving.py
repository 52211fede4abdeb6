"""What ranks right now: the active model, or text and popularity while there is none; loaded once and kept.

Axes: V items, D text width.
"""

import shutil
import threading
from collections import OrderedDict
from dataclasses import replace

import numpy as np

from temporec_mcp.app.catalogues import Catalogues, CatalogueState, TextVectors
from temporec_mcp.domain.actions import ACTIONS, UNKNOWN_ACTION
from temporec_mcp.domain.log import Floats
from temporec_mcp.errors import NotFoundError
from temporec_mcp.models.checkpoint import closed_form, load_blend, load_card, load_checkpoint, load_closed_form
from temporec_mcp.models.part import FitData, Progress
from temporec_mcp.models.registry import REPEAT_SHARE
from temporec_mcp.models.zero_shot import zero_shot_blend
from temporec_mcp.pipeline.bridge import build_bridge, learnt_items
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.served import Served
from temporec_mcp.pipeline.split import repeat_share
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter

CLOSED_FORM = -1
"""Stands for the count of texts read where a model ranks by its closed-form parts alone."""
KEPT_IN_MEMORY = 3
"""Models, each with a state of the catalogue, that stay loaded."""


def action_weights(action_names: tuple[str, ...]) -> Floats:
    """Give what an event of each action says for its item, [actions] float32."""
    return np.array([ACTIONS.get(name, UNKNOWN_ACTION).weight for name in action_names], dtype=np.float32)


class ModelShelf:
    """Gives what ranks, for the model that is active or for the one that gave an earlier answer."""

    def __init__(self, store: Store, catalogues: Catalogues, settings: Settings) -> None:
        """Remember where models lie; nothing is loaded yet."""
        self._store = store
        self._catalogues = catalogues
        self._settings = settings
        self._lock = threading.Lock()
        self._active: tuple[int, str | None] | None = None
        self._loaded: OrderedDict[tuple[str | None, int, int], Served] = OrderedDict()

    def active(self, state: CatalogueState, progress: Progress) -> Served:
        """Give the active model's ranking of `state`; without one, text and popularity."""
        return self.of(self._active_id(), state, progress)

    def of(self, model_id: str | None, state: CatalogueState, progress: Progress) -> Served:
        """Give what ranks with that model (None: without a model).

        Raises:
            NotFoundError: the model is gone.
        """
        texts = self._catalogues.vectors_so_far(state, progress)
        key = (model_id, state.version, texts.read_count)
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = self._load(model_id, state, texts)
                if model_id is not None:  # the next call shares the parts that were loaded now
                    self._loaded.pop((model_id, state.version, CLOSED_FORM), None)
            self._loaded.move_to_end(key)
            while len(self._loaded) > KEPT_IN_MEMORY:
                self._loaded.popitem(last=False)
            return self._loaded[key]

    def closed_form(self, model_id: str, state: CatalogueState) -> Served:
        """Give what ranks with the closed-form parts of that model alone; it waits for no text and loads no torch.

        Raises:
            NotFoundError: the model is gone.
        """
        key = (model_id, state.version, CLOSED_FORM)
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = self._closed_form(model_id, state)
            return self._loaded[key]

    def destroy(self, model_id: str) -> None:
        """Let go of a model that must not serve any more, and remove its files."""
        with self._lock:
            for key in [key for key in self._loaded if key[0] == model_id]:
                del self._loaded[key]
            shutil.rmtree(self._settings.models / model_id, ignore_errors=True)

    def _active_id(self) -> str | None:
        # Taken before the store is read: what changes meanwhile makes this outdated, never unnoticed.
        version = self._store.rest_version
        if self._active is None or self._active[0] != version:
            record = self._store.models.active()
            self._active = (version, None if record is None else record.model_id)
        return self._active[1]

    def _load(self, model_id: str | None, state: CatalogueState, texts: TextVectors) -> Served:
        served = self._ranking(model_id, state, texts.vectors_VD if texts.has_any else None)
        return served if texts.is_whole else replace(served, texts_read=(texts.read_count, texts.text_count))

    def _ranking(self, model_id: str | None, state: CatalogueState, vectors_VD: Floats | None) -> Served:
        if model_id is None:
            return self._without_model(state, vectors_VD)
        if all(record.model_id != model_id for record in self._store.models.all()):
            raise gone(model_id)
        checkpoint = load_checkpoint(self._settings.models / model_id)
        blend = load_blend(checkpoint, self._settings.device)
        item_ids, model_item_ids = state.catalogue.item_ids, checkpoint.card.item_ids
        bridge = build_bridge(item_ids, model_item_ids, vectors_VD, learnt_items(blend, checkpoint.card.carried))
        last_seq = None if checkpoint.card.carried else checkpoint.card.last_seq
        return Served(state.catalogue, vectors_VD, blend, bridge, model_id, last_seq)

    def _closed_form(self, model_id: str, state: CatalogueState) -> Served:
        folder = self._settings.models / model_id
        loaded = next((served.blend for key, served in self._loaded.items() if key[0] == model_id), None)
        blend = closed_form(loaded) if loaded is not None else load_closed_form(load_checkpoint(folder))
        bridge = build_bridge(state.catalogue.item_ids, load_card(folder).item_ids, None)
        return Served(state.catalogue, None, blend, bridge, model_id)

    def _without_model(self, state: CatalogueState, vectors_VD: Floats | None) -> Served:
        log = self._catalogues.log(state, EventFilter(is_aggregate=True))
        if self._store.protection.get().epsilon is not None:
            log = log.keep(np.zeros(len(log.items_N), dtype=np.bool_))  # nobody's events before a private training
        data = FitData(log, None if vectors_VD is None else whiten(vectors_VD), action_weights(log.action_names))
        bridge = build_bridge(state.catalogue.item_ids, state.catalogue.item_ids, None)
        blend = replace(zero_shot_blend(data), is_repeating=repeat_share(log) >= REPEAT_SHARE)
        return Served(state.catalogue, vectors_VD, blend, bridge, None)


def gone(model_id: str) -> NotFoundError:
    """Give the error for a model that is not there any more."""
    return NotFoundError(f"The model {model_id!r} is gone.", "Ask `recommend` again for a new answer.")
