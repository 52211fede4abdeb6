"""Measures the start: from spawn to the answer of `initialize`, beside an empty MCPServer with one tool.

    python -m benchmarks.start [--spawns 9]

Both are spawned in turn, so that a busy machine slows both alike. Prints the medians and their ratio.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "start", "version": "0"},
    },
}
EMPTY = """
from mcp.server import MCPServer
server = MCPServer("empty")
@server.tool()
def nothing() -> str:
    return ""
server.run()
"""


def seconds_to_answer(command: list[str], environment: dict[str, str]) -> float:
    """Give the seconds from spawn to the first line of the answer."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(HELLO) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        seconds = time.perf_counter() - started
        assert answer["id"] == 1 and "result" in answer, answer
        process.stdin.close()
        process.wait(timeout=30)
    return seconds


def main() -> None:
    """Print the medians and the ratio."""
    parser = argparse.ArgumentParser(description="Measure the start beside an empty server.")
    parser.add_argument("--spawns", type=int, default=9)
    spawns = parser.parse_args().spawns
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TEMPOREC_HOME": home}
        commands = {
            "empty MCPServer": [sys.executable, "-c", EMPTY],
            "temporec-mcp": [sys.executable, "-m", "temporec_mcp", "--standalone"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(spawns + 1):
            for name, command in commands.items():
                taken = seconds_to_answer(command, environment)
                if turn:  # the first turn fills the disk cache
                    seconds[name].append(taken)
    for name, taken in seconds.items():
        print(f"{name:16} median {statistics.median(taken):.3f} s, fastest {min(taken):.3f} s, {spawns} spawns")
    own, empty = seconds["temporec-mcp"], seconds["empty MCPServer"]
    print(f"ratio of medians {statistics.median(own) / statistics.median(empty):.3f}")


if __name__ == "__main__":
    main()
