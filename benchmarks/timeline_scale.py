"""Prints how long one user's timeline takes at a thousand, a hundred thousand and a million events.

    python -m benchmarks.timeline_scale [--sizes 1000 100000 1000000]

A fresh home in a temporary folder gets the events of one user over ten years, in sessions of about twelve, of 5,000
items with two labels each; then the timeline is asked for through the app: first (with reading the catalogue), again,
and only the reading of the user's columns from the store. Wall-clock seconds, and seconds of CPU.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from temporec_mcp.app.home import Home, open_home
from temporec_mcp.app.timelines import TimelineQuestion, timeline
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.settings import Settings
from temporec_mcp.store.events import EventFilter

ITEMS, SESSION_EVENTS, YEARS, BATCH = 5_000, 12, 10, 10_000
START = datetime(2015, 1, 1, tzinfo=UTC)
QUESTION = TimelineQuestion("me", None, None, "Europe/Paris")


def fill(home: Home, count: int) -> None:
    """Store the items and `count` events."""
    random = np.random.default_rng(0)
    items = [
        Item(item_id=f"i{number}", title=f"Title {number}", categories=(f"genre {number % 17}", f"mood {number % 5}"))
        for number in range(ITEMS)
    ]
    home.store.items.save(items, START)
    is_new = random.random(count) < 1 / SESSION_EVENTS
    gaps = np.where(is_new, random.exponential(1.0, count), 0.0)
    seconds = np.cumsum(gaps / gaps.sum() * YEARS * 365 * 86_400 + 45.0 * ~is_new * min(1.0, 1e5 / count))
    numbers = random.integers(0, ITEMS, count)
    with home.store.events.stage() as staging:
        for first in range(0, count, BATCH):
            rows = range(first, min(first + BATCH, count))
            staging.add(
                [
                    Event("me", f"i{numbers[row]}", "watch", START + timedelta(seconds=round(float(seconds[row]), 3)))
                    for row in rows
                ],
                rows,
            )
        staging.commit(START)


def timed(work: Callable[[], object]) -> str:
    """Give wall-clock and CPU seconds of some work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return f"{time.perf_counter() - wall:8.2f} ({time.process_time() - cpu:5.2f})"


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 100_000, 1_000_000])
    options = parser.parse_args()
    print(f"{'events':>10}{'first':>17}{'again':>17}{'reading only':>17}   wall (CPU) seconds")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            home = open_home(Settings(home=Path(folder)), lambda: START + timedelta(days=YEARS * 365 + 60))
            fill(home, size)
            first, again = (timed(lambda home=home: timeline(home, QUESTION)) for _ in range(2))
            state = home.catalogues.current()
            reading = timed(lambda home=home, state=state: home.catalogues.log(state, EventFilter(user_id="me")))
            print(f"{size:>10,}{first:>17}{again:>17}{reading:>17}", flush=True)
            home.close()


if __name__ == "__main__":
    main()
