"""Three clients share one home, and the process that holds it is killed twice in the middle of their work."""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import anyio
from mcp import Client, StdioServerParameters

from examples.conversation import say

CLIENTS = ("chat app", "second window", "cron job")
ROUNDS = 12
KILLED_IN = (3, 8)
"""Rounds of the first client in which the owner is killed while events are on their way."""


async def main() -> None:
    """Tell the story."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home, accepted = Path(folder), Counter[str]()
        say("Three clients log what is done at the same time. Their events name neither a time nor an id.")
        async with anyio.create_task_group() as clients:
            for name in CLIENTS:
                clients.start_soon(work, home, name, accepted)
        stored = await count_stored(home)
        say(f"{accepted.total()} events were acknowledged and {stored} are stored: none lost, none doubled.")
        assert stored == accepted.total() == len(CLIENTS) * ROUNDS


async def work(home: Path, name: str, accepted: Counter[str]) -> None:
    """Log one event a round, and count what is acknowledged."""
    async with Client(server(home)) as client:
        for number in range(1, ROUNDS + 1):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(log_one, client, home, f"{name} {number}", accepted)
                if name == CLIENTS[0] and number in KILLED_IN:
                    tasks.start_soon(kill_owner, home)


async def log_one(client: Client, home: Path, item: str, accepted: Counter[str]) -> None:
    """Log an event and print how it went."""
    started = time.monotonic()
    event = {"user_id": "shared", "item_id": item, "action": "view"}
    result = await client.call_tool("log_behavior", {"events": [event]})
    assert not result.is_error, result.content
    assert result.structured_content is not None
    accepted[item] += int(result.structured_content["accepted"])
    waited = time.monotonic() - started
    print(f"  {item:16}  acknowledged by process {owner_of(home)} after {waited:.2f} s", flush=True)


async def kill_owner(home: Path) -> None:
    """Kill the process that holds the home, without a warning."""
    owner = owner_of(home)
    print(f"  *** the owner (process {owner}) is killed with SIGKILL", flush=True)
    os.kill(owner, signal.SIGKILL)


def owner_of(home: Path) -> int:
    """Give the process that holds the home."""
    return int((home / "owner.lock").read_text(encoding="ascii"))


async def count_stored(home: Path) -> int:
    """Ask a fourth client what is there."""
    async with Client(server(home)) as client:
        result = await client.call_tool("summarize_user_timeline", {"user_id": "shared"})
    assert result.structured_content is not None
    return int(result.structured_content["events"])


def server(home: Path) -> StdioServerParameters:
    """Give the command that a client starts."""
    command = str(Path(sys.executable).with_name("temporec-mcp"))
    environment = os.environ | {"TEMPOREC_IDLE_SECONDS": "2"}
    return StdioServerParameters(command=command, args=["--home", str(home)], env=environment)


if __name__ == "__main__":
    anyio.run(main)
