"""What relay, command line and owner say to each other: one JSON object a line.

The first line of each side is a hello. Then, for a client of kind `mcp`, MCP messages pass both ways; for kind `cli`,
one call, its progress and its reply; for kinds `stop` and `status`, nothing more.
"""

import json
import os
from collections.abc import Mapping
from typing import cast

from temporec_mcp import __version__
from temporec_mcp.settings import CHOICES

WIRE = 1
"""Moves when an owner and a relay of different numbers could not understand each other."""
MCP, CLI, STOP, STATUS = "mcp", "cli", "stop", "status"
GOODBYE = "temporec.goodbye"
"""Key of the owner's last line: it leaves in good order."""
ARRIVED = "temporec.local/arrived"
"""Key in `_meta` of a request: when it reached the relay, seconds since 1970."""
DELIVERY = "temporec.local/delivery"
"""Key in `_meta` of a request: its name, which a resend repeats."""

Fields = dict[str, object]


def encode(fields: Mapping[str, object]) -> bytes:
    """Give one line."""
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


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
        "folder": os.getcwd(),
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


def differing(client: Mapping[str, object], owner: Mapping[str, object]) -> str:
    """Name the settings that the client's hello asks for and the owner's does not have, empty where there are none."""
    asked, holding = members(client, "asked"), members(owner, "settings")
    different = [name for name in CHOICES if name in asked and str(asked[name]) != str(holding.get(name))]
    return ", ".join(f"{name} is {holding.get(name)}, not {asked[name]}" for name in different)


def members(fields: Mapping[str, object], name: str) -> Fields:
    """Give a field that is an object itself; no fields where it is not."""
    found = fields.get(name)
    return cast("Fields", found) if isinstance(found, dict) else {}


def _numbers(version: object) -> list[int]:
    return [int(part) for part in str(version).split(".") if part.isdecimal()]
