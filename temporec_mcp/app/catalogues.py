"""The catalogue of a home as columns, with its text vectors: read once, kept until items change.

What a person's export names and a catalogue has is one item here, the catalogue's. Nothing of that is stored: the
events keep what the export said, so importing again, correcting and erasing work as if there were no catalogue.

Axes: V items, S items of the store, N events, D text width.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import EventLog, Floats, Indices
from temporec_mcp.importers.matching import Matches, match_items
from temporec_mcp.models.encoder import SentenceEncoder, load_encoder
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.encode import choose_encoder, content_key, encode_missing, item_text
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter
from temporec_mcp.store.items import ItemTable

PATIENCE_SECONDS = 15.0
"""How long a question waits while a training is reading texts."""


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """The catalogue at one moment."""

    version: int
    """The store's item version that this was read at."""
    catalogue: Catalogue
    numbers: dict[str, int]
    """Catalogue number of each item id; not of ids that a history uses for it, which are nobody else's business."""
    item_nos_S: Indices
    """The store's number of each item of the store."""
    places_S: Indices
    """Catalogue number of each item of the store."""
    matches: Matches
    """Which items of histories are which of the catalogue."""

    def known_as(self, item_id: str) -> list[str]:
        """Give the ids that events may have for an item: its own, and those by which histories name it."""
        return [item_id, *(own for own, known in self.matches.catalogue_ids.items() if known == item_id)]


@dataclass(frozen=True, slots=True)
class TextVectors:
    """The catalogue's texts in one vector space."""

    encoder: SentenceEncoder
    vectors_VD: Floats
    """Unit vectors; zeros where an item has no text."""
    has_any: bool
    """Some item has a text."""


class Catalogues:
    """Reads the catalogue and its vectors, and keeps the last of each."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Remember where to read."""
        self._store = store
        self._settings = settings
        self._lock = threading.Lock()
        self._encoding = threading.Lock()
        self._state: CatalogueState | None = None
        self._vectors: tuple[int, TextVectors] | None = None
        self._encoders: dict[str, SentenceEncoder] = {}

    def current(self) -> CatalogueState:
        """Give the catalogue as it is now."""
        with self._lock:
            version = self._store.items.version
            if self._state is None or self._state.version != version:
                self._state = self._read(version)
            return self._state

    def log(self, state: CatalogueState, chosen: EventFilter) -> EventLog:
        """Read the chosen events as `EventStore.log` does, with the items numbered as in the catalogue of `state`."""
        log = self._store.events.log(state.item_nos_S, chosen)
        return replace(log, items_N=state.places_S[log.items_N], item_ids=state.catalogue.item_ids)

    def vectors(
        self, state: CatalogueState, progress: Progress, is_cancelled: Callable[[], bool] = lambda: False
    ) -> TextVectors:
        """Give the vectors of the items of `state`, encoding (and keeping) those that are not in the store yet.

        Raises:
            EncodingCancelledError: `is_cancelled` gave True; what was encoded until then is kept.
        """
        with self._encoding:
            if self._vectors is None or self._vectors[0] != state.version:
                encoder = self._encoder(state.catalogue.texts)
                vectors_VD = encode_missing(state.catalogue.texts, encoder, self._store.vectors, progress, is_cancelled)
                self._vectors = (state.version, TextVectors(encoder, vectors_VD, bool(vectors_VD.any())))
            return self._vectors[1]

    def keys(self) -> list[str]:
        """Give the keys of all texts of the catalogue as it is now, under which vectors are kept."""
        return [content_key(text) for text in self.current().catalogue.texts if text]

    def quick_vectors(self, state: CatalogueState, limit: int, progress: Progress) -> TextVectors | None:
        """Give the vectors of `state`, or None where a question would wait too long for them.

        That is so when more than `limit` texts are new, or when a training is reading texts.
        """
        if not self._encoding.acquire(timeout=PATIENCE_SECONDS):
            return None
        try:
            if self._vectors is not None and self._vectors[0] == state.version:
                return self._vectors[1]
            is_quick = self._missing_count(state) <= limit
        finally:
            self._encoding.release()
        return self.vectors(state, progress) if is_quick else None

    def _missing_count(self, state: CatalogueState) -> int:
        texts = [text for text in state.catalogue.texts if text]
        known_n, _ = self._store.vectors.get([content_key(text) for text in texts], self._encoder(texts).name)
        return len(texts) - int(known_n.sum())

    def _encoder(self, texts: tuple[str, ...] | list[str]) -> SentenceEncoder:
        setting = choose_encoder(self._settings.encoder, texts)
        if setting not in self._encoders:
            self._encoders[setting] = load_encoder(setting, self._settings.device, self._settings.threads)
        return self._encoders[setting]

    def _read(self, version: int) -> CatalogueState:
        table = self._store.items.table()
        matches = match_items(table.items)
        is_own_S = np.array([item_id not in matches.catalogue_ids for item_id in table.item_ids], dtype=np.bool_)
        # By id, so that who came first, and may be erased by now, has no part in what is learnt.
        own: list[int] = np.flatnonzero(is_own_S).tolist()
        own.sort(key=table.item_ids.__getitem__)
        items = [table.items[place] for place in own]
        catalogue = Catalogue(
            item_ids=tuple(item.item_id for item in items),
            titles=tuple(item.title or item.item_id for item in items),
            categories=tuple(item.categories for item in items),
            labels=tuple(item.categories or item.creators for item in items),
            texts=tuple(item_text(item) for item in items),
            public_V=table.public_V[np.array(own, dtype=np.int64)],
            available_V=np.array([item.is_available for item in items], dtype=np.bool_),
        )
        numbers = {item_id: number for number, item_id in enumerate(catalogue.item_ids)}
        places_S = _places(table, numbers, matches)
        return CatalogueState(version, catalogue, numbers, table.item_nos_V, places_S, matches)


def _places(table: ItemTable, numbers: dict[str, int], matches: Matches) -> Indices:
    known_as = matches.catalogue_ids
    return np.array([numbers[known_as.get(item_id, item_id)] for item_id in table.item_ids], dtype=np.int32)
