"""Kills the process that has the store, again and again in the middle of writes, and counts what is lost or doubled.

    python -m benchmarks.durability [--kills 1000] [--seed 1]

Four clients write single events through their relays, each event once more when its answer did not come. A third of
the kills happens while events stream in and nothing else is done, a third while large imports make the database
checkpoint, a third while a model is trained. At the end every acknowledged event must be there exactly once.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CLIENTS = 4
SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS = 0.05, 1.5
ANSWER_SECONDS = 120.0
AFTER_A_FAULT_SECONDS = 0.2
LARGE = 3_000
SOME_TIME = 1_760_000_000
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "durability", "version": "0"},
}


class Client:
    """One chat client on a relay of its own."""

    def __init__(self, home: Path) -> None:
        """Start the relay and shake hands."""
        environment = os.environ | {"TEMPOREC_HOME": str(home)}
        self._relay = subprocess.Popen(
            [sys.executable, "-m", "temporec_mcp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
        self._last_id = 0
        self.ask("initialize", HELLO)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def call(self, tool: str, **arguments: object) -> dict[str, object]:
        """Call a tool and give its fields."""
        answer = self.ask("tools/call", {"name": tool, "arguments": arguments})
        if answer.get("isError"):
            raise RuntimeError(json.dumps(answer)[:500])
        return answer["structuredContent"]

    def ask(self, method: str, parameters: dict[str, object]) -> dict[str, object]:
        """Send a request and wait for its answer."""
        self._last_id += 1
        self._send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": parameters})
        assert self._relay.stdout is not None
        while True:
            line = self._relay.stdout.readline()
            if not line:
                raise RuntimeError("the relay has ended")
            answer = json.loads(line)
            if answer.get("id") == self._last_id:
                if "error" in answer:
                    raise RuntimeError(json.dumps(answer["error"])[:500])
                return answer["result"]

    def close(self) -> None:
        """End the relay."""
        assert self._relay.stdin is not None
        self._relay.stdin.close()
        self._relay.wait(timeout=30)

    def _send(self, message: dict[str, object]) -> None:
        assert self._relay.stdin is not None
        self._relay.stdin.write(json.dumps(message) + "\n")
        self._relay.stdin.flush()


@dataclass(slots=True)
class Tally:
    """What the clients were told."""

    acknowledged: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, fault: RuntimeError) -> None:
        """Count a fault that a client was told, and let some time go by before the next call."""
        with self.lock:
            self.faults[str(fault)[:200]] += 1
        time.sleep(AFTER_A_FAULT_SECONDS)


def write_events(home: Path, number: int, tally: Tally) -> None:
    """Log one event after the other until it is over; half of them without time and identity of their own."""
    client = Client(home)
    count = 0
    while not tally.is_over.is_set():
        item_id = f"item {number} {count}"
        event: dict[str, object] = {"user_id": f"user {number}", "item_id": item_id, "action": "view"}
        if count % 2:
            event["event_id"] = item_id
        try:
            fields = client.call("log_behavior", events=[event])
        except RuntimeError as fault:
            tally.note(fault)
            continue
        with tally.lock:
            if fields["accepted"] or fields["duplicates"]:
                tally.acknowledged.add(item_id)
        count += 1
    client.close()


def owner_pid(home: Path) -> int | None:
    """Give the process that has the database of the home open."""
    database = home / "temporec.duckdb"
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if any(link.readlink() == database for link in (folder / "fd").iterdir()):
                return int(folder.name)
        except OSError:
            continue
    return None


def kill_owner(home: Path, life_seconds: float) -> bool:
    """Wait until somebody has the database, let it work, and kill it."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while (pid := owner_pid(home)) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    time.sleep(life_seconds)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def keep_checkpointing(home: Path, tally: Tally) -> None:
    """Write batches so large that the log is folded into the file again and again."""
    client = Client(home)
    batch = 0
    while not tally.is_over.is_set():
        ids = [f"large {batch} {place}" for place in range(LARGE)]
        events = [
            {"user_id": "bulk", "item_id": "bulk", "action": "view", "event_id": one, "text": "words " * 60}
            for one in ids
        ]
        try:
            client.call("log_behavior", events=events)
            with tally.lock:
                tally.acknowledged.update(ids)
        except RuntimeError as fault:
            tally.note(fault)
        batch += 1
    client.close()


def keep_training(home: Path, tally: Tally) -> None:
    """Start one training after the other, on something to learn from."""
    client = Client(home)
    learnt_from = [
        {
            "user_id": f"learner {user}",
            "item_id": f"lesson {(user * 7 + n) % 40}",
            "action": "view",
            "timestamp": SOME_TIME + n,
        }
        for user in range(30)
        for n in range(20)
    ]
    client.call("log_behavior", events=learnt_from)
    while not tally.is_over.is_set():
        try:
            client.call("train_model", preset="quick", wait_seconds=5)
        except RuntimeError as fault:
            tally.note(fault)
    client.close()


def held_events(database: Path) -> Counter[str]:
    """Count each event that the database holds by its identity for the clients."""
    import duckdb

    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute(
            "SELECT CASE WHEN item_id = 'bulk' THEN event_id ELSE item_id END FROM events JOIN items USING (item_no) "
            "WHERE NOT starts_with(item_id, 'lesson')"
        ).fetchall()
    return Counter(str(row[0]) for row in rows)


def run_phase(home: Path, name: str, kills: int, beside: Callable[[Path, Tally], None] | None) -> Tally:
    """Let four clients write, and `beside` do its work, while the owner is killed."""
    tally = Tally()
    threads = [threading.Thread(target=write_events, args=(home, number, tally)) for number in range(CLIENTS)]
    if beside is not None:
        threads.append(threading.Thread(target=beside, args=(home, tally)))
    for thread in threads:
        thread.start()
    started, done = time.monotonic(), 0
    for _ in range(kills):
        done += kill_owner(home, random.uniform(SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS))
    tally.is_over.set()
    for thread in threads:
        thread.join(timeout=ANSWER_SECONDS)
    seconds = time.monotonic() - started
    print(f"{name:14} {done:5} kills, {len(tally.acknowledged):7} acknowledged, {seconds:6.0f} s", flush=True)
    return tally


def kill_again_and_again(kills: int) -> bool:
    """Run all three phases, each in a home of its own; True when nothing was lost or doubled."""
    is_well = True
    phases = (("writing", None), ("checkpointing", keep_checkpointing), ("training", keep_training))
    for place, (name, beside) in enumerate(phases):
        share = kills // len(phases) + (place < kills % len(phases))
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder).resolve()
            tally = run_phase(home, name, share, beside)
            subprocess.run(
                [sys.executable, "-m", "temporec_mcp", "--home", str(home), "stop"], check=False, capture_output=True
            )
            held = held_events(home / "temporec.duckdb")
            lost = tally.acknowledged - held.keys()
            doubled = sum(count - 1 for count in held.values())
            kept = [file.name for file in home.iterdir() if file.name.startswith("damaged-")]
            print(
                f"{'':14} lost {len(lost)}, doubled {doubled}, more than acknowledged "
                f"{len(held.keys() - tally.acknowledged)}, damage told {len(kept)}",
                flush=True,
            )
            for fault, count in tally.faults.most_common(5):
                print(f"{'':14} {count} x {fault}", flush=True)
            is_well = is_well and not lost and not doubled and not kept
    return is_well


def main() -> int:
    """Print a table; 1 when an acknowledged event was lost or doubled."""
    parser = argparse.ArgumentParser(description="Kill the owner in the middle of writes.")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    return 0 if kill_again_and_again(options.kills) else 1


if __name__ == "__main__":
    sys.exit(main())
