"""Prints what it costs to bring yesterday's model up to today, and what it is worth, against learning from nothing.

    python -m benchmarks.incremental [FOLDER] [--share 1.0] [--days 3] [--day-events 500] [--seed 0]

FOLDER is anything that `import` reads; without it MovieLens 100K is fetched. The newest events are left out and come
back day by day, `--day-events` a day in the order of time; every day the recipe `balanced` is trained twice, once
going on from the model of the day before and once from nothing. Both are measured by the rolling temporal split of
their own training: the whole catalogue is ranked. --share takes a part of the users. Run with OMP_NUM_THREADS=1
OPENBLAS_NUM_THREADS=1 to compare the seconds.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality import five_core, log_of, read
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Floats
from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.models.checkpoint import save_checkpoint
from temporec_mcp.models.encoder import load_encoder
from temporec_mcp.pipeline.encode import item_text
from temporec_mcp.pipeline.train import train_order
from temporec_mcp.pipeline.workfolder import WorkOrder


def arriving(log: EventLog, share: float, seed: int) -> EventLog:
    """Give the log of a part of the users, with arrival numbers in the order of time."""
    kept_U = np.random.default_rng(seed).random(len(log.user_ids)) < share
    log = log.keep(kept_U[log.users_N])
    return replace(log, seqs_N=np.argsort(np.argsort(log.times_N, kind="stable"), kind="stable").astype(np.int64))


def trained(log: EventLog, vectors_VD: Floats, folder: Path, previous: Path | None, seed: int) -> str:
    """Train into `folder` and give a row of the table."""
    order = WorkOrder(
        TrainRequest(preset="balanced", seed=seed), log, vectors_VD, "auto", np.ones(1, dtype=np.float32), "cpu"
    )
    started = time.process_time()
    card = train_order(replace(order, previous=previous), lambda done, phase: None).checkpoint
    seconds = time.process_time() - started
    save_checkpoint(folder, card)
    if card.card.metrics is None:
        raise SystemExit("There are too few events to measure anything.")
    way = f"going on ({card.card.generation})" if card.card.generation else "from nothing"
    metrics = card.card.metrics
    weight = card.card.weights.get("net", 0.0)
    return (
        f"{way:<14} {seconds:8.1f} s  NDCG@10 {metrics.ndcg_at_10:.4f}  cases {metrics.cases}  weight of the net "
        f"{weight:.2f}"
    )


def main() -> None:
    """Read, leave out the newest, train day by day, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--day-events", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folder = options.folder or movielens_100k()
    rows, known = read(folder)
    log = arriving(log_of(five_core(rows)), options.share, options.seed)
    texts = [item_text(known.get(item_id, Item(item_id))) for item_id in log.item_ids]
    vectors_VD = load_encoder("auto", "cpu", 1).encode(texts)
    last = len(log.items_N)
    print(f"{folder.name}: {last} events, {len(log.item_ids)} items; seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as home:
        newest: Path | None = None
        for day in range(options.days + 1):
            today = log.keep(log.seqs_N < last - options.day_events * (options.days - day))
            print(f"day {day}, {len(today.items_N)} events", flush=True)
            place = Path(home) / f"day-{day}"
            if newest is not None:
                print("  " + trained(today, vectors_VD, place, newest, options.seed), flush=True)
            scratch = Path(home) / f"scratch-{day}"
            print("  " + trained(today, vectors_VD, scratch, None, options.seed), flush=True)
            newest = scratch if newest is None else place


if __name__ == "__main__":
    main()
