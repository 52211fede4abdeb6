"""What was told in the words of a language model, clause by clause, as far as it claims the same."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from temporec_mcp.explain.acceptance import NUMBER, TITLE, fault, words_of
from temporec_mcp.explain.narrate import fits, joined
from temporec_mcp.explain.words import MONTHS, Language, Telling

Wording = Callable[[str, Language], Sequence[str]]
"""Gives other wordings of a sentence, the best first; never trusted."""
_CLAUSES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(rf'(?:{TITLE}|[^"])*?[.!?;](?=\s|$)'),
    "zh": re.compile(rf"(?:{TITLE}|[^“])*?[。！？；]"),
}
_ENDS: dict[Language, str] = {"en": ".", "zh": "。"}
_FACT = (
    rf"(?:{TITLE}|\([^()]*\d[^()]*\)|（[^（）]*\d[^（）]*）"
    rf"|(?:(?:top|rank|number|list of) )?{NUMBER}(?: hours|[年月日分])?|{'|'.join(MONTHS)})"
)
_LINK = r"(?:,? (?:(?:and|both|all|on|of|to|at|instead|though|which|you|they|rated|tried|it) )*|[、和]?)"
_FACTS = re.compile(rf"{_FACT}(?:{_LINK}{_FACT})*(?: more)?")
"""Facts and what links them, as one: what a model does not see it cannot spoil."""
_MARK = re.compile(r"\[([A-Z])\]")


@dataclass(frozen=True, slots=True)
class Retold:
    """What is told after a language model was asked."""

    text: str
    clause_count: int
    worded_count: int
    """Clauses in words of the model."""
    faults: tuple[str, ...]
    """What kept the likeliest other wording of each clause that stays from being told."""


def reword(told: str, telling: Telling, wording: Wording) -> Retold:
    """Give what `narrate` told with each clause in other words, if they claim the same and the whole keeps its limit.

    Args:
        told: the verified text.
        telling: how it was told.
        wording: gives other wordings, in the language.
    """
    language = telling.language
    verified = [match.group().strip() for match in _CLAUSES[language].finditer(told)]
    spoken, faults, worded_count = list(verified), list[str](), 0
    for place, clause in enumerate(verified):
        found: list[str] = []
        for other in _others(clause, language, wording):
            against = fault(other, _sentence(clause, language), language)
            changed = [*spoken[:place], _in_place(other, clause), *spoken[place + 1 :]]
            if against is None and fits(changed, telling):
                spoken, worded_count = changed, worded_count + 1
                break
            found.append(against or "too long")
        else:
            faults += found[:1]
    return Retold(joined(spoken, language), len(verified), worded_count, tuple(faults))


def _others(clause: str, language: Language, wording: Wording) -> list[str]:
    """Give the wordings of a clause with its facts put back, as sentences, without those of the same words."""
    sentence = _sentence(clause, language)
    facts = _FACTS.findall(sentence)
    marks = iter(ascii_uppercase)
    form = _FACTS.sub(lambda _: f"[{next(marks)}]", sentence)
    shown = [_MARK.sub(lambda mark: _fact(mark, facts), " ".join(other.split())) for other in wording(form, language)]
    return [other for other in shown if words_of(other, language) != words_of(sentence, language)]


def _fact(mark: re.Match[str], facts: list[str]) -> str:
    number = ascii_uppercase.index(mark.group(1))
    return facts[number] if number < len(facts) else mark.group()


def _sentence(clause: str, language: Language) -> str:
    return clause[:-1] + _ENDS[language]


def _in_place(sentence: str, clause: str) -> str:
    """Give a sentence with the end and the first letter's case of the clause that it stands for."""
    first = sentence[:1].lower() if clause[:1].islower() else sentence[:1].upper()
    end = sentence[-1:] if clause[-1:] != ";" and clause[-1:] != "；" else clause[-1:]
    return first + sentence[1:-1] + end
