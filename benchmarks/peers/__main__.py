"""Ranks published recommenders and our recipe on the same held-out cases, each tuned one step back in time.

    make bench-peers                      (builds the peers' own environment .venv-peers first)
    python -m benchmarks.peers [FOLDER] [--split leave-last-out] [--peers sasrec ease ...] [--presets quick balanced]
        [--trials 10] [--minutes 30] [--epochs 50] [--seeds 3] [--new-users 30]

FOLDER is anything that `import` reads; without it MovieLens 100K is fetched. Prepared as papers do (5-core, ties in the
order of the file); the whole catalogue is ranked; one thread. Each peer is tuned on the validation split, which is the
split moved one step back in time: at most --trials settings or --minutes, the number of epochs chosen there too. Then
it is fitted for each seed and asked the test cases. Everything is kept in .data/peers: what ended is not run again, and
results.csv holds what there is so far.
"""

import argparse
import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers.grids import GRIDS, NETS, SEEDLESS, Settings, trials
from benchmarks.peers.runs import PRESETS, Fit, Question, Result, run
from benchmarks.peers.tasks import Prepared, held_out, new_users, prepare, write
from examples.movielens import DATA, movielens_100k
from temporec_mcp.domain.training import Split
from temporec_mcp.pipeline.evaluate import difference_interval

SPLITS = ("leave-last-out", "temporal", "next-basket")
NEW_USERS = "new-users"
FIELDS = (
    "question",
    "model",
    "settings",
    "epochs",
    "seed",
    "ndcg",
    "hr",
    "mrr",
    "coverage",
    "fit_cpu",
    "score_cpu",
    "mb",
)


@dataclass(frozen=True)
class Budget:
    """How far each peer is tuned."""

    trials: int
    seconds: float
    epochs: int


class Table:
    """All results so far, in a file as soon as they are there."""

    def __init__(self, path: Path) -> None:
        """Start an empty table at `path`."""
        self._path = path
        self._rows: list[tuple[str, Result]] = []

    def add(self, question: Question, found: Sequence[Result]) -> None:
        """Add results and write the file anew."""
        self._rows += [(question.name, result) for result in found]
        with self._path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(FIELDS)
            writer.writerows(_row(name, result) for name, result in self._rows)


def tune(question: Question, name: str, budget: Budget, table: Table) -> Settings:
    """Give the settings, epochs included, that reach the highest NDCG@10 on the validation cases."""
    ends = time.monotonic() + budget.seconds
    best: tuple[float, Settings] | None = None
    for settings in trials(name, budget.trials, budget.epochs):
        left = ends - time.monotonic()
        if left <= 0.0 and best is not None:
            break
        found = run(question, Fit(name, settings, 0), max(left, 60.0) if name in NETS else None)
        table.add(question, found)
        for result in found:
            chosen = settings | ({"epochs": result.epochs} if name in NETS else {})
            if best is None or result.ndcg > best[0]:
                best = result.ndcg, chosen
    if best is None:
        raise SystemExit(f"{name} gave nothing to choose from")
    return best[1]


def measure(question: Question, name: str, settings: Settings, seeds: int, table: Table) -> list[Result]:
    """Fit for each seed and ask the test cases."""
    last: list[Result] = []
    for seed in range(1 if name in SEEDLESS or name == "quick" else seeds):
        found = run(question, Fit(name, settings, seed))
        table.add(question, found)
        last += found[-1:]
    return last


def print_table(title: str, found: dict[str, list[Result]]) -> None:
    """Print means over seeds, best first, and how far the best of ours is ahead of each (paired, over users)."""
    reached = {name: float(np.mean([result.ndcg for result in results])) for name, results in found.items() if results}
    leader = max((name for name in reached if name in PRESETS), key=lambda name: reached[name], default=None)
    print(f"\n{title}")
    heads = "".join(f" {head:>6}" for head in ("NDCG", "HR", "MRR", "cover"))
    print(f"{'':<12}{heads} {'fit s':>7} {'ask s':>6} {'MB':>6} seeds  lead of {leader}")
    for name in sorted(reached, key=lambda name: -reached[name]):
        print(_line(name, found[name], found[leader][0] if leader else None))


def _line(name: str, results: list[Result], leader: Result | None) -> str:
    metrics = [result.evaluation.metrics for result in results]
    means = [
        np.mean([getattr(found, field) for found in metrics])
        for field in ("ndcg_at_10", "hit_rate_at_10", "mrr_at_10", "coverage_at_10")
    ]
    costs = [np.mean([result.fit_cpu_seconds for result in results]), np.mean([r.score_cpu_seconds for r in results])]
    line = f"{name:<12} " + " ".join(f"{mean:6.4f}" for mean in means)
    line += f" {costs[0]:7.1f} {costs[1]:6.1f} {max(result.peak_mb for result in results):6.0f} {len(results):5d}"
    if leader is None or leader in results:
        return line
    lead = difference_interval(leader.evaluation, results[0].evaluation, seed=0)
    return line + "  {:+.4f} ({:+.4f} to {:+.4f})".format(*lead) + f"  {_told(results[0])}"


def _told(result: Result) -> str:
    return " ".join(f"{name}={value}" for name, value in result.fit.settings.items() if name != "every")


def _row(name: str, result: Result) -> list[str]:
    found = result.evaluation.metrics
    figures = (found.ndcg_at_10, found.hit_rate_at_10, found.mrr_at_10, found.coverage_at_10)
    costs = (result.fit_cpu_seconds, result.score_cpu_seconds, result.peak_mb)
    told = [name, result.fit.model, _told(result), str(result.epochs), str(result.fit.seed)]
    return told + [f"{figure:.4f}" for figure in figures] + [f"{cost:.1f}" for cost in costs]


def questions(data: Prepared, split: str, options: argparse.Namespace) -> tuple[Question, Question]:
    """Write the test task of a split and the validation task one step back in time."""
    if split == NEW_USERS:
        test = new_users(data.log, options.new_users, options.draw)
        validation = new_users(test.fit, options.new_users, options.draw)
    else:
        test = held_out(data.log, _named(split), 0)
        validation = held_out(test.fit, _named(split), 0)
    made: list[Question] = []
    for step, held in (("test", test), ("validation", validation)):
        place = f"{split}-{options.draw}" if split == NEW_USERS else split
        folder = options.work / data.name / place / step
        write(held, folder)
        if data.vectors_VD is not None:
            np.save(folder / "vectors.npy", data.vectors_VD)
        made.append(Question(f"{data.name} {place} {step}", folder, held))
    return made[0], made[1]


def _named(split: str) -> Split:
    named: dict[str, Split] = {"leave-last-out": "leave-last-out", "temporal": "temporal", "next-basket": "next-basket"}
    return named[split]


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--split", choices=(*SPLITS, NEW_USERS), default="leave-last-out")
    parser.add_argument("--peers", nargs="*", choices=tuple(GRIDS), default=list(GRIDS))
    parser.add_argument("--presets", nargs="*", choices=PRESETS, default=["quick", "balanced"])
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--epochs", type=int, default=50, help="epochs that a net may take, at most")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--new-users", type=int, default=30, help="users that training never saw (split new-users)")
    parser.add_argument("--draw", type=int, default=0, help="which new users are drawn")
    parser.add_argument("--no-text", action="store_true")
    parser.add_argument("--work", type=Path, default=DATA / "peers")
    return parser.parse_args()


def main() -> None:
    """Prepare, tune, measure, print."""
    options = parse()
    folder = options.folder or movielens_100k()
    data = prepare(folder.stem, folder, has_text=not options.no_text)
    log = data.log
    print(f"{data.name}: {len(log.items_N)} events, {len(log.user_ids)} users, {len(log.item_ids)} items")
    test, validation = questions(data, options.split, options)
    print(f"{options.split}: {len(test.held.cases)} test cases, {len(validation.held.cases)} validation cases")
    table = Table(options.work / f"{data.name}-{options.split}.csv")
    found: dict[str, list[Result]] = {}
    for preset in options.presets:
        found[preset] = measure(test, preset, {}, options.seeds, table)
        print_table(f"{test.name}, after {preset}", found)
    budget = Budget(options.trials, options.minutes * 60.0, options.epochs)
    for name in options.peers:
        found[name] = measure(test, name, tune(validation, name, budget, table), options.seeds, table)
        print_table(f"{test.name}, after {name}", found)


if __name__ == "__main__":
    main()
