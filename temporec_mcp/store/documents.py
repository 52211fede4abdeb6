"""Facts that are stored whole, as JSON documents, and read back as the same dataclasses."""

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Document = TypeVar("Document")


def to_json(document: "DataclassInstance") -> str:
    """Write a dataclass as JSON; times as ISO 8601, numbers that are none (NaN, infinite) as themselves."""
    return json.dumps(asdict(document), ensure_ascii=False, default=_iso)


def from_json(kind: type[Document], text: str) -> Document:
    """Read a dataclass of `kind` that `to_json` wrote."""
    return _reader(kind).validate_json(text)


@cache
def _reader(kind: type[Document]) -> TypeAdapter[Document]:
    return TypeAdapter(kind)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a document")
