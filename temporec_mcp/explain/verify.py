"""Holds sentences against the facts of an explanation: every title, date, figure and rank needs a source.

It reads the text alone and knows nothing of how it came about, so it serves any narrator.
"""

import re
from collections.abc import Callable

from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.explain.claims import OpenClaims, change_claims
from temporec_mcp.explain.patterns import COUNTS, PATTERNS
from temporec_mcp.explain.statements import figures_without_history, part_figures, source_figures
from temporec_mcp.explain.target import LIMITS
from temporec_mcp.explain.words import ORDINALS, Language, Telling, day_of, rating_said, short_title, signed, unsigned

OPENINGS = ("when", "weekday", "hour", "pause", "lift", "period")


def unsupported(text: str, explanation: Explanation, telling: Telling | None = None) -> tuple[str, ...]:
    """Give the fragments of `text` that no fact of the explanation stands behind; empty when all hold.

    A figure must belong to the titles said just before it, with the date said between them, or to the words of its
    part of the model; ranks must be those of the counterfactual, or of the moment, period or event just named.
    """
    telling = telling or Telling()
    reader = _Reader(text, explanation, telling)
    return tuple(match.group() for match in PATTERNS[telling.language].finditer(text) if not reader.is_supported(match))


class _Reader:
    """Reads one text from left to right and remembers what the next figure may belong to."""

    def __init__(self, text: str, explanation: Explanation, telling: Telling) -> None:
        self._text = text
        self._titles: list[str] = []
        self._date: str | None = None
        self._rating: str | None = None
        self._is_low = False
        self._undated: list[tuple[str, str, str | None]] = []
        facts, language = explanation, telling.language
        events = [*facts.reasons, *facts.against]
        self._events = {
            (short_title(event.title, language), day_of(event.time, telling), signed(event.effect), said)
            for event in events
            for said in (None, rating_said(event.rating, language) if event.rating else None)
        }
        self._low = {
            (short_title(event.title, language), rating_said(event.rating, language))
            for event in events
            if event.rating and event.rating.is_low
        }
        self._groups = [
            (frozenset(short_title(title, language) for title in group.titles), signed(group.effect))
            for group in facts.groups
        ]
        compared = facts.comparison.contributions if facts.comparison else {}
        self._parts = [
            (words, signed(value))
            for parts in (facts.contributions, compared)
            for words, value in part_figures(parts, language)
        ]
        self._parts += [(words, signed(value)) for words, value in figures_without_history(facts, language)]
        self._parts += [(words, signed(value)) for words, value in source_figures(facts.score_parts, language)]
        self._known = _known_titles(facts, language) | _part_names(facts)
        self._facts = facts
        self._language: Language = language
        self._changes = OpenClaims(change_claims(facts, telling))
        self._is_against = False
        self._more = 0
        self._checks: dict[str, Callable[[str], bool]] = {
            "title": self._is_title,
            "itself": lambda _: self._is_title(short_title(facts.title, language)),
            "date": self._is_date,
            "together": self._is_day_of_all,
            "low": self._starts_low,
            "rating": self._is_rating,
            "absence": self._starts_absence,
            "fall": self._is_fall,
            "move": self._is_move,
            "other": self._is_other_rank,
            "place": lambda rank: int(rank) == facts.rank,
            "ordinal": lambda word: ORDINALS.get(facts.rank) == word,
            "length": lambda k: int(k) == facts.k,
            "events": lambda count: int(count) in {group.event_count for group in facts.groups},
            "blocks": lambda count: int(count) == facts.grouped_count,
            "more": self._is_more,
            "size": self._is_size,
            "month": self._changes.has_when,
            "since": self._changes.has_when,
            "these": self._changes.has_count,
            "unfiltered": lambda rank: int(rank) == facts.rank_unfiltered,
            "would": lambda rank: bool(facts.excluded_by) and int(rank) == facts.rank,
            "most": lambda word: COUNTS[language].index(word) + 2 == LIMITS.set_size,
            "against": self._starts_against,
            "unknown": lambda _: False,
        }

    def is_supported(self, match: re.Match[str]) -> bool:
        kind = match.lastgroup or ""
        if kind == "figure":
            return self._is_figure(match.group("figure"), self._text[: match.start()])
        if kind in OPENINGS:
            self._titles = []
            return self._changes.open(kind, match.group(kind))
        return self._checks[kind](match.group(kind))

    def _is_title(self, title: str) -> bool:
        self._titles.append(title)
        return title in self._known

    def _is_date(self, day: str) -> bool:
        self._date = day
        return bool(self._titles) and any(event[:2] == (self._titles[-1], day) for event in self._events)

    def _starts_low(self, _: str) -> bool:
        self._is_low = True
        return bool(self._low)

    def _is_rating(self, said: str) -> bool:
        """Say whether the title before was given that; a rating that is called low must be."""
        self._rating = said
        is_low, self._is_low = self._is_low, False
        title = self._titles[-1] if self._titles else ""
        return (title, said) in self._low or (not is_low and any((e[0], e[3]) == (title, said) for e in self._events))

    def _is_figure(self, figure: str, before: str) -> bool:
        date, self._date = self._date, None
        if self._changes.awaits_figure:
            return self._changes.has_figure(figure)
        if date is not None:
            is_against, self._is_against = self._is_against, False
            rating, self._rating, is_open, self._is_low = self._rating, None, self._is_low, False
            is_event = (self._titles[-1] if self._titles else "", date, figure, rating) in self._events
            return is_event and not is_open and (figure.startswith("-") or not is_against)
        if self._is_undated(figure):
            return True
        lead = before.rstrip(" （(")
        if any(lead.endswith(words) and figure == value for words, value in self._parts):
            return True
        if re.search(r"score,$|得分$", lead):
            return figure == signed(self._facts.value)
        if re.search(r"history (as a whole|gives)$|历史$|历史的作用是$", lead):
            return figure == signed(self._facts.history_effect)
        return any(
            figure == value and frozenset(self._titles[-len(titles) :]) == titles for titles, value in self._groups
        )

    def _is_undated(self, figure: str) -> bool:
        """Say whether it is the effect of an event of the title just before, whose day is said later or not at all."""
        event = (self._titles[-1] if self._titles else "", figure, self._rating)
        is_known = any((title, effect, said) == event for title, _, effect, said in self._events)
        holds = is_known and not self._is_low and (figure.startswith("-") or not self._is_against)
        if holds:
            self._undated.append(event)
            self._rating = None
        return holds

    def _is_day_of_all(self, day: str) -> bool:
        events, self._undated = self._undated, []
        return len(events) > 1 and all((title, day, figure, said) in self._events for title, figure, said in events)

    def _starts_absence(self, _: str) -> bool:
        self._titles, self._more = [], 0
        return self._facts.counterfactual is not None

    def _is_more(self, count: str) -> bool:
        self._more = int(count)
        return self._facts.counterfactual is not None

    def _is_fall(self, ranks: str) -> bool:
        claim = self._facts.counterfactual
        if claim is None or _numbers(ranks) != [claim.rank_before, claim.rank_after]:
            return False
        titles = [short_title(title, self._language) for title in claim.titles]
        return set(self._titles) <= set(titles) and len(self._titles) + self._more == len(titles)

    def _starts_against(self, _: str) -> bool:
        self._is_against = True
        return True

    def _is_move(self, words: str) -> bool:
        numbers = _numbers(words)
        tail = re.split(r"\d位?(?=\D*$)", words)[-1]
        return self._changes.has_ranks(tuple(numbers), tail, frozenset(self._titles))

    def _is_other_rank(self, rank: str) -> bool:
        other = self._facts.comparison
        if other is None or int(rank) != other.rank or not self._titles:
            return False
        return self._titles[-1] == short_title(other.title, self._language)

    def _is_size(self, words: str) -> bool:
        other = self._facts.comparison
        if other is None:
            return False
        is_above = "above" in words or "高" in words
        return unsigned(other.difference) == words.strip(" abovelw高低") and is_above == (other.difference > 0)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _known_titles(facts: Explanation, language: Language) -> set[str]:
    titles = [facts.title, *(event.title for event in (*facts.reasons, *facts.against))]
    titles += [title for group in facts.groups for title in group.titles]
    titles += facts.counterfactual.titles if facts.counterfactual else ()
    titles += [facts.comparison.title] if facts.comparison else []
    titles += [facts.lift.title] if facts.lift else []
    titles += [period.label for period in facts.periods if period.label]
    return {short_title(title, language) for title in titles}


def _part_names(facts: Explanation) -> set[str]:
    compared = facts.comparison.contributions if facts.comparison else {}
    return {name[:40] for parts in (facts.contributions, facts.without_history, compared) for name in parts}
