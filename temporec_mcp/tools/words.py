"""Small pieces of English sentences."""

from collections.abc import Iterable

TITLE_SHOWN = 60
"""Characters of a title inside a sentence."""
SUMMARY_WORDS = 120


def counted(count: int, noun: str) -> str:
    """Give `1 event`, `2 events`, `12,345 events`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def joined(parts: Iterable[str]) -> str:
    """Give `a`, `a and b`, `a, b and c`."""
    *most, last = list(parts) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def short_title(title: str) -> str:
    """Give a title that fits into a sentence."""
    return title if len(title) <= TITLE_SHOWN else title[: TITLE_SHOWN - 1].rstrip() + "…"


def sentences(*parts: str) -> str:
    """Join what is not empty into one summary of at most `SUMMARY_WORDS` words."""
    words = " ".join(part for part in parts if part).split()
    return " ".join(words) if len(words) <= SUMMARY_WORDS else " ".join(words[: SUMMARY_WORDS - 1]) + " …"


def percent(share: float) -> str:
    """Give a share of 0 to 1 as `21.3 %`."""
    return f"{100 * share:.1f} %"
