"""Prints how often the next session begins inside the 80 % interval that the timeline foretells.

    python -m benchmarks.calibration [FOLDER ...] [--columns user_id=CustomerID item_id=StockCode timestamp=InvoiceDate]

FOLDER is anything that `import` reads; without one MovieLens 100K is fetched. For every user with more than ten pauses
between sessions, each of the last forty pauses beyond the tenth is foretold from those before it: at the end of the
session, and at ten moments at random, when some of the pause has passed. These moments lie before the user's last
session, so a user who stayed away for good is not among them: pauses come out shorter there than they are. Beside it:
the plain quantiles of all earlier pauses. The error is that of the three quantiles on a log scale (pinball loss).
"""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from examples.movielens import movielens_100k
from temporec_mcp.domain.log import DAY_SECONDS
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.history import open_history
from temporec_mcp.timeline.outlook import HIGH, LOW, MEDIAN, foretell
from temporec_mcp.timeline.pace import FEWEST_PAUSES
from temporec_mcp.timeline.sessions import Sessions, find_sessions

Floats = NDArray[np.float64]
MOST_CASES = 40
MOMENTS = 10
SHORTEST = 1 / 1_440


def histories(folder: Path, columns: dict[str, str]) -> Iterator[Sessions]:
    """Give the sessions of each user."""
    users: list[str] = []
    times: list[float] = []
    for batch in open_history(folder, ImportOptions(now=datetime.now(UTC), columns=columns)).batches():
        for event in batch.events:
            users.append(event.user_id)
            times.append(event.time.timestamp())
    names_N, times_N = np.array(users), np.array(times)
    order = np.lexsort((times_N, names_N))
    cuts = np.flatnonzero(names_N[order][1:] != names_N[order][:-1]) + 1
    for own_N in np.split(times_N[order], cuts):
        yield find_sessions(own_N, own_N, np.zeros(len(own_N), dtype=np.bool_))


def outcome(foretold: tuple[float, float, float], pause: float) -> tuple[float, ...]:
    """Give inside, below, above, under the median (1 or 0 each), the error, and the interval's width (log)."""
    low, middle, high = foretold
    logs, seen = np.log(np.maximum(foretold, SHORTEST)), np.log(max(pause, SHORTEST))
    parts = np.array([LOW, MEDIAN, HIGH])
    error = float(np.maximum(parts * (seen - logs), (parts - 1) * (seen - logs)).sum())
    return low <= pause <= high, pause < low, pause > high, pause <= middle, error, float(logs[2] - logs[0])


def measure(sessions: Sessions, random: np.random.Generator, rows: dict[str, list[tuple[float, ...]]]) -> None:
    """Foretell one user's pauses."""
    pauses = sessions.pauses
    for place in range(FEWEST_PAUSES, len(pauses))[-MOST_CASES:]:
        before, pause = pauses[:place], float(pauses[place])
        rows["at the end of a session"].append(outcome(foretell(before, 0.0), pause))
        low, middle, high = np.quantile(before, (LOW, MEDIAN, HIGH)).tolist()
        rows["  plain quantiles"].append(outcome((low, middle, high), pause))
    first, last = sessions.ends_S[FEWEST_PAUSES], sessions.starts_S[-1]
    for now in random.uniform(first, last, MOMENTS):
        place = int(np.searchsorted(sessions.starts_S, now, side="right")) - 1
        silence = (now - sessions.ends_S[place]) / DAY_SECONDS
        if silence > 0:
            foretold = foretell(pauses[:place], float(silence))
            rows["at a moment at random"].append(outcome(foretold, float(pauses[place])))


def main() -> None:
    """Print a table for each folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--columns", nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    columns = dict(pair.split("=", 1) for pair in options.columns)
    for folder in options.folders or [movielens_100k()]:
        random = np.random.default_rng(options.seed)
        names = ("at the end of a session", "  plain quantiles", "at a moment at random")
        rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in names}
        users = 0
        for sessions in histories(folder, columns):
            if len(sessions.pauses) > FEWEST_PAUSES:
                users += 1
                measure(sessions, random, rows)
        print(f"\n{folder.name}: {users} users, seed {options.seed}\n")
        print(
            f"{'foretold':<26}{'cases':>7}{'inside':>8}{'below':>7}{'above':>7}{'<median':>9}{'error':>7}{'width':>7}"
        )
        for name, cases in rows.items():
            inside, below, above, middle, error, width = np.array(cases, dtype=np.float64).mean(axis=0).tolist()
            shares = f"{inside:8.3f}{below:7.3f}{above:7.3f}{middle:9.3f}{error:7.3f}{width:7.2f}"
            print(f"{name:<26}{len(cases):7d}{shares}")


if __name__ == "__main__":
    main()
