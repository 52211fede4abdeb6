"""Whether another wording of one verified sentence claims the same: each title, number, date, name and direction.

It knows the two sentences alone. Strict on purpose: but for words that claim nothing it must say the same words, or
what stands for them, in the same order. So nothing is left out, added, turned round or moved to another title.
"""

import re

from temporec_mcp.explain.words import Language

TITLE = r'(?:"[^"]*"|“[^”]*”)'
NUMBER = r"[+-]?\d+(?:[.:,/]\d+)*"
_PIECES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(rf"{TITLE}|{NUMBER}|[^\W\d_]+(?:['’][^\W\d_]+)*"),
    "zh": re.compile(rf"{TITLE}|{NUMBER}|[^\W\d_]"),
}
_MARKS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"[ ,;:()]*[.!]"),
    "zh": re.compile(r"[ ,;:()，；：、（）]*[。！]"),
}
"""All that may stand between and behind the pieces: a sentence has one end, and asks nothing."""

_NEUTRAL_EN = "a an the that which what then here there is are stands sits comes appears"
NEUTRAL: dict[Language, frozenset[str]] = {
    "en": frozenset(_NEUTRAL_EN.split()),
    "zh": frozenset("的了也就是这那它"),
}
"""Words that claim nothing wherever they stand."""
_SAME: dict[Language, dict[str, str]] = {
    "en": {
        "because": "since",
        "because of": "due to | owing to | thanks to",
        "mostly": "mainly | largely | chiefly | primarily",
        "above all": "most of all",
        "without": "lacking | but for | if not for | were it not for",
        "would leave": "would drop from | would drop out of | would fall from | would fall out of | would fall off",
        "holding": "holds",
        "asked": "if asked | when asked",
        "at": "on | in",
        "be": "stand | sit | come | appear",
        "instead": "rather than",
        "below": "lower than | less than | under",
        "above": "higher than | more than | over",
        "beyond": "outside",
        "gives": "brings",
    },
    "zh": {"因为": "由于", "如果": "若 | 假如 | 要是", "会": "将", "离开": "跌出 | 掉出", "而不是": "而非"},
}
"""What may stand for the words before it."""


def _phrases(language: Language) -> list[tuple[list[str], str]]:
    """Give each phrase with what it stands for, the longest first."""
    pieces = _PIECES[language]
    pairs = [
        (pieces.findall(phrase), meaning)
        for meaning, others in _SAME[language].items()
        for phrase in (meaning, *others.split("|"))
    ]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


_PHRASES: dict[Language, list[tuple[list[str], str]]] = {"en": _phrases("en"), "zh": _phrases("zh")}


def fault(wording: str, verified: str, language: Language) -> str | None:
    """Give what keeps a wording from being told in place of one verified sentence; None when it may be told."""
    if not _MARKS[language].fullmatch(_PIECES[language].sub("", wording)):
        return "more than one sentence, a question, or signs that are not read"
    said, known = _claims(wording, language), _claims(verified, language)
    if said == known:
        return None
    place = next((place for place, pair in enumerate(zip(said, known, strict=False)) if pair[0] != pair[1]), None)
    if place is None:
        return "something is left out" if len(said) < len(known) else f"{said[len(known)]!r} is added"
    return f"{said[place]!r} in place of {known[place]!r}"


def _claims(sentence: str, language: Language) -> list[str]:
    """Give what is claimed, in order, each phrase as what it stands for."""
    pieces, claimed = words_of(sentence, language), list[str]()
    place = 0
    while place < len(pieces):
        known = (pair for pair in _PHRASES[language] if pieces[place : place + len(pair[0])] == pair[0])
        phrase, meaning = next(known, ([pieces[place]], pieces[place]))
        claimed += [] if meaning in NEUTRAL[language] else [meaning]
        place += len(phrase)
    return claimed


def words_of(sentence: str, language: Language) -> list[str]:
    """Give titles, numbers and words in order, without signs and capital letters."""
    return [piece if piece[0] in '"“' else piece.lower() for piece in _PIECES[language].findall(sentence)]
