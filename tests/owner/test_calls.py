"""A call of the command line that breaks the owner's code, held against the owner in this process."""

import socket
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from temporec_mcp.app import App
from temporec_mcp.errors import TemporecError
from temporec_mcp.owner.serve import Owner, serve_clients
from temporec_mcp.relay.calling import OwnerCalls
from temporec_mcp.relay.place import Place
from temporec_mcp.settings import Settings

ANSWER_SECONDS = 20


class Broken(App):
    """The real application, but for a state that it cannot tell."""

    calls = 0

    def status(self):
        self.calls += 1
        raise KeyError("a secret title")


def test_a_call_that_breaks_on_our_fault_is_tried_once_and_told_without_its_insides(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, idle_seconds=0.5)
    place, app = Place(str(tmp_path)), Broken(settings, lambda: datetime.now(UTC))
    owner, listener = Owner(place, settings, app), place.listen()
    told: list[str] = []
    asking = threading.Thread(target=_ask, args=(str(tmp_path), {}, told))
    asking.start()
    _serve(owner, listener)
    asking.join(ANSWER_SECONDS)
    assert app.calls == 1
    assert "internal fault" in told[0] and "secret" not in told[0]


def _ask(home: str, arguments: Mapping[str, object], told: list[str]) -> None:
    with pytest.raises(TemporecError) as caught:
        OwnerCalls(home, {}, lambda part, phase: None, told.append).call("status", arguments)
    told.append(str(caught.value))


def _serve(owner: Owner, listener: socket.socket) -> None:
    async def run() -> None:
        owner.leaving = anyio.Event()
        await serve_clients(owner, listener)

    anyio.run(run)
