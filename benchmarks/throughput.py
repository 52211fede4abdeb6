"""Measures how fast logged events come into the store, beside DuckDB alone and beside a call that does nothing.

    python -m benchmarks.throughput [--calls 60]

Three tables. Batches of 10,000 validated events beside DuckDB's own Arrow insert of the same rows into one table,
with the same identities computed and the same anti-join against what is there (a second figure gives DuckDB the
identities for nothing). Single events from one and from four threads, with the CPU time of each. And, through four
relays to one owner, `log_behavior` with one event beside a call that does nothing.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.durability import Client
from temporec_mcp.domain.events import Event
from temporec_mcp.store.arrow import event_batch
from temporec_mcp.store.database import Store

BATCH, BATCHES = 10_000, 12
CLIENTS = 4
NOW = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS = """user_id, item_id, action, happened_at, value, text, session_id, context, event_id, recommendation_id,
    is_date_only"""
IDENTIFY = f"""
    SELECT left(sha256('a' || chr(31) || user_id || chr(31) || item_id || chr(31) || action || chr(31)
        || epoch_us(happened_at) || chr(31) || row_number() OVER (
            PARTITION BY user_id, item_id, action, happened_at
            ORDER BY value, text, session_id, context, recommendation_id, is_date_only
        )), 32)::UUID AS identity, {COLUMNS}
    FROM batch
"""
PLAIN_TABLE = """
    CREATE TABLE events (identity UUID, user_id VARCHAR, item_id VARCHAR, action VARCHAR, happened_at TIMESTAMP,
        value DOUBLE, text VARCHAR, session_id VARCHAR, context VARCHAR, event_id VARCHAR, recommendation_id VARCHAR,
        is_date_only BOOLEAN)
"""


def batch_of(number: int, count: int) -> list[Event]:
    """Give events that no other batch has, of 500 users and 3,000 items."""
    return [
        Event(
            f"user {(number * count + n) % 500}",
            f"item {(n * 7919 + number) % 3000}",
            "watch",
            NOW - timedelta(seconds=number * count + n),
            value=float(n % 5) if n % 3 else None,
        )
        for n in range(count)
    ]


def plain_insert(path: Path, is_identity_given: bool) -> Callable[[list[Event]], float]:
    """Give what inserts events with DuckDB alone and tells the seconds from Arrow table to commit."""
    connection = duckdb.connect(path)
    connection.execute(PLAIN_TABLE)

    def insert(events: list[Event]) -> float:
        connection.register("batch", event_batch(events, range(len(events)), 0).raw)
        source = f"({IDENTIFY})"
        if is_identity_given:
            connection.register("identified", connection.sql(IDENTIFY).to_arrow_table())
            source = "identified"
        started = time.perf_counter()
        connection.execute(f"INSERT INTO events SELECT new.* FROM {source} AS new ANTI JOIN events USING (identity)")
        return time.perf_counter() - started

    return insert


def measure_batches(folder: Path) -> None:
    """Insert the same batches by turns and print medians and ratios."""
    store = Store.open(folder / "ours" / "temporec.duckdb")
    plain = plain_insert(folder / "plain.duckdb", False)
    given = plain_insert(folder / "given.duckdb", True)
    seconds: dict[str, list[float]] = {"store": [], "duckdb": [], "duckdb, identities given": []}
    for number in range(BATCHES):
        events = batch_of(number, BATCH)
        started = time.perf_counter()
        assert store.events.add(events, NOW).accepted == BATCH
        seconds["store"].append(time.perf_counter() - started)
        seconds["duckdb"].append(plain(events))
        seconds["duckdb, identities given"].append(given(events))
    store.close()
    ours = statistics.median(seconds["store"])
    print(f"batches of {BATCH:,} events, median of {BATCHES}")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"  {name:26} {median * 1000:7.1f} ms  {BATCH / median:10,.0f} events/s  ratio {median / ours:.2f}")


def measure_single_events(folder: Path, calls: int) -> None:
    """Log single events into a store that holds some, from one and from four threads."""
    store = Store.open(folder / "single" / "temporec.duckdb")
    store.events.add(batch_of(0, BATCH), NOW)
    print("single events into a store of 10,000")
    for threads in (1, CLIENTS):
        taken: list[float] = []

        def log_some(thread: int, threads: int = threads, taken: list[float] = taken) -> None:
            for n in range(calls):
                events = batch_of(1_000_000 * threads + 10_000 * thread + n, 1)
                started = time.perf_counter()
                assert store.events.add(events, NOW).accepted == 1
                taken.append(time.perf_counter() - started)

        cpu = time.process_time()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(log_some, range(threads)))
        cpu = (time.process_time() - cpu) / len(taken)
        print(f"  {threads} threads: p50 {statistics.median(taken) * 1000:6.1f} ms, CPU {cpu * 1000:5.1f} ms an event")
    store.close()
    print(f"  one fsync here: p50 {fsync_seconds(folder) * 1000:.1f} ms; a logged event waits for two of them")


def fsync_seconds(folder: Path) -> float:
    """Give the median seconds of an fsync after a small write."""
    taken: list[float] = []
    with (folder / "synced").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 200)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def measure_relays(folder: Path, calls: int) -> None:
    """Let four clients call at once, each through its relay."""
    clients = [Client(folder.resolve() / "home") for _ in range(CLIENTS)]
    clients[0].call("log_behavior", events=[{"item_id": "first", "action": "view"}])

    def nothing(client: Client, n: int) -> None:
        del n
        client.ask("ping", {})

    def refused(client: Client, n: int) -> None:
        del n
        client.ask("tools/call", {"name": "recommend", "arguments": {"k": 0}})

    def log(client: Client, n: int) -> None:
        client.call("log_behavior", events=[{"user_id": "me", "item_id": f"item {n % 50}", "action": "view"}])

    print(f"{CLIENTS} clients at once, each through its relay")
    p50: dict[str, float] = {}
    for name, call in (("ping", nothing), ("a tool call without work", refused), ("log_behavior, one event", log)):
        p50[name] = statistics.median(at_once(clients, call, calls))
        print(f"  {name:26} p50 {p50[name] * 1000:6.1f} ms")
    ratio = p50["log_behavior, one event"] / p50["a tool call without work"]
    print(f"  log_behavior takes {ratio:.1f} times a tool call without work")
    for client in clients:
        client.close()


def at_once(clients: list[Client], call: Callable[[Client, int], None], calls: int) -> list[float]:
    """Make the calls from all clients at the same time and give the seconds of each."""
    taken: list[float] = []

    def run(client: Client) -> None:
        for n in range(calls):
            started = time.perf_counter()
            call(client, n)
            taken.append(time.perf_counter() - started)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description="Measure logging beside DuckDB alone and beside doing nothing.")
    parser.add_argument("--calls", type=int, default=60)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as folder:
        measure_batches(Path(folder))
        measure_single_events(Path(folder), calls)
        measure_relays(Path(folder), calls)


if __name__ == "__main__":
    main()
