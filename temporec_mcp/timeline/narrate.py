"""A timeline's facts in a few sentences, as long as they fit; nothing is said that is not a field."""

from dataclasses import dataclass
from typing import Literal

from temporec_mcp.domain.timeline import Anomaly, Change, Timeline
from temporec_mcp.timeline.chinese import Chinese
from temporec_mcp.timeline.english import English
from temporec_mcp.timeline.names import LENGTHS, are_apart, shorten, shorten_anomaly
from temporec_mcp.timeline.phrases import Language

MOST_WORDS = 120
MOST_CHARACTERS = 250

LanguageName = Literal["en", "zh"]
Detail = Literal["brief", "full"]

_LANGUAGES: dict[LanguageName, Language] = {"en": English(), "zh": Chinese()}


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    importance: int
    """The least important ones go first when there is no room."""


def describe(timeline: Timeline, language: LanguageName = "en", detail: Detail = "brief") -> str:
    """Tell a timeline in at most 120 words of English or 250 characters of Chinese.

    Every number, date and title comes from a field of `timeline`, rounded for reading. Brief tells the latest change
    and anomaly and the clearest habit; full tells what fits. Long names are cut further before anything is left out.
    """
    words = _LANGUAGES[language]
    told = [
        _fitting(_compose(shorten(timeline, length), words, detail), language)
        for length in LENGTHS
        if length == LENGTHS[0] or are_apart(timeline, length)
    ]
    return _join(max(told, key=len), language)


def change_ends(change: Change, language: LanguageName = "en") -> tuple[str, str]:
    """Tell what a change went from and what to: the interests, or the events a week."""
    if change.weekly is None:
        return change.before, change.after
    words = _LANGUAGES[language]
    return words.rate(change.weekly[0]), words.rate(change.weekly[1])


def anomaly_sentence(anomaly: Anomaly, language: LanguageName = "en") -> str:
    """Tell one anomaly."""
    return _LANGUAGES[language].anomaly(shorten_anomaly(anomaly))


def _compose(timeline: Timeline, words: Language, detail: Detail) -> list[_Sentence]:
    opening = _Sentence(words.opening(timeline), 9)
    themes = _Sentence(words.themes(timeline), 8)
    changes = [_Sentence(words.change(change), 7) for change in timeline.changes]
    periods = timeline.rhythm.periods
    habits = [_Sentence(words.period(period, timeline), 6) for period in periods]
    # The latest ones are the most telling, so the earlier ones go first.
    anomalies = [
        _Sentence(words.anomaly(anomaly), 5 if anomaly is timeline.anomalies[-1] else 2)
        for anomaly in timeline.anomalies
    ]
    trends = _Sentence(words.trends(timeline), 4)
    if detail == "brief":
        clearest = sorted(range(len(periods)), key=lambda place: periods[place].share or 0.0)[-1:]
        told = changes[-1:] if changes else [trends]
        return [opening, themes, *told, *(habits[place] for place in clearest), *anomalies[-1:]]
    outlook, rule = _Sentence(words.outlook(timeline), 3), _Sentence(words.session_rule(timeline), 1)
    return [opening, rule, themes, trends, *changes, *habits, *anomalies, outlook]


def _fitting(sentences: list[_Sentence], language: LanguageName) -> list[_Sentence]:
    """Give the sentences that say something, without the least important ones where there is no room."""
    kept = [sentence for sentence in sentences if sentence.text]
    while len(kept) > 1 and not _fits(_join(kept, language), language):
        least = min(range(len(kept)), key=lambda place: (kept[place].importance, -place))
        del kept[least]
    return kept


def _join(sentences: list[_Sentence], language: LanguageName) -> str:
    return (" " if language == "en" else "").join(sentence.text for sentence in sentences)


def _fits(text: str, language: LanguageName) -> bool:
    return len(text.split()) <= MOST_WORDS if language == "en" else len(text) <= MOST_CHARACTERS
