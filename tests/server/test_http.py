"""The server over streamable HTTP, as a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import anyio
import pytest
from mcp import Client

pytestmark = pytest.mark.anyio
LONGEST_START_SECONDS = 60
VIEW = {"user_id": "ann", "item_id": "x1", "action": "view", "timestamp": "2026-03-01T10:00:00Z"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves on a free port for the time of this module, because a start takes seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "temporec_mcp", "--home", str(tmp_path_factory.mktemp("http") / "home")]
    command += ["serve", "--http", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ) as process:
        yield f"http://127.0.0.1:{port}/mcp"
        process.terminate()
        assert process.stdout and process.stdout.read() == b""


async def reachable(address: str) -> None:
    port = int(address.rsplit(":", 1)[1].removesuffix("/mcp"))
    with anyio.fail_after(LONGEST_START_SECONDS):
        while True:
            try:
                stream = await anyio.connect_tcp("127.0.0.1", port)
            except OSError:
                await anyio.sleep(0.05)
            else:
                await stream.aclose()
                return


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_two_clients_see_the_same_home_in_both_eras(address: str, mode: str) -> None:
    await reachable(address)
    event = VIEW | {"item_id": f"seen in {mode}"}
    async with Client(address, mode=mode) as one, Client(address, mode=mode) as two:
        assert (await one.call_tool("log_behavior", {"events": [event]})).structured_content["accepted"] == 1
        assert (await two.call_tool("log_behavior", {"events": [event]})).structured_content["duplicates"] == 1


async def test_what_one_client_has_named_is_not_offered_to_another(address: str) -> None:
    from mcp_types import ResourceTemplateReference

    timeline = ResourceTemplateReference(uri="temporec://users/{user_id}/timeline")
    asked = {"name": "user_id", "value": ""}
    await reachable(address)
    async with Client(address, mode="legacy") as one, Client(address, mode="legacy") as two:
        await one.call_tool("log_behavior", {"events": [VIEW]})
        assert (await one.complete(timeline, asked)).completion.values == ["ann"]
        assert (await two.complete(timeline, asked)).completion.values == []
