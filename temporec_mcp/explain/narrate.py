"""Facts to sentences that a person likes to read: within the limits, and none without a source."""

import re
from collections.abc import Sequence

from temporec_mcp.domain.ranking import Explanation, TimeEffect
from temporec_mcp.domain.reasons import MomentEffect, PeriodEffect
from temporec_mcp.explain.chinese import Chinese
from temporec_mcp.explain.english import English
from temporec_mcp.explain.statements import CAUSE_COUNT, Note, placement_of, statements_of
from temporec_mcp.explain.verify import unsupported
from temporec_mcp.explain.words import Language, Telling, part_words, quoted

WORD_LIMIT = 120
CHARACTER_LIMIT = 250
PLACEMENT_SHARE = 0.55
"""The first sentence takes at most this share of the room."""
WHY_TITLES = 2
FIGURE = re.compile(r"[+-]\d")
"""What the last sentence says the unit of."""


def narrate(explanation: Explanation, telling: Telling | None = None) -> str:
    """Tell the explanation in at most 120 words, or 250 characters in Chinese, the most important first.

    A sentence with a title, date or figure that no fact of the explanation stands behind is never told.
    """
    telling = telling or Telling()
    told: list[str] = []
    for sentence in sentences(explanation, telling):
        if fits([*told, sentence], telling) and not unsupported(sentence, explanation, telling):
            told.append(sentence)
    legend = _speaker(explanation, telling).say(Note("figures"))
    if FIGURE.search(joined(told, telling.language)) and fits([*told, legend], telling):
        told.append(legend)
    return joined(told, telling.language)


def sentences(explanation: Explanation, telling: Telling) -> list[str]:
    """Give everything that there is to tell, the most important first: what `narrate` has room for is taken from it."""
    speaker = _speaker(explanation, telling)
    count = _cause_count(explanation, telling)
    statements = statements_of(explanation, telling.language, telling.detail, count)
    return [speaker.say(statement) for statement in statements]


def tell_change(change: TimeEffect | MomentEffect | PeriodEffect, explanation: Explanation, telling: Telling) -> str:
    """Say what another moment or the lack of a period does; a statement of the tool's `temporal`."""
    return _speaker(explanation, telling).change(change)


def why(because: Sequence[str], leading_part: str, language: Language = "en") -> str:
    """Say in one short line what a listed item leans on: titles of past events, else a part of the model.

    Args:
        because: titles of past events, empty for the item itself.
        leading_part: the name of the part.
        language: the line's.
    """
    itself = "以前对它的选择" if language == "zh" else "having had it before"
    titles = [quoted(title, language) if title else itself for title in because[:WHY_TITLES]]
    part = part_words(leading_part, language) if leading_part else ""
    if language == "zh":
        return f"主要参考了{'和'.join(titles)}" if titles else f"主要依据：{part or '总体排序'}"
    return f"Leans on {' and '.join(titles)}" if titles else f"Mostly {part or 'the order of the whole list'}"


def _speaker(explanation: Explanation, telling: Telling) -> English | Chinese:
    return English(explanation, telling) if telling.language == "en" else Chinese(explanation, telling)


def _cause_count(explanation: Explanation, telling: Telling) -> int:
    """Give with how many causes the first sentence leaves room for the others."""
    speaker = _speaker(explanation, telling)
    language, detail = telling.language, telling.detail
    counts = range(CAUSE_COUNT[detail], 0, -1)
    said = {count: speaker.say(placement_of(explanation, language, detail, count)) for count in counts}
    return next((count for count in counts if fits([said[count]], telling, PLACEMENT_SHARE)), 1)


def fits(sentences: Sequence[str], telling: Telling, share: float = 1.0) -> bool:
    """Say whether the sentences take at most this share of the room for a text."""
    text = joined(sentences, telling.language)
    if telling.language == "zh":
        return len(text) <= share * CHARACTER_LIMIT
    return len(text.split()) <= share * WORD_LIMIT


def joined(sentences: Sequence[str], language: Language) -> str:
    """Give the sentences as one text."""
    return ("" if language == "zh" else " ").join(sentences)
