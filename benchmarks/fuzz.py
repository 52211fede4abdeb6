"""Sends malformed calls and random bytes to the server over stdio, and tells whether it crashes, hangs or leaks.

    python -m benchmarks.fuzz [--messages 20000] [--seed 0] [--relay]

Every request that has an id of its own must be answered once, every line that comes back must be JSON-RPC, and a ping
after each hundred messages must be answered in time. Memory is read after a first part, when everything that is loaded
at first use has been loaded, and at the end: the least of several readings each time. `--relay` goes
through the relay and the owner of the home, else the server is one process. Exit code 1 when something is wrong.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.malformed import EVENT, Message, messages

STANDALONE = ("--standalone",)
PING_EVERY = 100
LONGEST_ANSWER_SECONDS = 120
WARM_PART = 0.5
SAMPLES = 5
"""Readings of the memory, a ping apart, of which the least counts: what a call at work holds is no leak."""
LEAK_BYTES_PER_MESSAGE = 4_000
"""More growth than this a message, after the first part, is taken for a leak; a stored event takes some of it."""
HELLO = {
    "jsonrpc": "2.0",
    "id": "hello",
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "fuzz", "version": "0"}},
}
WARMING: tuple[dict[str, object], ...] = (
    {"name": "log_behavior", "arguments": {"events": [EVENT], "items": [{"item_id": "x2", "title": "A title"}]}},
    {"name": "recommend", "arguments": {"user_id": "u", "query": "words"}},
    {"name": "summarize_user_timeline", "arguments": {}},
)
"""Calls that load whatever is loaded at first use."""


@dataclass
class Wire:
    """The server process and what it has said."""

    process: subprocess.Popen[bytes]
    answered: Counter[object] = field(default_factory=Counter[object])
    faults: list[str] = field(default_factory=list[str])
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Read lines until the server ends; everything that is no JSON-RPC is a fault."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self._note(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def _note(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            self.faults.append(f"no JSON: {line[:100]!r}")
            return
        if not isinstance(said, dict) or said.get("jsonrpc") != "2.0":
            self.faults.append(f"no JSON-RPC: {line[:100]!r}")
        elif "method" not in said:
            self.answered[said.get("id")] += 1
            if "Traceback" in line.decode():
                self.faults.append(f"a traceback: {line[:300]!r}")

    def send(self, line: bytes) -> None:
        """Send a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def wait_for(self, answer_ids: set[object]) -> set[object]:
        """Wait until all are answered; give those that are not in time."""
        with self._changed:
            self._changed.wait_for(
                lambda: answer_ids <= self.answered.keys() or self.process.poll() is not None, LONGEST_ANSWER_SECONDS
            )
            return answer_ids - self.answered.keys()


@dataclass
class Talk:
    """What was sent, what is owed for it, and the bytes that the server held after each ping."""

    sent: Counter[str] = field(default_factory=Counter[str])
    owed: set[object] = field(default_factory=set[object])
    memory: list[int] = field(default_factory=list[int])


@dataclass(frozen=True)
class Outcome:
    """What the run showed."""

    talk: Talk
    seconds: float
    faults: list[str]

    @property
    def warm_bytes(self) -> int:
        """What the server held after the first part."""
        first = int(WARM_PART * len(self.talk.memory))
        return min(self.talk.memory[first : first + SAMPLES])

    @property
    def end_bytes(self) -> int:
        """What it held at the end."""
        return min(self.talk.memory[-SAMPLES:])

    @property
    def growth(self) -> float:
        """Bytes a message by which memory grew after the first part."""
        return (self.end_bytes - self.warm_bytes) / ((1 - WARM_PART) * self.talk.sent.total())


def fuzz(home: Path, count: int, seed: int, arguments: tuple[str, ...] = STANDALONE, is_warm: bool = False) -> Outcome:
    """Send `count` messages to a server of its own, started with these arguments, and give what it showed.

    `is_warm` lets it load first what is loaded at first use, so that its memory can be compared.
    """
    command = [sys.executable, "-m", "temporec_mcp", "--home", str(home), *arguments]
    environment = os.environ | {"TEMPOREC_IDLE_SECONDS": "2"}
    pipe = subprocess.PIPE
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=home.parent, env=environment
    ) as process:
        wire = Wire(process)
        listener = threading.Thread(target=wire.listen)
        listener.start()
        try:
            talk = _converse(wire, home, messages(count, seed), WARMING if is_warm else ())
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(LONGEST_ANSWER_SECONDS)
            listener.join()
    if process.returncode != 0:
        wire.faults.append(f"ended with code {process.returncode}")
    wire.faults += [f"answered {wire.answered[key]} times: {key}" for key in talk.owed if wire.answered[key] > 1]
    return Outcome(talk, time.perf_counter() - started, wire.faults)


def _converse(wire: Wire, home: Path, lines: Iterator[Message], warming: Sequence[dict[str, object]]) -> Talk:
    talk = Talk()
    _greet(wire, warming)
    for number, message in enumerate(lines):
        wire.send(message.line)
        talk.sent[message.kind] += 1
        talk.owed |= set() if message.answer_id is None else {message.answer_id}
        if number % PING_EVERY == PING_EVERY - 1:
            if not _ping(wire, f"ping {number}"):
                wire.faults.append(f"no answer to a ping after message {number}")
                break
            wire.wait_for(set(talk.owed))  # else calls that wait for their turn would look like a leak
            talk.memory.append(memory_of(home, wire.process.pid))
    missing = wire.wait_for(set(talk.owed))
    wire.faults += [f"never answered: {key}" for key in sorted(missing, key=str)[:10]]
    return talk


def _greet(wire: Wire, warming: Sequence[dict[str, object]]) -> None:
    wire.send(json.dumps(HELLO).encode())
    wire.send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')
    for number, call in enumerate(warming):
        request = {"jsonrpc": "2.0", "id": f"warm {number}", "method": "tools/call", "params": call}
        wire.send(json.dumps(request).encode())
        wire.wait_for({f"warm {number}"})


def _ping(wire: Wire, key: str) -> bool:
    wire.send(json.dumps({"jsonrpc": "2.0", "id": key, "method": "ping"}).encode())
    return not wire.wait_for({key})


def memory_of(home: Path, pid: int) -> int:
    """Give the resident bytes of the process and of every other one that serves this home."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = folder.name == str(pid) or str(home).encode() in (folder / "cmdline").read_bytes()
            status = (folder / "status").read_text() if is_ours else ""
        except OSError:
            continue  # ended in the meantime, or not ours to look at
        total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    return total


def main() -> int:
    """Run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--relay", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        outcome = fuzz(
            Path(folder) / "home", options.messages, options.seed, () if options.relay else STANDALONE, is_warm=True
        )
    for kind, count in sorted(outcome.talk.sent.items()):
        print(f"{kind:16} {count:6}")
    print(
        f"{'sent':16} {outcome.talk.sent.total():6} in {outcome.seconds:.1f} s, {len(outcome.talk.owed)} answers owed"
    )
    memory = f"{outcome.warm_bytes / 1e6:.1f} MB after the first part, {outcome.end_bytes / 1e6:.1f} MB at the end"
    print(f"{'memory':16} {memory}, {outcome.growth:.0f} bytes a message")
    is_leaking = outcome.growth > LEAK_BYTES_PER_MESSAGE
    faults = outcome.faults + ([f"a leak of {outcome.growth:.0f} bytes a message"] if is_leaking else [])
    print("\n".join(faults[:20]) or "no crash, no hang, no leak")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
