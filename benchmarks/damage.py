"""Flips one bit at every 64th byte of a small log, file and mark file, and opens each in a child process.

    python -m benchmarks.damage [--most 500]

What a client sees must be everything that was acknowledged, or a fault that names the way out. Prints how often
which; anything else, a crash above all, ends with exit code 1. --most bounds the flips of each file, evenly spaced;
0 for all of them (the file takes about half an hour).
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporec_mcp.domain.events import Event
from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.database import Store
from temporec_mcp.store.events import EventFilter
from temporec_mcp.store.files import log_of
from temporec_mcp.store.marks import marks_path

EVERY_BYTES = 64
IN_FILE, IN_LOG = 200, 8
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MEMORY_FOLDER = Path("/dev/shm")


def events(first: int, count: int) -> list[Event]:
    """Give different events."""
    return [
        Event(f"user {n % 7}", f"item {n % 50}", "watch", NOW - timedelta(minutes=n), value=float(n), text=f"text {n}")
        for n in range(first, first + count)
    ]


def make_home(path: Path) -> None:
    """Make a home that a process left by dying: some events in the file, some in the log."""
    if os.fork() == 0:
        store = Store.open(path)
        store.events.add(events(0, IN_FILE), NOW)
        store.close()
        store = Store.open(path)
        for n in range(IN_LOG):
            store.events.add(events(IN_FILE + n, 1), NOW)
        os._exit(0)
    os.wait()


def seen_by_client(path: Path) -> str:
    """Open the home and read everything: "all of N with digest", or the fault that is told."""
    try:
        store = Store.open(path)
        log = store.events.log(store.items.table().item_nos_V, EventFilter())
        store.close()
    except StoreDamagedError as fault:
        return "told: " + ("a fault with the way to restore" if "restore" in fault.next_step else str(fault))
    return f"{len(log.items_N)} events, {hash((log.times_N.tobytes(), log.values_N.tobytes(), log.items_N.tobytes()))}"


def in_child(path: Path) -> str:
    """Give what a child process sees; a crash has no words."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        try:
            outcome = seen_by_client(path)
        except BaseException as error:  # noqa: BLE001 (the benchmark counts whatever escapes)
            outcome = f"ESCAPED {type(error).__name__}: {error}"[:200]
        os.write(writing, outcome.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        outcome = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return outcome if status == 0 and outcome else f"CRASH with status {status}"


def flip(home: Path, target: Path, offset: int) -> str:
    """Flip one bit of `target` in a copy of the home and give what is seen then."""
    with tempfile.TemporaryDirectory(dir=MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None) as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        content = bytearray((copy / target.name).read_bytes())
        content[offset] ^= 1 << (offset // EVERY_BYTES % 8)
        (copy / target.name).write_bytes(content)
        return in_child(copy / "temporec.duckdb")


def main() -> int:
    """Print a table; 1 when anything was wrong in silence or crashed."""
    parser = argparse.ArgumentParser(description="Flip bits and look what is told.")
    parser.add_argument("--most", type=int, default=500)
    most = parser.parse_args().most
    is_well = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home" / "temporec.duckdb"
        make_home(path)
        with tempfile.TemporaryDirectory() as other:
            shutil.copytree(path.parent, Path(other) / "home")
            whole = in_child(Path(other) / "home" / path.name)
        for target in (log_of(path), path, marks_path(path)):
            offsets = range(0, target.stat().st_size, EVERY_BYTES)
            step = 1 if not most else max(1, len(offsets) // most)
            outcomes = Counter(flip(path.parent, target, offset) for offset in offsets[::step])
            recovered = outcomes.pop(whole, 0)
            told = sum(count for outcome, count in outcomes.items() if outcome.startswith("told"))
            bad = {outcome: count for outcome, count in outcomes.items() if "the way to restore" not in outcome}
            print(
                f"{target.name:22} {target.stat().st_size:9,} bytes, {len(offsets[::step]):6,} flips: "
                f"{recovered:6,} all there, {told:6,} told, {sum(bad.values()):4,} neither",
                flush=True,
            )
            for outcome, count in bad.items():
                print(f"    {count} x {outcome}")
            is_well = is_well and not bad
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
