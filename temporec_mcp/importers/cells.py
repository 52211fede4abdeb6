"""A cell of a table, whatever its type, as the text, id, number or labels that an event or item needs."""

import json
import math
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import cast

from temporec_mcp.domain.events import ID_LENGTH
from temporec_mcp.domain.text import check_id, clean_text
from temporec_mcp.errors import InvalidInputError

MISSING = frozenset(("", "\\N", "NULL", "null", "NaN", "nan"))
"""Texts by which exports say that there is no value."""
LABEL_LENGTH = 100
MAX_LABELS = 50
MAX_NUMBER = 1e15
"""A larger value is a broken cell; no rating, duration or price comes near."""
_SEPARATORS = ("|", ";", " > ", ",")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")


class DroppedRowError(Exception):
    """A row that gives no event; the message is the reason's short name."""


def text_of(cell: object) -> str | None:
    """Give the cell as text, not yet cleaned; None when it is empty."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return None if cell in MISSING else cell
    if isinstance(cell, float):
        # Tables with gaps turn whole ids into floats.
        return None if math.isnan(cell) else str(int(cell) if cell.is_integer() else cell)
    if isinstance(cell, bytes):
        return cell.decode("utf-8", errors="replace")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def cleaned(cell: object, length: int) -> str | None:
    """Give the cell as clean text of at most `length` characters; None when nothing visible is in it."""
    text = text_of(cell)
    return None if text is None else (clean_text(text, length) or None)


def id_of(cell: object) -> str | None:
    """Give the cell as an id; None when it is empty.

    Raises:
        DroppedRowError: bad_id, when it is longer than an id may be.
    """
    text = text_of(cell)
    return None if text is None else _checked_id(text)


@lru_cache(maxsize=100_000)
def _checked_id(text: str) -> str | None:
    if not clean_text(text, ID_LENGTH):
        return None
    try:
        return check_id(text, "id")
    except InvalidInputError:
        raise DroppedRowError("bad_id") from None


def number_of(cell: object) -> float | None:
    """Give the cell as a finite number; None when it is empty.

    Raises:
        DroppedRowError: bad_value, when it is something else.
    """
    text = text_of(cell)
    if text is None:
        return None
    try:
        number = float(cell if isinstance(cell, float) else text)
    except ValueError:
        number = _spelled_number(text.strip())
    if not abs(number) <= MAX_NUMBER:
        raise DroppedRowError("bad_value")
    return number


def _spelled_number(text: str) -> float:
    """Give the number of a decimal comma, or the seconds of a duration such as 1:02:03; NaN for anything else."""
    if _DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return float(3600 * hours + 60 * minutes + seconds)
    return math.nan


def labels_of(cell: object, separators: Iterable[str] = _SEPARATORS) -> tuple[str, ...]:
    """Give the cell as distinct labels: a list, a JSON list in a text, or a text that separators part."""
    if isinstance(cell, list):
        parts = [text_of(part) or "" for part in cast("list[object]", cell)]
    else:
        text = text_of(cell) or ""
        parts = _json_list(text) or _split(text, separators)
    labels = (clean_text(part, LABEL_LENGTH) for part in parts)
    return tuple(dict.fromkeys(label for label in labels if label))[:MAX_LABELS]


def _json_list(text: str) -> list[str]:
    if not text.lstrip().startswith("["):
        return []
    try:
        parts: object = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [text_of(part) or "" for part in cast("list[object]", parts)] if isinstance(parts, list) else []


def _split(text: str, separators: Iterable[str]) -> list[str]:
    for separator in separators:
        if separator in text:
            return text.split(separator)
    return [text]


def flag_of(cell: object) -> bool:
    """Give the cell as yes or no; an empty one is yes."""
    return str(cell).strip().lower() not in ("false", "0", "0.0", "no", "n", "f")


def attribute_of(cell: object, length: int) -> str | float | bool | None:
    """Give the cell as an attribute's value: numbers and booleans as they are, all else as clean text."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float) and math.isfinite(cell) and abs(cell) <= MAX_NUMBER:
        return float(cell)
    return cleaned(cell, length)
