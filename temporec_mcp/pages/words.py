"""The headings and captions of the report, in both languages."""

import json
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Literal, cast

from temporec_mcp.pages.apps import asset

Language = Literal["en", "zh"]

WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "zh": tuple(f"{month}月" for month in range(1, 13)),
}


@cache
def _words() -> dict[str, dict[Language, str]]:
    """Read the words by name; both languages put the same values in place."""
    return cast("dict[str, dict[Language, str]]", json.loads(asset("words.json")))


def say(language: Language, name: str, *values: object) -> str:
    """Give the words of that name with values put in place."""
    template = _words()[name][language]
    return template.format(*values) if values else template


def known_words(name: str, language: Language) -> str:
    """Give the name of a kind of cases or of a feature; one that has no words here is told as it is."""
    return say(language, name) if name in _words() else name


def named(group: str, name: str, language: Language) -> str:
    """Give the words of one of a group of fixed names; a name of somebody's own is told as it is, without dashes."""
    key = f"{group}_{name}"
    return say(language, key) if key in _words() else name.replace("_", " ")


def day_words(day: date, language: Language) -> str:
    """Give a day as people write it."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS['en'][day.month - 1]} {day.year}"


def local_day(moment: datetime, zone: tzinfo) -> date:
    """Give the day of a moment in a zone."""
    return moment.astimezone(zone).date()


HOURS_BELOW_DAYS, WHOLE_FROM = 2.0, 10.0


def length_words(days: float, language: Language) -> str:
    """Give a length of time: minutes below an hour, hours below two days, else days."""
    if days * 24 < 1:
        return say(language, "minutes", days * 1_440)
    name, value = ("hours", days * 24) if days < HOURS_BELOW_DAYS else ("days_long", days)
    return say(language, name, f"{value:.1f}".removesuffix(".0") if value < WHOLE_FROM else f"{value:.0f}")


def cycle_words(days: float, language: Language) -> str:
    """Give how often something comes that repeats after so many days."""
    name = f"cycle_{days:g}"
    return say(language, name) if name in _words() else say(language, "cycle", days)


def kind_words(kind: str, language: Language) -> str:
    """Give the name of a kind of anomaly."""
    return say(language, "hour_kind" if kind == "hour" else kind)
