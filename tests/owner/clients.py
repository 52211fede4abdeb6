"""A client that speaks MCP lines to the installed command, and what a test asks of the owner behind it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from temporec_mcp.relay.place import Place
from temporec_mcp.relay.wire import client_hello, decode, encode

WAIT_SECONDS = 30
COMMAND = (sys.executable, "-m", "temporec_mcp")
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test client", "version": "0"}}
Fields = dict[str, object]


class Client:
    """One chat app and its relay."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self._count = 0
        self._lines: Queue[bytes] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Let go of what a relay that has ended wrote to."""
        self._reader.join(WAIT_SECONDS)
        assert self.process.stdout
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def write(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def send(self, method: str, **params: object) -> int:
        """Send a request without waiting; give its id."""
        self._count += 1
        self.write(json.dumps({"jsonrpc": "2.0", "id": self._count, "method": method, "params": params}))
        return self._count

    def answer(self, number: int) -> Fields:
        """Wait for the answer to a request."""
        while True:
            said = json.loads(self._lines.get(timeout=WAIT_SECONDS))
            assert said["jsonrpc"] == "2.0"
            if said.get("id") == number:
                return said

    def ask(self, method: str, **params: object) -> Fields:
        return self.answer(self.send(method, **params))

    def greet(self) -> "Client":
        self.ask("initialize", **HELLO)
        self.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        return self

    def call(self, tool: str, **arguments: object) -> Fields:
        """Call a tool and give its fields; an error result gives its text."""
        return fields_of(self.ask("tools/call", name=tool, arguments=arguments))

    def view(self, user_id: str, item_id: str) -> Fields:
        """Log an event without time or id."""
        return self.call("log_behavior", events=[{"user_id": user_id, "item_id": item_id, "action": "view"}])

    def status(self) -> Fields:
        answer = self.ask("resources/read", uri="temporec://status")
        return json.loads(answer["result"]["contents"][0]["text"])  # pyright: ignore


def fields_of(answer: Fields) -> Fields:
    result = answer["result"]
    assert isinstance(result, dict), answer
    return result.get("structuredContent") or {"error": result["content"][0]["text"]}


@contextmanager
def client(home: Path, *arguments: str, **environment: str) -> Iterator[Client]:
    """Start a relay; at the end it is closed as a chat app would."""
    process = subprocess.Popen(
        [*COMMAND, "--home", str(home), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
        cwd=home.parent,
    )
    assert process.stdin and process.stderr
    chat = Client(process)
    try:
        yield chat
    finally:
        process.stdin.close()
        code = process.wait(WAIT_SECONDS)
        chat.close()
        process.stderr.close()
    assert code == 0


def command_line(home: Path, *arguments: str) -> Fields:
    done = subprocess.run(
        [*COMMAND, "--home", str(home), *arguments, "--json"], capture_output=True, timeout=WAIT_SECONDS, check=True
    )
    return json.loads(done.stdout)


def owner_pid(home: Path) -> int:
    """Ask whoever listens for its pid."""
    with said_by_owner(home, client_hello("cli", {})) as said:
        return int(str(said["pid"]))


@contextmanager
def said_by_owner(home: Path, hello: Mapping[str, object]) -> Iterator[Fields]:
    place = Place(str(home))
    connection = place.connect()
    assert connection is not None, "no owner listens"
    with connection, connection.makefile("rb") as lines:
        connection.sendall(encode(hello))
        yield decode(lines.readline())


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def has_left(home: Path) -> bool:
    """Wait until no process owns the home."""
    lock = Place(str(home)).lock
    is_free = lock.acquire(WAIT_SECONDS)
    lock.release()
    return is_free
