"""Measures how fast a list comes, beside a call that does nothing; top 50 of a million; and lists for every user.

    python -m benchmarks.ranking [--calls 300] [--preset quick] [--home FOLDER] [--only mcp dot blend all]

Data are made up (benchmarks/shelves.py, seed 0). `mcp`: through the relay and the owner on stdio, 10,000 items with
titles, 2,000 users of 60 events, no query; a call without work (`log_behavior` with no events) before every question.
`dot`: exact top 50 of 1,000,000 vectors of 384 numbers that lie in a memory-mapped file. `blend`: every kind of
closed-form part over 1,000,000 items, for one history of 100 events. `all`: `recommend_all` for 100,000 users of 12
events over 2,000 items beside `recommend` user by user in the same process. `--home` keeps what was trained.
Run with OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.large_blend import large_question
from benchmarks.relay import COMMAND, Server
from benchmarks.shelves import made_up_events, made_up_items
from temporec_mcp.app import App
from temporec_mcp.domain.ranking import RankRequest
from temporec_mcp.domain.training import ENDED, Preset, TrainRequest
from temporec_mcp.pipeline.rank import best
from temporec_mcp.relay.calling import stop_owner
from temporec_mcp.settings import Settings

CHUNK = 10_000
TOP = 50
MILLION = 1_000_000
WIDTH = 384
ONE_BY_ONE = 200
"""Users that are asked one by one."""


@dataclass(frozen=True)
class Size:
    """How much data is made up."""

    users: int
    items: int
    length: int


SMALL = Size(2_000, 10_000, 60)
MANY_USERS = Size(100_000, 2_000, 12)


def quiet(done: float, phase: str) -> None:
    """Tell nobody."""


def open_app(home: Path) -> App:
    """Open an application in this process."""
    return App(Settings(home=home), lambda: datetime.now(UTC))


def fill(home: Path, size: Size, preset: Preset) -> None:
    """Store made-up data and train on them, unless that was done before."""
    app = open_app(home)
    if not app.model_ids():
        app.log_behavior([], made_up_items(size.items))
        events = made_up_events(size.users, size.items, size.length)
        for start in range(0, len(events), CHUNK):
            app.log_behavior(events[start : start + CHUNK], [])
        run = app.start_training(TrainRequest(preset=preset))
        while run.status not in ENDED:
            run = app.training_status(run.job_id, 60, quiet, lambda: False)
        assert run.status == "completed", run.error
    app.close()


class Client:
    """Calls tools over stdio and times them."""

    def __init__(self, home: Path) -> None:
        """Start a relay, which starts the owner."""
        self._server = Server([COMMAND, "--home", str(home)], os.environ | {"TEMPOREC_IDLE_SECONDS": "5"})
        self._number = 0

    def call(self, tool: str, **arguments: object) -> float:
        """Give the milliseconds from the request to its answer."""
        self._number += 1
        call = {"name": tool, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": self._number, "method": "tools/call", "params": call}
        started = time.perf_counter()
        answer = self._server.ask(message)
        taken = 1_000 * (time.perf_counter() - started)
        assert "result" in answer, answer
        return taken

    def close(self) -> None:
        """End the relay."""
        self._server.close()


def print_mcp(home: Path, calls: int) -> None:
    """Print the table of questions beside calls without work."""
    client = Client(home)
    for user in range(20):
        client.call("recommend", user_id=f"u{user}")
    print(f"{'a list of 5, 10,000 items':34} {'nothing p50':>11} {'p99':>6} {'list p50':>9} {'p99':>6} {'ratios':>12}")
    print_ratio("one user again and again", client, lambda turn: f"u{0 * turn}", calls)
    print_ratio("eight users in turn", client, lambda turn: f"u{turn % 8}", calls)
    print_ratio("each user for the first time", client, lambda turn: f"u{100 + turn}", calls)
    print_ratio("each after an event of the user", client, lambda turn: f"u{turn % 8}", calls, logs_first=True)
    client.close()
    stop_owner(str(home))


def print_ratio(
    name: str, client: Client, user_of: Callable[[int], str], calls: int, *, logs_first: bool = False
) -> None:
    """Print one row: nothing and a list, turn by turn."""
    nothing: list[float] = []
    lists: list[float] = []
    for turn in range(calls):
        if logs_first:
            event = {"user_id": user_of(turn), "item_id": f"item-{turn % SMALL.items}", "action": "read"}
            client.call("log_behavior", events=[event])
        nothing.append(client.call("log_behavior", events=[]))
        lists.append(client.call("recommend", user_id=user_of(turn)))
    p50, p99 = statistics.median(nothing), float(np.quantile(nothing, 0.99))
    list_p50, list_p99 = statistics.median(lists), float(np.quantile(lists, 0.99))
    ratios = f"{list_p50 / p50:5.2f} {list_p99 / p99:6.2f}"
    print(f"{name:34} {p50:11.2f} {p99:6.2f} {list_p50:9.2f} {list_p99:6.2f} {ratios:>12}")


def print_dot(folder: Path) -> None:
    """Print how long the exact top 50 of a million memory-mapped vectors take."""
    path = folder / "vectors.npy"
    held_VD = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(MILLION, WIDTH))
    chance = np.random.default_rng(0)
    for start in range(0, MILLION, CHUNK):
        held_VD[start : start + CHUNK] = chance.standard_normal((CHUNK, WIDTH), dtype=np.float32)
    del held_VD
    vectors_VD = np.load(path, mmap_mode="r")
    query_D = chance.standard_normal(WIDTH, dtype=np.float32)
    wall, cpu = timed(lambda: best((vectors_VD @ query_D)[None, :], TOP))
    print(
        f"\nexact top {TOP} of {MILLION:,} x {WIDTH}, memory-mapped: {wall:.0f} ms, {cpu:.0f} ms of CPU (at most 250)"
    )


def print_blend() -> None:
    """Print how long the whole blend takes over a million items."""
    ranked, history, as_of = large_question(MILLION)
    wall, cpu = timed(lambda: ranked.select(ranked.score([history], np.array([as_of]))[0], TOP))
    parts = len(ranked.served.blend.parts)
    print(f"whole blend of {parts} parts over {MILLION:,} items, {len(history)} events: ", end="")
    print(f"{wall:.0f} ms, {cpu:.0f} ms of CPU")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Give the milliseconds that `work` takes by the clock and of CPU, medians of five after a first time."""
    work()
    taken: list[tuple[float, float]] = []
    for _ in range(5):
        started, cpu_started = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - started, time.process_time() - cpu_started))
    wall, cpu = (1_000 * statistics.median(column) for column in zip(*taken, strict=True))
    return wall, cpu


def print_all(home: Path) -> None:
    """Print the time a user in batches and one by one."""
    app = open_app(home)
    single: list[float] = []
    for user in range(ONE_BY_ONE):
        request = RankRequest(user_id=f"u{user * 7}", recent_items=(), k=10, as_of=datetime.now(UTC))
        started = time.perf_counter()
        app.recommend(request, quiet)
        single.append(1_000 * (time.perf_counter() - started))
    started = time.perf_counter()
    count = sum(1 for _ in app.recommend_all(10, None, quiet))
    batched = 1_000 * (time.perf_counter() - started) / MANY_USERS.users
    app.close()
    mean = statistics.mean(single[10:])
    print(f"\nlists of 10 for {MANY_USERS.users:,} users, {MANY_USERS.items:,} items: {count:,} places")
    print(f"in batches {batched:.3f} ms a user, one by one {mean:.2f} ms ({ONE_BY_ONE} users): {mean / batched:.0f} x")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--preset", choices=("quick", "balanced"), default="quick")
    parser.add_argument("--home", type=Path)
    parser.add_argument(
        "--only", nargs="+", choices=("mcp", "dot", "blend", "all"), default=["mcp", "dot", "blend", "all"]
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        kept = options.home or Path(folder)
        if "mcp" in options.only:
            fill(kept / f"lists-{options.preset}", SMALL, options.preset)
            print_mcp(kept / f"lists-{options.preset}", options.calls)
        if "dot" in options.only:
            print_dot(Path(folder))
        if "blend" in options.only:
            print_blend()
        if "all" in options.only:
            fill(kept / "all-users", MANY_USERS, "quick")
            print_all(kept / "all-users")


if __name__ == "__main__":
    main()
