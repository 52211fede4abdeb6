"""Objects in a JSON array, read one by one: the array may be larger than the memory, cut off, or damaged inside."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import TextIO, cast

from temporec_mcp.importers.lines import text_encoding
from temporec_mcp.importers.source import Member

Record = Mapping[str, object]

CHUNK_CHARACTERS = 1 << 16
MAX_RECORD_CHARACTERS = 1 << 20
"""A longer object is given up as damaged, so that a missing bracket cannot fill the memory."""
_LONGEST_OPENING = 256
_GAP = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\}\s*,\s*(?=\{)")
_DECODER = json.JSONDecoder()


def array_records(member: Member, key: str | None = None) -> Iterator[Record | None]:
    """Give the objects of the array that the file is, or that it holds under `key`; None for one that is damaged.

    Reading goes on at the next object that starts after a comma. What follows the array is not looked at.
    """
    encoding = text_encoding(member)
    with member.open() as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as stream:
        text = _after_opening(stream, key)
        if text is not None:
            yield from _objects(text, stream)


def first_records(text: str, key: str | None, at_most: int) -> tuple[Record, ...]:
    """Give the first whole objects of the array that `text` starts with, or that starts in it under `key`."""
    opening = _opening(key).search(text)
    records = _objects(text[opening.end() :], io.StringIO()) if opening else iter(())
    found: list[Record] = []
    for record in records:
        if record is None or len(found) == at_most:
            break
        found.append(record)
    return tuple(found)


def _opening(key: str | None) -> re.Pattern[str]:
    return re.compile(r"\A\s*\[" if key is None else rf'"{re.escape(key)}"\s*:\s*\[')


def _after_opening(stream: TextIO, key: str | None) -> str | None:
    opening = _opening(key)
    text = ""
    while chunk := stream.read(CHUNK_CHARACTERS):
        text = text[-_LONGEST_OPENING:] + chunk
        if match := opening.search(text):
            return text[match.end() :]
    return None


def _objects(text: str, stream: TextIO) -> Iterator[Record | None]:
    at = 0
    while True:
        gap = _GAP.match(text, at)
        at = gap.end() if gap else at
        if at == len(text):
            text, at = stream.read(CHUNK_CHARACTERS), 0
            if not text:
                return
            continue
        if text[at] == "]":
            return
        try:
            value, end = cast("tuple[object, int]", _DECODER.raw_decode(text, at))
        except (ValueError, RecursionError):
            # Either the object is cut by the end of the chunk, or it is damaged.
            rest = text[at:]
            more = stream.read(max(CHUNK_CHARACTERS, len(rest))) if len(rest) < MAX_RECORD_CHARACTERS else ""
            text, at = rest + more, 0
            if not more:
                yield None
                text = _after_damage(text, stream)
            continue
        at = end
        yield cast("Record", value) if isinstance(value, dict) else None


def _after_damage(text: str, stream: TextIO) -> str:
    """Give what follows the damaged object at the start of `text`; nothing when no other object follows."""
    start = 0
    while True:
        if match := _NEXT_OBJECT.search(text, start):
            return text[match.end() :]
        more = stream.read(CHUNK_CHARACTERS)
        if not more:
            return ""
        text, start = text[-_LONGEST_OPENING:] + more, 0
