"""Titles as they can be compared: case, accents, punctuation, articles, years, editions and episodes set apart.

`Matrix, The (1999)`, `THE MATRIX` and `The Matrix (4K Edition)` have one key; the year stands beside it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1870, 2100
REMEMBERED_TITLES = 1 << 17
_YEAR = re.compile(r"\s*[(\[](\d{4})(?:\s*[–-]\s*(?:\d{4})?)?\s*[)\]]\s*$")
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_ALSO_KNOWN = re.compile(r"^(?:a\.?k\.?a\.?|aka)\s+", re.IGNORECASE)
_EDITIONS = (
    r"(?:director'?s|final|extended|special|collector'?s|unrated|theatrical|ultimate|anniversary|remastered|restored|"
    r"uncut|international|deluxe|complete|4k|imax|\d+th anniversary)"
)
_EDITION = re.compile(rf"\b{_EDITIONS}\b.*\b(?:cut|edition|version|release)\b|remaster|blu-?ray|\bdvd\b|#\s?\d", re.I)
_NO_TITLE = re.compile(r"^(?:feat\.?|ft\.?|featuring|with|uk|us|subtitled|dubbed)\b", re.IGNORECASE)
_EDITION_END = re.compile(
    rf"\s*[:,–-]\s*(?:the\s+)?{_EDITIONS}\s+(?:cut|edition|version|release)\s*$"
    r"|\s+[–-]\s+(?:\d{4}\s+)?(?:digital(?:ly)?\s+)?remaster(?:ed)?(?:\s+(?:version\s+)?\d{4})?\s*$",
    re.IGNORECASE,
)
_ARTICLES = (
    "The|A|An|Le|La|Les|L'|Il|Lo|Gli|El|Los|Las|Der|Die|Das|Den|Det|De|Het|Un|Une|Una|Uno|Ein|Eine|O|Os|As|Um|Uma"
)
_TRAILING_ARTICLE = re.compile(rf"^(.*\S),\s+({_ARTICLES})$", re.IGNORECASE)
_LEADING_ARTICLES = ("the", "a", "an")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_PART_WORDS = re.compile(
    r"\b(?:season|series|staffel|saison|temporada|stagione|seizoen|sezon|säsong|sæson|sesong|kausi|sezonul|"
    r"limited series|miniseries|volume|book|chapter|part|teil|partie|parte)\s*\d*\b|第.{1,3}[季部]|\b[sS]\d{1,2}\b",
    re.IGNORECASE,
)
_PARTED = ": "
_EPISODE_PARTS = 3
"""A title of an episode has its series, its season and its name."""


@dataclass(frozen=True, slots=True)
class TitleName:
    """A title as it can be compared."""

    keys: tuple[str, ...]
    """Letters and digits only; the title as it stands first, then without additions, then the other titles it gives."""
    words: tuple[str, ...]
    """The words of the title without additions."""
    year: int | None
    """The year at its end."""


@lru_cache(maxsize=REMEMBERED_TITLES)
def read_title(title: str) -> TitleName:
    """Take a title apart."""
    text, year = title.strip(), None
    if (match := _YEAR.search(text)) and match.start() and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        text, year = text[: match.start()], int(match[1])
    main, others = _without_additions(text)
    keys = [_key(text), _key(main), *map(_key, others)]
    return TitleName(tuple(dict.fromkeys(key for key in keys if key)), _words(_turned(main)), year)


def show_of(title: str) -> str | None:
    """Give the show of an episode's title, as in `Show: Season 1: Episode`; None where it is none."""
    parts = title.split(_PARTED)
    if len(parts) < _EPISODE_PARTS:
        return None
    season = next((place for place, part in enumerate(parts[1:-1], 1) if _PART_WORDS.search(part)), None)
    return None if season is None else _PARTED.join(parts[:season])


def name_key(name: str) -> frozenset[str]:
    """Give the words of a person's or company's name, in any order; initials and forms of address do not count."""
    return frozenset(word for word in _words(name) if len(word) > 1)


def main_title(title: str) -> str | None:
    """Give what stands before a subtitle; None where there is none."""
    main, colon, _ = title.partition(":")
    return main if colon and main.strip() else None


def _without_additions(text: str) -> tuple[str, list[str]]:
    others: list[str] = []
    while (match := _BRACKET.search(text)) and match.start():
        text, inside = text[: match.start()], match[1]
        if not (_EDITION.search(inside) or _NO_TITLE.search(inside)):
            others.append(_ALSO_KNOWN.sub("", inside))
    if (match := _EDITION_END.search(text)) and match.start():
        text = text[: match.start()]
    return text, others


def _turned(text: str) -> str:
    """Put an article that stands behind in front."""
    match = _TRAILING_ARTICLE.match(text.strip())
    return f"{match[2]} {match[1]}" if match else text


def _key(text: str) -> str:
    return "".join(_words(_turned(text)))


def _words(text: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).replace("&", " and ").casefold())
    kept = "".join(
        character if character.isalnum() else " " for character in folded if not unicodedata.combining(character)
    )
    words = [_ROMAN.get(word, word) for word in kept.split()]
    if len(words) > 1 and words[0] in _LEADING_ARTICLES:
        words = words[1:]
    return tuple(words)
