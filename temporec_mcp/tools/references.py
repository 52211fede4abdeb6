"""Short references by which events and imports are named in a conversation: e1042, i3."""

import re
from collections.abc import Iterable

from temporec_mcp.domain.text import shown
from temporec_mcp.errors import InvalidInputError

_EVENT = re.compile(r"e(\d{1,18})")
_IMPORT = re.compile(r"i(\d{1,18})")


def event_ref(event_seq: int) -> str:
    """Give the reference of an event."""
    return f"e{event_seq}"


def import_ref(import_id: int) -> str:
    """Give the reference of an import."""
    return f"i{import_id}"


def event_seq_of(reference: str) -> int:
    """Give the arrival number behind a reference.

    Raises:
        InvalidInputError: it is none.
    """
    match = _EVENT.fullmatch(reference)
    if match is None:
        raise InvalidInputError(f"{shown(reference)} is no event_ref.", "Give one from list_events, such as e12.")
    return int(match[1])


def event_seqs(names: Iterable[str]) -> dict[str, int]:
    """Give the arrival number behind each of the names that may be a reference of an event."""
    found = {name: _EVENT.fullmatch(name) for name in names}
    return {name: int(match[1]) for name, match in found.items() if match}


def import_id_of(reference: str) -> int:
    """Give the number behind a reference.

    Raises:
        InvalidInputError: it is none.
    """
    match = _IMPORT.fullmatch(reference)
    if match is None:
        raise InvalidInputError(
            f"{shown(reference)} is no import_ref.", "Give one from list_events with imports=true, such as i3."
        )
    return int(match[1])
