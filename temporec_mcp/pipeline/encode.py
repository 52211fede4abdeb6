"""Events, histories and items as text, and texts as vectors that are computed once.

Axes: n texts, D width of the encoder, N events.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Protocol

import numpy as np

from temporec_mcp.domain.actions import ACTIONS, UNKNOWN_ACTION
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import Flags, Floats, History
from temporec_mcp.errors import TemporecError
from temporec_mcp.models.encoder import ENGLISH, MULTILINGUAL, Encoder
from temporec_mcp.models.part import Progress

KEY_BYTES = 16
ITEM_TEXT_LENGTH = 1_000
"""Characters of an item's text; the default encoder reads about this much."""
DESCRIPTION_LENGTH = 600
"""Characters of a description, so that what follows it is still read."""
HISTORY_TEXT_EVENTS = 20
MULTILINGUAL_SHARE = 0.05
"""Above this share of texts that the English encoder cannot read, the multilingual one reads all."""
FOREIGN_LETTERS = 0.3
"""A text is beyond the English encoder when more than this share of its letters is outside the Latin script."""
SAVE_TEXTS = 256
"""New vectors between two saves: what a killed process loses at most."""
WORD_SHARE = 0.5
"""An id is read as words when words make up at least this share of its characters."""
RATING_TOPS = (1.0, 5.0, 10.0, 100.0)
"""The ends of the usual rating scales."""

_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN_LETTER = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_SEPARATORS = re.compile(r"[\W_]+")


class EncodingCancelledError(TemporecError):
    """Somebody asked to stop while texts were read; the vectors made so far are kept."""


class VectorCache(Protocol):
    """Where vectors are kept by content and encoder."""

    def get(self, keys: Sequence[str], encoder: str) -> tuple[Flags, Floats]:
        """Give which of the n keys are known, and [n, D] with their vectors in the known rows."""
        ...

    def save(self, keys: Sequence[str], vectors: Floats, encoder: str) -> None:
        """Keep vectors [n, D] by key."""
        ...


@dataclass(frozen=True, slots=True)
class Use:
    """What one user did with one item on one occasion."""

    action: str
    title: str
    day: date
    """In the user's zone."""
    rating: float | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What turns a history's numbers into words."""

    titles: Sequence[str]
    """By item number."""
    actions: Sequence[str]
    """By action number."""
    zone: tzinfo = UTC
    rating_top: float | None = None
    """The upper end of the rating scale; None leaves the end out."""


def event_text(use: Use, rating_top: float | None = None) -> str:
    """Give an event in words: `watched "Alien (1979)" on 1997-11-02, rated 5/5`.

    An event that only rates reads `rated "Alien (1979)" 5/5 on 1997-11-02`. A made-up action is quoted as it is:
    `did "fork" with "numpy" on ...`.
    """
    verb = ACTIONS.get(use.action, UNKNOWN_ACTION).past or f'did "{use.action}" with'
    title = use.title.replace('"', "'")
    if use.rating is None:
        return f'{verb} "{title}" on {use.day.isoformat()}'
    rating = f"{use.rating:g}" if rating_top is None else f"{use.rating:g}/{rating_top:g}"
    if use.action == "rate":
        return f'rated "{title}" {rating} on {use.day.isoformat()}'
    return f'{verb} "{title}" on {use.day.isoformat()}, rated {rating}'


def history_uses(history: History, names: Names) -> list[Use]:
    """Give the occasions of a history, oldest first; a rating beside another event of its item that day joins it."""
    uses: list[Use] = []
    items: list[int] = []
    for position in range(len(history)):
        item = int(history.items_L[position])
        use = _use(history, position, names)
        if uses and items[-1] == item and uses[-1].day == use.day and "rate" in (use.action, uses[-1].action):
            uses[-1] = _join(uses[-1], use)
            continue
        uses.append(use)
        items.append(item)
    return uses


def history_text(history: History, names: Names, length: int = HISTORY_TEXT_EVENTS) -> str:
    """Give the newest `length` occasions of a history as one text, oldest first, one sentence each."""
    recent = history_uses(history, names)[-length:]
    return ". ".join(event_text(use, names.rating_top) for use in recent)


def rating_top(values_N: Floats) -> float | None:
    """Give the upper end of the scale that these ratings are on: 1, 5, 10, 100, else the largest one.

    Give it one user's ratings for that user's own scale. NaN counts as no rating; None when there is none.
    """
    given_N = values_N[np.isfinite(values_N)]
    if len(given_N) == 0:
        return None
    largest = float(given_N.max())
    return next((top for top in RATING_TOPS if largest <= top), largest)


def item_text(item: Item) -> str:
    """Give what the encoder reads of an item, most telling first; empty when only a meaningless id is known.

    Title, categories, creators, tags, description, attributes. An item without a title is read by its id where that
    consists of words (`git_commit`), not where it is a number or a hash.
    """
    labels = [", ".join(words) for words in (item.categories, item.creators, item.tags) if words]
    description = [item.description[:DESCRIPTION_LENGTH]] if item.description else []
    attributes = [f"{name} {value}" for name, value in sorted(item.attributes.items()) if isinstance(value, str)]
    parts = [item.title or id_words(item.item_id), *labels, *description, *attributes]
    return ". ".join(part.rstrip(". ") for part in parts if part)[:ITEM_TEXT_LENGTH]


def id_words(item_id: str) -> str:
    """Give the words of an id (`git_commit` -> `git commit`), or an empty text where it is no words."""
    tokens = [token for token in _SEPARATORS.split(item_id) if token]
    words = [token for token in tokens if token.isalpha()]
    length = sum(map(len, words))
    is_readable = any(len(word) > 2 or not word.isascii() for word in words)
    return " ".join(tokens) if is_readable and length >= WORD_SHARE * sum(map(len, tokens)) else ""


def content_key(text: str) -> str:
    """Give the 128-bit BLAKE2b digest of a text in hexadecimal, the key of its vector."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).hexdigest()


def beyond_latin_share(texts: Sequence[str]) -> float:
    """Give the share of texts that the English encoder cannot read, 0 to 1; texts without a letter do not count."""
    beyond = readable = 0
    for text in texts:
        if text.isascii():
            readable += any(map(str.isalpha, text))
            continue
        letters = len(_LETTER.findall(text))
        readable += letters > 0
        beyond += len(_FOREIGN_LETTER.findall(text)) > FOREIGN_LETTERS * letters
    return beyond / readable if readable else 0.0


def choose_encoder(setting: str, texts: Sequence[str]) -> str:
    """Give the encoder for a home whose setting is `setting`: "auto" becomes "english" or "multilingual" by its texts.

    One space per home: its texts are all read by the encoder given here.
    """
    if setting != "auto":
        return setting
    return MULTILINGUAL if beyond_latin_share(texts) > MULTILINGUAL_SHARE else ENGLISH


def encode_missing(
    texts: Sequence[str],
    encoder: Encoder,
    known: VectorCache,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Floats:
    """Give the vectors of `texts`, computing only those that `known` does not hold and saving them there.

    The encoder is not loaded when all are known. Saves as it goes, so that work is never done twice.

    Returns:
        [n, D] float32 unit vectors in the order of `texts`; zeros for an empty text.

    Raises:
        EncodingCancelledError: `is_cancelled` gave True; what was encoded until then is saved.
    """
    keys = [content_key(text) for text in texts]
    found_n, known_nD = known.get(keys, encoder.name)
    rows = [row for row, is_found in enumerate(found_n.tolist()) if texts[row] and not is_found]
    made = _encode_in_steps({keys[row]: texts[row] for row in rows}, encoder, known, _Watch(progress, is_cancelled))
    vectors_nD = np.zeros((len(texts), encoder.width), dtype=np.float32)
    if found_n.any():  # with none known, the cache cannot know D
        vectors_nD[found_n] = known_nD[found_n]
    for row in rows:
        vectors_nD[row] = made[keys[row]]
    return vectors_nD


@dataclass(frozen=True, slots=True)
class _Watch:
    progress: Progress | None
    is_cancelled: Callable[[], bool]


def _encode_in_steps(missing: dict[str, str], encoder: Encoder, known: VectorCache, watch: _Watch) -> dict[str, Floats]:
    made: dict[str, Floats] = {}
    # Longest first over all steps: a step then pads little, and the time left is never told too short.
    keys = sorted(missing, key=lambda key: -len(missing[key]))
    for start in range(0, len(keys), SAVE_TEXTS):
        if watch.is_cancelled():
            raise EncodingCancelledError(
                f"Reading the texts was cancelled after {start} of {len(keys)} new ones; those are kept.",
                "Ask again to go on from there.",
            )
        step = keys[start : start + SAVE_TEXTS]
        vectors_nD = encoder.encode([missing[key] for key in step])
        known.save(step, vectors_nD, encoder.name)
        made.update(zip(step, vectors_nD, strict=True))
        if watch.progress is not None:
            watch.progress((start + len(step)) / len(keys), "Reading texts")
    return made


def _use(history: History, position: int, names: Names) -> Use:
    action = names.actions[int(history.actions_L[position])]
    value = float(history.values_L[position])
    moment = datetime.fromtimestamp(float(history.times_L[position]), UTC).astimezone(names.zone)
    return Use(
        action=action,
        title=names.titles[int(history.items_L[position])],
        day=moment.date(),
        rating=value if action == "rate" and np.isfinite(value) else None,
    )


def _join(first: Use, second: Use) -> Use:
    """Give one occasion of a rating and another event: the other's verb, the newest rating."""
    action = second.action if first.action == "rate" else first.action
    rating = first.rating if second.rating is None else second.rating
    return Use(action, first.title, first.day, rating)
