"""What relay, command line and owner say to each other: one JSON object a line.

The first line of each side is a hello. Then, for a client of kind `mcp`, MCP messages pass both ways; for kind `cli`,
one call, its progress and its reply; for kind `stop`, nothing more.
"""

import json
import os
from collections.abc import Mapping
from typing import cast

from temporec_mcp import __version__

WIRE = 1
"""Moves when an owner and a relay of different numbers could not understand each other."""
MCP, CLI, STOP = "mcp", "cli", "stop"
GOODBYE = "temporec.goodbye"
"""Key of the owner's last line: it leaves in good order."""
ARRIVED = "temporec.local/arrived"
"""Key in `_meta` of a request: when it reached the relay, seconds since 1970."""
DELIVERY = "temporec.local/delivery"
"""Key in `_meta` of a request: its name, which a resend repeats."""
CHOICES = ("device", "threads", "encoder")
"""Settings that belong to the home, so that clients can ask for different ones."""

Fields = dict[str, object]


def encode(fields: Mapping[str, object]) -> bytes:
    """Give one line."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def decode(line: bytes) -> Fields:
    """Read one line; what is no JSON object gives no fields."""
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return cast("Fields", found) if isinstance(found, dict) else {}


def client_hello(kind: str, asked: Mapping[str, object]) -> Fields:
    """Give the first line of a client; `asked` holds the settings that were typed or set in its environment."""
    dirs = os.environ.get("TEMPOREC_IMPORT_DIRS", "")
    return {
        "wire": WIRE,
        "version": __version__,
        "kind": kind,
        "pid": os.getpid(),
        "folder": os.getcwd(),  # noqa: PTH109 (pathlib costs a tenth of the relay's start)
        "import_dirs": [part for part in dirs.split(os.pathsep) if part],
        "asked": dict(asked),
    }


def owner_hello(settings: Mapping[str, object], is_leaving: bool) -> Fields:
    """Give the first line of the owner; `is_leaving` when the client should come again to the next one."""
    return {
        "wire": WIRE,
        "version": __version__,
        "pid": os.getpid(),
        "settings": dict(settings),
        "is_leaving": is_leaving,
    }


def is_newer(version: object, than: object) -> bool:
    """Tell whether one release follows another; what is no release follows nothing."""
    return _numbers(version) > _numbers(than)


def differing(asked: Mapping[str, object], holding: Mapping[str, object]) -> str:
    """Name the settings that were asked for and do not hold, empty where all do."""
    different = [name for name in CHOICES if name in asked and str(asked[name]) != str(holding.get(name))]
    return ", ".join(f"{name} is {holding.get(name)}, not {asked[name]}" for name in different)


def _numbers(version: object) -> list[int]:
    return [int(part) for part in str(version).split(".") if part.isdecimal()]
