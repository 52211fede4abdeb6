"""Whether another wording says nothing but what the verified one says: titles, numbers, dates, names and directions.

It knows the two texts alone. Strict on purpose: a wording that it does not understand is not accepted.
"""

import re
from collections import Counter
from dataclasses import dataclass

from temporec_mcp.explain.words import Language

_TITLES = re.compile(r'"([^"]*)"|“([^”]*)”')
_NUMBERS = re.compile(r"[+-]?\d+(?:[.:,]\d+)*")
_SENTENCES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?<=[.!?])\s+"),
    "zh": re.compile(r"(?<=[。！？])\s*"),
}
_WORDS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?"),
    "zh": re.compile(r"[^\W\d_]"),
}

_NEUTRAL_EN = (
    "a an the of to in on at with for by from into as is are was were be been being has have had will would it its "
    "this that these those there here and also then who which you your yours user user's item items film films event "
    "events list one"
)
NEUTRAL: dict[Language, frozenset[str]] = {
    "en": frozenset(_NEUTRAL_EN.split()),
    "zh": frozenset("的了是在也和与及把将被这那它其您该用户一个项并以就都"),
}
"""Words that claim nothing."""
DIRECTIONS: dict[Language, tuple[frozenset[str], ...]] = {
    "en": tuple(
        frozenset(words.split())
        for words in (
            "because due owing thanks since reason reasons why",
            "mostly mainly largely chiefly above-all",
            "without removing lacking absent if",
            "leave leaves left drop drops dropped fall falls fell off out beyond lower lowers below under worse less",
            "rise rises rose up higher raises above over better more enter enters",
            "not no never none nothing nor neither cannot",
            "matters matter",
        )
    ),
    "zh": tuple(
        frozenset(words)
        for words in ("因为由于", "主要首先", "若如果去掉", "离低降下差", "升高上进更", "不没无未", "影响")
    ),
}
"""Words of one direction stand for each other; a sentence says each direction as often as the verified one."""
NOT_ENDINGS = ("n't", "n’t")


@dataclass(frozen=True, slots=True)
class _Said:
    """What one sentence claims."""

    titles: tuple[str, ...]
    numbers: tuple[str, ...]
    pairs: Counter[tuple[str, str]]
    """Each number with the title said last before it."""
    words: tuple[str, ...]


def faults(wording: str, verified: str, language: Language) -> tuple[str, ...]:
    """Give what the wording says that the verified text does not, or leaves out; empty when it may be told.

    Each of its sentences must rest on one verified sentence: no other title or number, every number with its title and
    in its order, no word that claims something else, every direction as often. No verified sentence may be left out.
    """
    told = [_said(sentence, language) for sentence in _sentences(verified, language)]
    found: list[str] = []
    covered: set[int] = set()
    for sentence in _sentences(wording, language):
        said = _said(sentence, language)
        holding = [number for number, known in enumerate(told) if _rests_on(said, known, language)]
        covered.update(holding[:1])
        found += [] if holding else [sentence]
    missing = [number for number in range(len(told)) if number not in covered]
    return (*found, *(f"left out: sentence {number + 1}" for number in missing))


def _sentences(text: str, language: Language) -> list[str]:
    """Split a text into sentences; a full stop inside quotes ends none."""
    hidden = _TITLES.sub(lambda match: match.group().translate(_HIDE), " ".join(text.split()))
    return [part.translate(_SHOW) for part in _SENTENCES[language].split(hidden) if part.strip()]


_STOPS = {".": "\ue000", "!": "\ue001", "?": "\ue002", "。": "\ue003", "！": "\ue004", "？": "\ue005"}
_HIDE = str.maketrans(_STOPS)
_SHOW = str.maketrans({hidden: stop for stop, hidden in _STOPS.items()})


def _said(sentence: str, language: Language) -> _Said:
    titles = tuple(one or other for one, other in _TITLES.findall(sentence))
    pieces = re.split(_TITLES, sentence)
    numbers: list[str] = []
    pairs: Counter[tuple[str, str]] = Counter()
    title = ""
    for place, piece in enumerate(pieces):
        if place % 3:
            title = piece or title
            continue
        found = _NUMBERS.findall(piece)
        numbers += found
        pairs.update((title, number) for number in found)
    bare = _NUMBERS.sub(" ", _TITLES.sub(" ", sentence))
    return _Said(titles, tuple(numbers), pairs, tuple(word.lower() for word in _WORDS[language].findall(bare)))


def _rests_on(said: _Said, known: _Said, language: Language) -> bool:
    if Counter(said.titles) - Counter(known.titles) or said.pairs - known.pairs:
        return False
    if not _is_subsequence(said.numbers, known.numbers) or set(known.titles) - set(said.titles):
        return False
    directions = DIRECTIONS[language]
    if any(word.endswith(NOT_ENDINGS) for word in said.words):
        return False
    if any(_count(said, words) != _count(known, words) for words in directions):
        return False
    allowed = NEUTRAL[language] | set(known.words)
    allowed |= {word for words in directions if words & set(known.words) for word in words}
    return all(word in allowed for word in said.words) and bool(said.words)


def _count(said: _Said, words: frozenset[str]) -> int:
    return sum(word in words for word in said.words)


def _is_subsequence(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    rest = iter(whole)
    return all(entry in rest for entry in part)
