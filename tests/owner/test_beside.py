"""A home that is served over HTTP and to relays at once."""

import os
import subprocess
from pathlib import Path

import anyio
import pytest
from mcp import Client as HttpClient

from temporec_mcp.relay.calling import stop_owner
from tests.owner.clients import COMMAND, WAIT_SECONDS, client, has_left, owner_pid

pytestmark = pytest.mark.anyio
VIEW = {"user_id": "ann", "item_id": "x2", "action": "view"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_relays_and_http_share_one_home_and_stop_ends_both(home: Path) -> None:
    with client(home) as chat:
        chat.greet().view("ann", "x1")
        command = [*COMMAND, "--home", str(home), "serve", "--http", "--port", "0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as serving:
            assert serving.stderr
            words = iter(serving.stderr.readline, "")
            address = next(line for line in words if "/mcp" in line).split(" at ")[1].split(";")[0]
            with anyio.fail_after(WAIT_SECONDS):
                while not await _logged(address):
                    await anyio.sleep(0.1)
            assert chat.call("summarize_user_timeline", user_id="ann")["events"] == 2
            assert owner_pid(home) == serving.pid
            assert stop_owner(str(home)) == serving.pid
            assert serving.wait(WAIT_SECONDS) == 0
    assert has_left(home)


async def _logged(address: str) -> bool:
    try:
        async with HttpClient(address) as web:
            return not (await web.call_tool("log_behavior", {"events": [VIEW]})).is_error
    except* OSError:
        pass
    return False
