"""Owns a home in a process that serves it in another way too, so that all its clients still share one store."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio

from temporec_mcp.app import App
from temporec_mcp.errors import StoreBusyError
from temporec_mcp.owner.serve import Owner, serve_clients, utc_now
from temporec_mcp.relay.calling import stop_owner

if TYPE_CHECKING:
    import socket
    from collections.abc import Awaitable, Callable

    from temporec_mcp.relay.place import Place
    from temporec_mcp.settings import Settings

TAKEOVERS = 5
"""Owners that clients may start between the end of the former one and our turn."""
LOCK_SECONDS = 2.0


def own_beside(place: Place, settings: Settings, work: Callable[[App], Awaitable[None]]) -> None:
    """Do `work` as the owner of the home; whoever owned it before is asked to finish and leave.

    Raises:
        StoreBusyError: the former owner does not leave.
    """
    _take(place)
    app = App(settings, utc_now)
    owner = Owner(place, replace(settings, idle_seconds=math.inf), app)
    try:
        anyio.run(_run, owner, place.listen(), work)
    finally:
        app.close()


def _take(place: Place) -> None:
    place.make_home()
    for _ in range(TAKEOVERS):
        stop_owner(place.home)
        if place.lock.acquire(LOCK_SECONDS):
            return
    raise StoreBusyError(
        f"The process that owns {place.home} does not give it up.", "Close its clients, or end it by hand."
    )


async def _run(owner: Owner, listener: socket.socket, work: Callable[[App], Awaitable[None]]) -> None:
    async def until_done() -> None:
        await work(owner.app)
        owner.leaving.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(until_done)
        await serve_clients(owner, listener)
        tasks.cancel_scope.cancel()
