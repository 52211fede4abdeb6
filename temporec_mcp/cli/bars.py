"""Bars of letters: what speaks for an item to the right, what speaks against it to the left."""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

EIGHTHS = " ▏▎▍▌▋▊▉█"
"""Eight steps of a cell that fills from its left."""
HALVES = "▐"
"""A cell whose right half is filled, for the end of a bar that grows to the left."""
AXIS = "│"
WIDTH = 24
"""Cells of the longest bar."""
WORDS_WIDTH = 60
"""Cells of the words behind a bar."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said for or against an item, and how much."""

    words: str
    effect: float


def explanation_bars(fields: dict[str, object]) -> list[str]:
    """Give a line per reason and per source of the score of an explanation, as the terminal can show it."""
    has_blocks = can_draw(sys.stdout.encoding)
    reasons = cast("list[dict[str, object]]", fields.get("reasons") or [])
    sources = cast("dict[str, float]", fields.get("sources") or {})
    events = [Entry(f"{entry['action']} {entry['title']}", float(str(entry["effect"]))) for entry in reasons]
    parts = sorted((Entry(name, value) for name, value in sources.items()), key=lambda part: -abs(part.effect))
    titled = (("what past events do:", events), ("what the score is made of:", parts))
    return [line for title, entries in titled for line in _titled(title, bars(entries, has_blocks))]


def _titled(title: str, lines: list[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def can_draw(encoding: str | None) -> bool:
    """Tell whether an output of that encoding shows blocks; old consoles do not."""
    try:
        (EIGHTHS + HALVES + AXIS + "…").encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def bars(entries: Sequence[Entry], has_blocks: bool) -> list[str]:
    """Give a line per entry: its bar on its side of an axis, its effect and its words; no lines for no effects."""
    most = max((abs(entry.effect) for entry in entries), default=0.0)
    if most == 0:
        return []
    lowest = max((-entry.effect for entry in entries if entry.effect < 0), default=0.0)
    highest = max((entry.effect for entry in entries if entry.effect > 0), default=0.0)
    scale = WIDTH / (lowest + highest)
    left, right = round(lowest * scale), WIDTH - round(lowest * scale)
    draw = _blocks if has_blocks else _letters
    return [f"{draw(entry.effect * scale, left, right)} {entry.effect:+.3f}  {_cut(entry.words)}" for entry in entries]


def _blocks(length: float, left: int, right: int) -> str:
    if length < 0:
        whole, rest = divmod(min(-length, left), 1)
        drawn = (HALVES if rest >= 0.5 or whole == 0 else "") + EIGHTHS[-1] * int(whole)
        return drawn.rjust(left) + AXIS + " " * right
    whole, rest = divmod(min(length, right), 1)
    drawn = EIGHTHS[-1] * int(whole) + EIGHTHS[max(int(8 * rest), 0 if whole else 1)].strip()
    return " " * left + AXIS + drawn.ljust(right)


def _letters(length: float, left: int, right: int) -> str:
    drawn = "#" * max(round(abs(length)), 1)
    if length < 0:
        return drawn[:left].rjust(left) + "|" + " " * right
    return " " * left + "|" + drawn[:right].ljust(right)


def _cut(words: str) -> str:
    """Cut words to the cells they have; letters of Chinese, Japanese and Korean fill two."""
    cells = 0
    for place, letter in enumerate(words):
        cells += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if cells > WORDS_WIDTH:
            return words[:place].rstrip() + "..."
    return words
