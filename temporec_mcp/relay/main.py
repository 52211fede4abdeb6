"""The relay as a process: stdin and stdout on one side, the owner on the other."""

import sys
from collections.abc import Mapping

from temporec_mcp.relay.place import Place
from temporec_mcp.relay.relay import Relay
from temporec_mcp.relay.starting import reach
from temporec_mcp.relay.wire import MCP, Fields, client_hello
from temporec_mcp.settings import CHOICES


def run_relay(home: str, asked: Mapping[str, object]) -> None:
    """Serve the client of this process until it closes our stdin; `asked` holds the settings that it asks for."""
    place = Place(home)
    choices = [word for name in CHOICES if name in asked for word in (f"--{name}", str(asked[name]))]

    def hello() -> Fields:
        return client_hello(MCP, asked) | {"token": place.token}

    relay = Relay(lambda: reach(place, choices), hello, sys.stdout.buffer, _tell)
    relay.run(sys.stdin.buffer)


def _tell(message: str) -> None:
    print(f"temporec-mcp: {message}", file=sys.stderr, flush=True)  # noqa: T201 (stderr is the person's)
