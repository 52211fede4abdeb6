"""What a child process is told to train or to measure: everything the store holds, as arrays."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from temporec_mcp.app.catalogues import Catalogues
from temporec_mcp.app.serving import action_weights
from temporec_mcp.domain.log import Flags
from temporec_mcp.domain.training import Split, TrainRequest
from temporec_mcp.errors import TrainingError
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.workfolder import WorkOrder
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter


class Orders:
    """Writes orders from the present state of a home."""

    def __init__(self, store: Store, catalogues: Catalogues, settings: Settings) -> None:
        """Remember where events and texts lie."""
        self._store = store
        self._catalogues = catalogues
        self._settings = settings

    def require_events(self) -> None:
        """Make sure that there is something to learn from.

        Raises:
            TrainingError: no events are stored.
        """
        if not self._store.events.counts()["events"]:
            raise TrainingError(
                "There is nothing to learn from: no events are stored.", "Log or import a history first."
            )

    def order(
        self, request: TrainRequest, progress: Progress, is_cancelled: Callable[[], bool], split: Split | None = None
    ) -> WorkOrder:
        """Give the order to train `request`, or (with `split`) to measure its recipe; texts are encoded first.

        Raises:
            EncodingCancelledError: `is_cancelled` gave True.
        """
        epsilon = self._store.protection.get().epsilon
        state = self._catalogues.current()
        log = self._catalogues.log(state, EventFilter(is_aggregate=True))
        texts = self._catalogues.vectors(state, progress, is_cancelled)
        active = self._store.models.active()
        has_texts = bool(texts.vectors_VD.any())
        order = WorkOrder(
            request=request,
            log=log,
            vectors_VD=texts.vectors_VD if has_texts else None,
            encoder=texts.encoder.name if has_texts else "",
            action_weights=action_weights(log.action_names),
            device=self._settings.device,
            threads=self._settings.threads,
            previous=None if active is None else self._settings.models / active.model_id,
            search=self._settings.search_record,
            categories=state.catalogue.categories,
            split=split,
        )
        return order if epsilon is None else promising(order, epsilon, state.catalogue.public_V)


def promising(order: WorkOrder, epsilon: float, public_V: Flags) -> WorkOrder:
    """Give the order that keeps the promise: over public items only, by the one recipe that can.

    Raises:
        TrainingError: no item is public.
    """
    items = np.flatnonzero(public_V)
    if not len(items):
        raise TrainingError(
            "This home learns under differential privacy, and no item came with a catalogue: which items there are "
            "would tell of who used them.",
            "Import a catalogue first: import FILE --items, or `items` of log_behavior.",
        )
    numbers_V = np.cumsum(public_V, dtype=np.int32) - np.int32(1)
    log = order.log.keep(public_V[order.log.items_N])
    log = replace(log, item_ids=tuple(log.item_ids[item] for item in items), items_N=numbers_V[log.items_N])
    return replace(
        order,
        request=replace(order.request, preset="quick", time_budget_seconds=None),
        log=log,
        vectors_VD=None if order.vectors_VD is None else order.vectors_VD[items],
        categories=tuple(order.categories[item] for item in items),
        epsilon=epsilon,
    )
