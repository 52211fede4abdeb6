"""Prints how far every model of a finished comparison had come after how many seconds, and at what memory.

    python -m benchmarks.peers.curve [FOLDER] [--split leave-last-out]

Reads what `python -m benchmarks.peers` left in .data/peers, also of runs that still go on. The last columns hold each
model against the best point of any peer: the share of that peer's seconds until then, and of its memory.
"""

import argparse
import json
from pathlib import Path

from benchmarks.peers.runs import PRESETS, Fit, Question, Result, results
from benchmarks.peers.tasks import held_out, prepare
from examples.movielens import DATA, movielens_100k

SPLITS = ("leave-last-out", "temporal", "next-basket")


def points(question: Question) -> list[Result]:
    """Give all that any run of the task has reached, by model and seconds."""
    found: list[Result] = []
    for told in sorted((question.folder / "runs").glob("*/what.json")):
        model, settings, seed = json.loads(told.read_text())
        found += results(question, Fit(model, settings, seed))
    return sorted(found, key=lambda result: (result.fit.key, result.fit_cpu_seconds))


def print_points(found: list[Result]) -> None:
    """Print them, and ours against the best peer."""
    peers = [result for result in found if result.fit.model not in PRESETS]
    best = max(peers, key=lambda result: result.ndcg, default=None)
    print(f"{'':<12} {'epochs':>6} {'CPU s':>8} {'NDCG':>7} {'MB':>6}  of the best peer's seconds, memory")
    for result in found:
        line = f"{result.fit.model:<12} {result.epochs or '':>6} {result.fit_cpu_seconds:8.1f} {result.ndcg:7.4f} "
        line += f"{result.peak_mb:6.0f}"
        if best is not None and result.fit.model in PRESETS:
            seconds, memory = result.fit_cpu_seconds / best.fit_cpu_seconds, result.peak_mb / best.peak_mb
            line += f"  {seconds:.2f}, {memory:.2f}"
        print(line + ("  the best peer" if result is best else ""))


def main() -> None:
    """Read, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--split", choices=SPLITS, default=SPLITS[0])
    parser.add_argument("--work", type=Path, default=DATA / "peers")
    options = parser.parse_args()
    folder = options.folder or movielens_100k()
    data = prepare(folder.stem, folder, has_text=False)
    place = options.work / data.name / options.split / "test"
    print_points(points(Question("", place, held_out(data.log, options.split, 0))))


if __name__ == "__main__":
    main()
