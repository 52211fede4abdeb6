"""The catalogue of a home as columns, with its text vectors: read once, kept until items change.

What a person's export names and a catalogue has is one item here, the catalogue's. Nothing of that is stored: the
events keep what the export said, so importing again, correcting and erasing work as if there were no catalogue.

Axes: V items, S items of the store, N events, D text width.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from temporec_mcp.app.reading import Plan, Reading, TextReader
from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import EventLog, Floats, Indices
from temporec_mcp.importers.matching import Matches, match_items
from temporec_mcp.models.encoder import SentenceEncoder, load_encoder
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.encode import choose_encoder, content_key, encode_missing, item_text
from temporec_mcp.pipeline.likely import likeliest_first
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter
from temporec_mcp.store.items import ItemTable

FIRST_TEXTS = 2_000
"""Of the texts in the order in which they are wanted, those that a question waits for (10 to 20 s of one core)."""
LEARNING_SECONDS = 15.0
"""How long a question waits while a training is reading texts."""
GROWTH = 2
"""A question takes up what was read meanwhile when that is so many times what it had, or all."""


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
    read_count: int
    """Items whose text has its vector."""
    text_count: int
    """Items with a text."""

    @property
    def has_any(self) -> bool:
        """Some text is read."""
        return self.read_count > 0

    @property
    def is_whole(self) -> bool:
        """All texts are read."""
        return self.read_count == self.text_count


@dataclass(frozen=True, slots=True)
class _Held:
    version: int
    texts: TextVectors
    reading: Reading | None
    """What reads the rest; None when there is no rest."""
    read_by_then: int
    """How many texts that had read when these were taken."""

    def is_current(self, version: int) -> bool:
        """Hold while there is nothing better to be had."""
        if self.version != version or self.reading is None:
            return self.version == version
        added = self.reading.read_count - self.read_by_then
        return not self.reading.turn.done() and added < (GROWTH - 1) * self.texts.read_count


class Catalogues:
    """Reads the catalogue and its vectors, and keeps the last of each."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Remember where to read."""
        self._store = store
        self._settings = settings
        self._lock = threading.Lock()
        self._learning = threading.Lock()
        self._state: CatalogueState | None = None
        self._held: _Held | None = None
        self._encoders: dict[str, SentenceEncoder] = {}
        self._reader = TextReader(store.vectors)

    def close(self) -> None:
        """Stop reading texts."""
        self._reader.close()

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
        with self._learning:
            held = self._held
            if held is None or held.version != state.version or held.reading is not None:
                self._reader.stop()
                encoder = self._encoder(state.catalogue.texts)
                vectors_VD = encode_missing(state.catalogue.texts, encoder, self._store.vectors, progress, is_cancelled)
                count = sum(map(bool, state.catalogue.texts))
                self._held = held = _Held(state.version, TextVectors(encoder, vectors_VD, count, count), None, 0)
            return held.texts

    def vectors_so_far(self, state: CatalogueState, progress: Progress) -> TextVectors:
        """Give the vectors of `state` that there are, once the first texts are read; the rest is read meanwhile."""
        held = self._held
        if held is None or not held.is_current(state.version):
            held = _Held(state.version, self._known(state), None, 0)
            if not held.texts.is_whole:
                reading = self._read_on(state, progress)
                read_count, texts = reading.read_count, self._known(state)
                held = _Held(state.version, texts, None if texts.is_whole else reading, read_count)
            self._held = held
        return held.texts

    def prune(self) -> int:
        """Erase the vectors of texts that no item has any more; give how many went."""
        # The items are gone already, so a reading that begins now does not know them.
        self._reader.stop()
        return self._store.vectors.prune([content_key(text) for text in self.current().catalogue.texts if text])

    def _read_on(self, state: CatalogueState, progress: Progress) -> Reading:
        """Read what is missing in the background, wait for the first of it, and give what reads."""
        reading = Reading(lambda: self._plan(state))
        encoder = self._encoder(state.catalogue.texts)

        def is_wanted() -> bool:
            return not self._learning.locked() and state.version == self._store.items.version

        if self._reader.read(reading, encoder, is_wanted):
            reading.wait(progress)
        elif self._learning.acquire(timeout=LEARNING_SECONDS):
            self._learning.release()
        return reading

    def _plan(self, state: CatalogueState) -> Plan:
        """Give the texts that are missing, in the order in which they are wanted."""
        texts = state.catalogue.texts
        use_counts_V = np.zeros(len(texts), dtype=np.int64)
        np.add.at(use_counts_V, state.places_S, self._store.items.use_counts(state.item_nos_S))
        order = likeliest_first(texts, use_counts_V)
        found_n, _ = self._store.vectors.get([content_key(texts[item]) for item in order], self._encoder(texts).name)
        missing = np.flatnonzero(~found_n)
        return Plan([texts[order[place]] for place in missing], int((missing < FIRST_TEXTS).sum()))

    def _known(self, state: CatalogueState) -> TextVectors:
        texts = state.catalogue.texts
        encoder = self._encoder(texts)
        found_V, vectors_VD = self._store.vectors.get([content_key(text) for text in texts], encoder.name)
        return TextVectors(encoder, vectors_VD, int(found_V.sum()), sum(map(bool, texts)))

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
        # What no catalogue brought is not read under a promise: texts choose the encoder, and shape all vectors.
        is_private = self._store.protection.get().epsilon is not None
        texts = tuple(item_text(item) if item.is_catalogue or not is_private else "" for item in items)
        catalogue = Catalogue(
            item_ids=tuple(item.item_id for item in items),
            titles=tuple(item.title or item.item_id for item in items),
            categories=tuple(item.categories for item in items),
            labels=tuple(item.categories or item.creators for item in items),
            texts=texts,
            public_V=table.public_V[np.array(own, dtype=np.int64)],
            available_V=np.array([item.is_available for item in items], dtype=np.bool_),
        )
        numbers = {item_id: number for number, item_id in enumerate(catalogue.item_ids)}
        places_S = _places(table, numbers, matches)
        return CatalogueState(version, catalogue, numbers, table.item_nos_V, places_S, matches)


def _places(table: ItemTable, numbers: dict[str, int], matches: Matches) -> Indices:
    known_as = matches.catalogue_ids
    return np.array([numbers[known_as.get(item_id, item_id)] for item_id in table.item_ids], dtype=np.int32)
