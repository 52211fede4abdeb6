"""Measures what the relay costs: the start with and without an owner, beside an empty MCPServer, and a call through it.

    python -m benchmarks.relay [--spawns 9] [--calls 200]

All are spawned in turn, so that a busy machine slows all alike. Prints medians and their ratios.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from temporec_mcp.relay.calling import stop_owner

HELLO = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "relay benchmark", "version": "0"},
    },
}
GREETING = {"jsonrpc": "2.0", "method": "notifications/initialized"}
EMPTY = """
from mcp.server import MCPServer
server = MCPServer("empty")
@server.tool()
def nothing() -> str:
    return ""
server.run()
"""
COMMAND = str(Path(sys.executable).with_name("temporec-mcp"))
START_LIMITS = {"relay, owner running": 0.10, "relay, no owner": 1.25}


class Server:
    """A server as a client starts it."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        """Start it and wait for its first answer."""
        started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self.ask(HELLO)
        self.start_seconds = time.perf_counter() - started
        self._write(GREETING)

    def ask(self, message: dict[str, object]) -> dict[str, object]:
        """Give the answer to a request."""
        self._write(message)
        assert self._process.stdout
        while True:
            answer = json.loads(self._process.stdout.readline())
            if answer.get("id") == message["id"]:
                return answer

    def call_seconds(self, number: int) -> float:
        """Give how long a tool call takes that does nothing."""
        call = {"name": "log_behavior", "arguments": {"events": []}}
        started = time.perf_counter()
        self.ask({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call})
        return time.perf_counter() - started

    def close(self) -> None:
        """End it as a client does."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def _write(self, message: dict[str, object]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()


def measure_starts(home: str, environment: dict[str, str], spawns: int) -> None:
    """Print the time from spawn to the answer of `initialize`."""
    seconds: dict[str, list[float]] = {name: [] for name in ("empty MCPServer", *START_LIMITS)}
    for turn in range(spawns + 1):
        stop_owner(home)
        for name in ("empty MCPServer", "relay, no owner", "relay, owner running"):
            command = [sys.executable, "-c", EMPTY] if name == "empty MCPServer" else [COMMAND, "--home", home]
            server = Server(command, environment)
            server.close()
            if turn:  # the first turn fills the disk cache
                seconds[name].append(server.start_seconds)
    empty = statistics.median(seconds["empty MCPServer"])
    for name, taken in seconds.items():
        limit = f", at most {START_LIMITS[name]:.2f}" if name in START_LIMITS else ""
        median = statistics.median(taken)
        print(f"{name:22} median {median:.3f} s, fastest {min(taken):.3f} s, ratio {median / empty:.3f}{limit}")


def measure_calls(home: str, environment: dict[str, str], calls: int) -> None:
    """Print the time of a call that does nothing, with and without the relay."""
    servers = {
        "through the relay": Server([COMMAND, "--home", home], environment),
        "in the same process": Server([COMMAND, "--home", f"{home}-alone", "--standalone"], environment),
    }
    seconds: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(1, calls + 11):
        for name, server in servers.items():
            taken = server.call_seconds(number)
            if number > 10:  # the first calls import the tools
                seconds[name].append(taken)
    for server in servers.values():
        server.close()
    for name, taken in seconds.items():
        print(f"a call {name:20} p50 {1000 * statistics.median(taken):.2f} ms, {calls} calls")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the relay beside an empty server.")
    parser.add_argument("--spawns", type=int, default=9)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    environment = os.environ | {"TEMPOREC_IDLE_SECONDS": "60"}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = str(Path(folder) / "home")
        measure_starts(home, environment, options.spawns)
        measure_calls(home, environment, options.calls)
        stop_owner(home)


if __name__ == "__main__":
    main()
