"""The server as a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST_TEST_SECONDS = 60
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
}
NOISY = """
import os, sys, atexit
from datetime import datetime, UTC
from pathlib import Path
from temporec_mcp.server.stdio import serve_stdio
atexit.register(print, "bye")

def noisy_app():
    from temporec_mcp.app import App
    from temporec_mcp.settings import Settings
    print("loading")
    os.write(1, b"native library loaded")
    return App(Settings(home=Path(sys.argv[1])), lambda: datetime.now(UTC))

serve_stdio(noisy_app, lambda: datetime.now(UTC))
print("done")
"""
IMPORTED = """
import sys
import temporec_mcp.app, temporec_mcp.cli.serving, temporec_mcp.server.run
import temporec_mcp.server.calls, temporec_mcp.server.resources, temporec_mcp.server.prompts
print([name for name in ("numpy", "scipy", "duckdb", "torch", "transformers", "sentence_transformers", "pyarrow")
       if name in sys.modules])
"""


def exchange(command: list[str], *messages: dict[str, object] | str) -> list[dict[str, object]]:
    sent = "".join(f"{message if isinstance(message, str) else json.dumps(message)}\n" for message in messages)
    done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=LONGEST_TEST_SECONDS, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_whatever_is_printed_never_reaches_the_client(tmp_path: Path) -> None:
    (answer,) = exchange([sys.executable, "-c", NOISY, str(tmp_path)], HELLO)
    assert answer["id"] == 1 and "result" in answer


def alone(tmp_path: Path) -> list[str]:
    return [sys.executable, "-m", "temporec_mcp", "--home", str(tmp_path / "home"), "--standalone"]


def test_the_command_without_a_sub_command_is_the_server(tmp_path: Path) -> None:
    command = alone(tmp_path)
    answers = exchange(command, HELLO, "this is no JSON", {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert answers[0]["result"]["serverInfo"]["name"] == "temporec-mcp"
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert not (tmp_path / "home").exists(), "a server that was only greeted has written something"


def test_a_client_that_closes_its_end_still_gets_its_last_answers(tmp_path: Path) -> None:
    command = alone(tmp_path)
    event = {"item_id": "x1", "action": "view", "timestamp": "2026-03-01T10:00:00Z"}
    call = {"name": "log_behavior", "arguments": {"events": [event]}}
    greeting = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    answers = exchange(command, HELLO, greeting, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call})
    assert answers[-1]["id"] == 2
    assert answers[-1]["result"]["structuredContent"]["accepted"] == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_at_once(tmp_path: Path, number: signal.Signals) -> None:
    command = alone(tmp_path)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(HELLO) + "\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(number)
        assert process.wait(LONGEST_TEST_SECONDS) == 128 + number


def test_the_server_starts_without_numpy_duckdb_or_torch() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
