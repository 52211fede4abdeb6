"""What doctor finds in a home: its owner, its locks, its permissions, its store."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from temporec_mcp.cli.findings import Finding
from temporec_mcp.cli.session import tell, utc_now
from temporec_mcp.errors import TemporecError
from temporec_mcp.relay.place import OTHERS_BITS, SOCKET, Place
from temporec_mcp.relay.wire import STATUS, client_hello, decode, encode

if TYPE_CHECKING:
    from temporec_mcp.settings import Settings

ANSWER_SECONDS = 10.0
"""How long an owner may take to say hello; one that just starts imports its libraries first."""
SHOWN_FILES = 3


def owner(settings: Settings) -> Finding:
    """Ask the owner who it is; find what a dead one left, or one that hangs."""
    place = Place(str(settings.home))
    if not settings.home.exists():
        return Finding("owner", True, "none; started by the first client")
    hello = _hello(place)
    if hello:
        return Finding("owner", True, f"pid {hello.get('pid')}, version {hello.get('version')}")
    if not place.lock.acquire(0):
        return Finding(
            "owner",
            False,
            f"process {place.lock.holder()} owns the home and takes no clients.",
            f"Wait a moment; if it stays so, end process {place.lock.holder()}.",
        )
    place.lock.release()
    if (settings.home / SOCKET).exists():
        return Finding(
            "owner", False, "a stale socket of one that died is left.", "Run temporec-mcp status: it starts a new one."
        )
    return Finding("owner", True, "none; started by the next client")


def starting(settings: Settings) -> Finding:
    """Find a client that holds up all others, because it does not get done with starting the owner."""
    place = Place(str(settings.home))
    if settings.home.exists() and not place.start.acquire(0):
        holder = place.start.holder()
        return Finding(
            "start lock",
            False,
            f"process {holder} is starting the owner.",
            f"Wait a moment; if it stays so, end process {holder}.",
        )
    place.start.release()
    return Finding("start lock", True, "free")


def permissions(settings: Settings) -> Finding:
    """Find what other accounts could read."""
    if os.name != "posix" or not settings.home.exists():
        return Finding("permissions", True, "nothing to check")
    found = [path for path in settings.home.rglob("*") if not path.is_symlink()]
    open_files = [path.name for path in found if stat.S_IMODE(path.stat().st_mode) & OTHERS_BITS]
    if open_files:
        shown = ", ".join(open_files[:SHOWN_FILES])
        detail = f"other accounts can reach {len(open_files)} of {len(found)} files in the home ({shown})."
        return Finding("permissions", False, detail, f"Run chmod -R go-rwx {settings.home}.")
    return Finding("permissions", True, f"{len(found)} files, for this account only")


def store(settings: Settings) -> Finding:
    """Open the store, or ask the owner that has it open."""
    if not settings.database.exists():
        return Finding("store", True, "empty; made at first use")
    place = Place(str(settings.home))
    try:
        if not place.lock.acquire(0):
            return Finding("store", True, f"open in its owner; {_counts_of_owner(place)}")
        return Finding("store", True, f"opens; {_counts(settings)}")
    except TemporecError as error:
        return Finding("store", False, error.what, error.next_step)
    finally:
        place.lock.release()


def _counts(settings: Settings) -> str:
    from temporec_mcp.app import App

    app = App(settings, utc_now)
    try:
        report = app.status()
    finally:
        app.close()
    return f"{report.event_count:,} events, {report.item_count:,} items"


def _counts_of_owner(place: Place) -> str:
    from temporec_mcp.relay.calling import OwnerCalls

    reply = OwnerCalls(place.home, {}, lambda part, phase: None, tell).call("status", {})
    return str(reply.get("text")).partition("\n")[0]


def _hello(place: Place) -> dict[str, object]:
    """Give the first line of whoever listens, nothing where nobody answers."""
    connection = place.connect()
    if connection is None:
        return {}
    connection.settimeout(ANSWER_SECONDS)
    try:
        with connection, connection.makefile("rb") as lines:
            connection.sendall(encode(client_hello(STATUS, {}) | {"token": place.token}))
            return decode(lines.readline())
    except OSError:
        return {}
