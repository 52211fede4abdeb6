"""What each event is about: labels of the catalogue, else groups of like texts, words of titles, or the items.

Axes: N events, I distinct items, K labels.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Indices, Times
from temporec_mcp.timeline.clusters import FEWEST_ITEMS, group_items, name_groups
from temporec_mcp.timeline.inputs import TimelineInput

Source = Literal["labels", "words", "items", "clusters"]
LEAST_LABELLED = 0.5
"""Part of the events whose items must have catalogue labels for these to be used."""
LEAST_WORDED = 0.3
"""Part of the events whose titles must share words with others for these to be used."""
LEAST_GROUPED = 0.6
"""Part of the events whose items must be in a group of like texts for these to be used."""
FEW_ITEMS = 30
_SHORTEST_WORD = 3
_LONGEST_RUN = 4  # characters of a Chinese or Japanese word
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_RUN = re.compile(r"[㐀-鿿ぁ-ヿ]+")
_STOP_WORDS = frozenset(
    {
        *("the", "and", "for", "with", "from", "that", "this", "you", "your", "his", "her", "its", "our", "their"),
        *("are", "was", "not", "but", "all", "one", "two", "new", "old", "into", "out", "over", "under", "off"),
        *("who", "what", "when", "how", "why", "part", "vol", "volume", "chapter", "episode", "season", "edition"),
        *("set", "pack", "series", "les", "der", "die", "das", "und", "los", "las", "del", "una", "des", "sur", "von"),
    }
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of one user's events; an event of several labels is split evenly between them."""

    names: tuple[str, ...]
    source: Source
    rows: NDArray[np.int64]
    """Event of each entry; searches and events without any label have none."""
    labels: NDArray[np.int64]
    """Label number of each entry."""
    weights: Times
    """Part of the event, adding up to 1 over its entries."""
    item_rows: NDArray[np.int64]
    """Events with an item, labelled or not."""

    @property
    def event_count(self) -> int:
        """Count the events with an item."""
        return len(self.item_rows)


def label_events(data: TimelineInput, items_N: Indices) -> Labelled:
    """Label events (in the order of `items_N`; below 0 is no item) by the best source that covers enough of them."""
    items_I, item_of_N, counts_I = np.unique(items_N[items_N >= 0], return_inverse=True, return_counts=True)
    rows_N = np.flatnonzero(items_N >= 0)
    if len(items_I) == 0:
        return _spread([], "items", rows_N, item_of_N)
    categories = [data.categories_of(item) for item in items_I.tolist()]
    if _coverage(categories, counts_I) >= LEAST_LABELLED:
        return _spread(categories, "labels", rows_N, item_of_N)
    grouped = _grouped(data, items_I, counts_I)
    if _coverage(grouped, counts_I) >= LEAST_GROUPED:
        return _spread(grouped, "clusters", rows_N, item_of_N)
    words = _shared_words([data.words_of(item) for item in items_I.tolist()])
    if _coverage(words, counts_I) >= LEAST_WORDED:
        return _spread(words, "words", rows_N, item_of_N)
    titles = [data.title_of(item) for item in items_I.tolist()]
    repeated = [(title,) if title and count > 1 else () for title, count in zip(titles, counts_I, strict=True)]
    return _spread(repeated, "items", rows_N, item_of_N)


def _grouped(data: TimelineInput, items_I: Indices, counts_I: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Give the name of each item's group of like texts; without names where there are no vectors."""
    grouped: list[tuple[str, ...]] = [()] * len(items_I)
    if data.vectors_of is None or len(items_I) < FEWEST_ITEMS:
        return grouped
    texts = [data.words_of(item) for item in items_I.tolist()]
    has_text_I = np.array([bool(text) for text in texts], dtype=np.bool_)
    found_I, vectors_ID = data.vectors_of(items_I)
    places = np.flatnonzero(found_I & has_text_I)
    if len(places) < FEWEST_ITEMS:
        return grouped
    group_I = group_items(vectors_ID[places], counts_I[places])
    titles = [texts[place] for place in places.tolist()]
    words = [tuple(dict.fromkeys(_words(title))) for title in titles]
    names = name_groups(words, titles, group_I)
    for place, group in zip(places.tolist(), group_I.tolist(), strict=True):
        grouped[place] = (names[group],) if group >= 0 and names[group] else ()
    return grouped


def _coverage(labels: Sequence[tuple[str, ...]], counts_I: NDArray[np.int64]) -> float:
    has_any = np.array([bool(names) for names in labels], dtype=np.bool_)
    return float(counts_I[has_any].sum() / counts_I.sum())


def _spread(
    labels: Sequence[tuple[str, ...]], source: Source, rows_N: NDArray[np.int64], item_of_N: NDArray[np.int64]
) -> Labelled:
    numbers = {name: number for number, name in enumerate(sorted({name for names in labels for name in names}))}
    sizes_I = np.array([len(names) for names in labels], dtype=np.int64)
    flat = np.array([numbers[name] for names in labels for name in names], dtype=np.int64)
    starts_I = np.cumsum(sizes_I) - sizes_I
    sizes_N = sizes_I[item_of_N]
    inside = np.arange(int(sizes_N.sum())) - np.repeat(np.cumsum(sizes_N) - sizes_N, sizes_N)
    return Labelled(
        names=tuple(numbers),
        source=source,
        rows=np.repeat(rows_N, sizes_N),
        labels=flat[np.repeat(starts_I[item_of_N], sizes_N) + inside],
        weights=1.0 / np.repeat(sizes_N, sizes_N),
        item_rows=rows_N,
    )


def _shared_words(titles: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the words of each title that other titles of this user have, too."""
    words = [tuple(dict.fromkeys(_words(title))) for title in titles]
    fewest = 2 if len(titles) < FEW_ITEMS else 3
    counts = Counter(word for each in words for word in each)
    shared = {word: count for word, count in counts.items() if count >= fewest}
    kept = shared.keys() - _covered(shared)
    return [tuple(word for word in each if word in kept) for each in words]


def _covered(counts: Mapping[str, int]) -> set[str]:
    """Give the character runs that occur only inside a longer shared run."""
    return {
        word[start : start + size]
        for word, count in counts.items()
        if _RUN.fullmatch(word)
        for size in range(2, len(word))
        for start in range(len(word) - size + 1)
        if counts.get(word[start : start + size]) == count
    }


def _words(title: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFC", title).lower()
    for word in _WORD.findall(_RUN.sub(" ", folded)):
        if len(word) >= _SHORTEST_WORD and word not in _STOP_WORDS:
            yield word
    for run in _RUN.findall(folded):
        for size in range(2, min(_LONGEST_RUN, len(run)) + 1):
            yield from (run[start : start + size] for start in range(len(run) - size + 1))
