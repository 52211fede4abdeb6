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
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STANDALONE = ("--standalone",)
PING_EVERY = 100
LONGEST_ANSWER_SECONDS = 120
FIRST_ID = 1_000_000
"""Ids of requests start above every number that a bent request may get for an id."""
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
EVENT = {"item_id": "x1", "action": "view", "timestamp": "2026-03-01T10:00:00Z", "value": 1.0, "text": "words"}
WARMING: tuple[dict[str, object], ...] = (
    {"name": "log_behavior", "arguments": {"events": [EVENT], "items": [{"item_id": "x2", "title": "A title"}]}},
    {"name": "recommend", "arguments": {"user_id": "u", "query": "words"}},
    {"name": "summarize_user_timeline", "arguments": {}},
)
"""Calls that load whatever is loaded at first use."""
CALLS: dict[str, dict[str, object]] = {
    "log_behavior": {"events": [EVENT, EVENT | {"user_id": "u", "event_id": "e"}]},
    "import_history": {"path": "nothing.csv", "columns": {"item_id": "a"}, "timezone": "UTC"},
    "summarize_user_timeline": {"user_id": "u", "since": 0, "until": "2026-03-01", "timezone": "UTC"},
    "train_model": {"preset": "none", "horizon": "next", "seed": 1, "wait_seconds": 0},
    "get_training_status": {"job_id": "j", "wait_seconds": 0},
    "cancel_training": {"job_id": "j"},
    "recommend": {"user_id": "u", "k": 5, "at": 0, "categories": ["a"], "diversity": 0.5, "context": "c"},
    "explain_recommendation": {"user_id": "u", "item_id": "x1", "at": 0, "language": "zh"},
    "forget_user": {"user_id": "u", "confirm": "0000"},
}
METHODS = (
    *("initialize", "ping", "tools/list", "tools/call", "resources/list", "resources/read", "prompts/get"),
    *("completion/complete", "logging/setLevel", "server/discover", "subscriptions/listen", "resources/subscribe"),
    *("notifications/cancelled", "notifications/progress", "no/such/method", "", "rpc.discover", "__class__"),
)
TEXTS = (
    *("", "\0", "\x1b[2J", "\u202e", "\ud800", "\U0010ffff", "a" * 5_000, "%s{0}", "../..", "temporec://status"),
    *("temporec://users/%2e%2e/timeline", "NaN", "1e999", "9" * 400, "'; DROP TABLE events; --"),
)
NUMBERS = (0, -1, 1, 2**31, 2**63, 2**64, 10**40, -(10**40), 0.1, 1e308, -0.0)


@dataclass(frozen=True)
class Message:
    """One line to send."""

    kind: str
    line: bytes
    answer_id: int | None = None
    """The id that must be answered once; None where no answer is owed."""


def messages(count: int, seed: int) -> Iterator[Message]:
    """Give `count` malformed messages of all kinds; equal seeds give equal messages."""
    chance = random.Random(seed)
    for number in range(FIRST_ID, FIRST_ID + count):
        yield chance.choice(KINDS)(chance, number)


def any_value(chance: random.Random, depth: int = 0) -> object:
    """Give any JSON value."""
    kind = chance.randrange(5 if depth > 3 else 7)
    if kind == 5:
        return [any_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 6:
        return {any_text(chance): any_value(chance, depth + 1) for _ in range(chance.randrange(4))}
    return (None, chance.random() < 0.5, chance.choice(NUMBERS), any_text(chance), chance.choice(TEXTS))[kind]


def any_text(chance: random.Random) -> str:
    """Give a short text of any characters but halves of pairs."""
    codes = (chance.choice((chance.randrange(128), chance.randrange(0xD800))) for _ in range(chance.randrange(12)))
    return "".join(map(chr, codes))


def bent(value: object, chance: random.Random) -> object:
    """Give a JSON value with one place of it changed, left out or added."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(list(value))
        rest = {key: inner for key, inner in value.items() if key != name}
        change = chance.randrange(4)
        if change == 0:
            return rest
        if change == 1:
            return {**value, any_text(chance): any_value(chance)}
        return rest | {name: bent(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], bent(value[place], chance), *value[place + 1 :]]
    return any_value(chance)


def _bent_call(chance: random.Random, number: int) -> Message:
    name = chance.choice(list(CALLS))
    arguments = bent(CALLS[name], chance)
    params = {"name": name, "arguments": arguments}
    # Without a preset that is none a training would start, and arguments that are no object are a fault of the frame.
    is_owed = isinstance(arguments, dict)
    if name == "train_model" and is_owed:
        params["arguments"] = arguments | {"preset": "none"}
    request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
    return _message("bent arguments", request, number if is_owed else None)


def _bent_request(chance: random.Random, number: int) -> Message:
    request = {"jsonrpc": "2.0", "id": number, "method": chance.choice(METHODS), "params": any_value(chance)}
    return _message("bent request", request)


def _bent_frame(chance: random.Random, number: int) -> Message:
    call = {"name": "get_training_status", "arguments": {}}
    return _message(
        "bent frame", bent({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}, chance)
    )


def _unknown_tool(chance: random.Random, number: int) -> Message:
    call = {"name": any_text(chance) + "?", "arguments": {}}
    return _message("unknown tool", {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}, number)


def _read(chance: random.Random, number: int) -> Message:
    uri = chance.choice(("temporec://users/{}/timeline", "temporec://jobs/{}", "temporec://models/{}", "{}"))
    params = {"uri": uri.format(chance.choice((any_text(chance), "%00", "%ff%fe", "%2e%2e%2f", "x" * 3_000)))}
    return _message("resource", {"jsonrpc": "2.0", "id": number, "method": "resources/read", "params": params}, number)


def _any_json(chance: random.Random, number: int) -> Message:
    del number
    return _message("any JSON", any_value(chance))


def _nested(chance: random.Random, number: int) -> Message:
    del number
    depth = chance.choice((100, 1_000, 100_000))
    return Message("deep nesting", chance.choice((b"[", b'{"a":')) * depth)


def _cut(chance: random.Random, number: int) -> Message:
    whole = json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}).encode()
    return Message("cut off", whole[: chance.randrange(1, len(whole) - 1)])


def _bytes(chance: random.Random, number: int) -> Message:
    del number
    return Message("random bytes", chance.randbytes(chance.choice((1, 10, 100, 5_000))).replace(b"\n", b""))


def _notice(chance: random.Random, number: int) -> Message:
    del number
    params = bent({"requestId": chance.randrange(100), "reason": "r", "progressToken": 1}, chance)
    method = chance.choice(("notifications/cancelled", "notifications/progress", "notifications/initialized"))
    # One that cancels a request that is at work would take its answer away, rightly.
    safe = params | {"requestId": -5} if isinstance(params, dict) else params
    return _message("notification", {"jsonrpc": "2.0", "method": method, "params": safe})


def _long(chance: random.Random, number: int) -> Message:
    text = chance.choice(("a", "\u20ac", '\\"')) * 300_000
    call = {"name": "summarize_user_timeline", "arguments": {"user_id": text}}
    request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}
    return _message("long line", request, number) if chance.random() < 0.05 else _any_json(chance, number)


KINDS: tuple[Callable[[random.Random, int], Message], ...] = (
    *(_bent_call, _bent_call, _bent_call, _bent_request, _bent_frame, _unknown_tool, _read),
    *(_any_json, _nested, _cut, _bytes, _notice, _long),
)


def _message(kind: str, value: object, answer_id: int | None = None) -> Message:
    line = json.dumps(value).encode()
    is_whole = b"\\ud8" not in line  # half a pair is no JSON text, so no answer is owed
    return Message(kind, line, answer_id if is_whole else None)


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
