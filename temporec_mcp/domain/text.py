"""Untrusted text as it enters: visible characters only, folded, capped; and ids made of such text."""

import unicodedata
from functools import lru_cache

from temporec_mcp.domain.events import ID_LENGTH
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.invisible import IGNORABLE

ELLIPSIS = "…"
SHOWN_LENGTH = 60
"""Characters of a refused value that an error message repeats."""

_BRAILLE_BLANK = "\u2800"
_DROPPED_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Co"))


def clean_text(text: str, length: int) -> str:
    """Give `text` as one line of visible characters, NFC, at most `length` long with an ellipsis inside the cap.

    Control, bidi, zero-width, private and other invisible characters go, any run of white space becomes one space.
    Cleaning twice changes nothing. The result may be empty.
    """
    visible = _visible(text)
    if len(visible) <= length:
        return visible
    return visible[: max(0, length - 1)].rstrip() + ELLIPSIS[:length]


def check_id(value: str, name: str) -> str:
    """Give the cleaned id; `name` says in the message which argument or column it is.

    Raises:
        InvalidInputError: nothing visible is left, or more than ID_LENGTH characters are.
    """
    visible = _visible(value)
    if not visible:
        raise InvalidInputError(f"The {name} is empty.", f"Give one of 1 to {ID_LENGTH} visible characters.")
    if len(visible) > ID_LENGTH:
        raise InvalidInputError(
            f"The {name} {shown(visible)} has {len(visible)} characters.",
            f"Give one of at most {ID_LENGTH} characters.",
        )
    return visible


def shown(value: object) -> str:
    """Give a refused value in quotes, cleaned and short enough for an error message."""
    return f"'{clean_text(str(value), SHOWN_LENGTH)}'"


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    # White-space controls (newline, tab) must part words before the other controls go.
    spaced = "".join(" " if character.isspace() or character == _BRAILLE_BLANK else character for character in text)
    kept = "".join(character for character in IGNORABLE.sub("", spaced) if _is_kept(character))
    return " ".join(unicodedata.normalize("NFC", kept).split())


@lru_cache(maxsize=4096)
def _is_kept(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED_CATEGORIES
