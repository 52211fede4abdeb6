"""What a model learnt from, told in the language of the page: cleaning says it in English words."""

import re

from temporec_mcp.pages.words import Language, known_words, named, say

VALUES = "values_"
"""Begins the name of a row about one kind of number."""
_FIELD = re.compile(
    r"(\d+) values, (?:none missing|(\d+) missing, filled by ([^,]+))"
    r"(?:, (\d+) outliers by (\S+) kept but not scaled by)?, (\S+) to (\S+) scaled to 0 to 1"
)


def data_name(name: str, language: Language) -> str:
    """Give the name of a row about the data."""
    if not name.startswith(VALUES):
        return named("data", name, language)
    action, scale, top = name.removeprefix(VALUES).partition("/")
    return say(language, "values_of", named("action", action, language) + scale + top)


def data_value(value: str | float, language: Language) -> str:
    """Give the figure or the words of a row; words that are not understood as they are."""
    if not isinstance(value, str):
        return f"{value:,.6g}"
    field = _FIELD.fullmatch(value)
    if field is None:
        return known_words(value, language)
    count, missing, rule, outliers, test, low, high = field.groups()
    gaps = say(language, "some_missing", missing, named("fill", rule, language)) if missing else _none(language)
    beyond = say(language, "outliers_said", outliers, named("outliers", test, language)) if outliers else ""
    return say(language, "values_said", count, gaps, beyond, low, high)


def _none(language: Language) -> str:
    return say(language, "none_missing")
