"""Prints held-out ranking quality of the recipe beside the baselines, for a folder with events and items.

    python -m benchmarks.quality [FOLDER] [--preset quick] [--splits leave-last-out temporal] [--seed 0] [--cold]

FOLDER is anything that `import` reads (MovieLens, RecBole's atomic files ...); without it MovieLens 100K is fetched.
Prepared as papers do: every event is positive, users and items with fewer than five events go, ties keep the order of
the file. The whole catalogue is ranked. With --cold a tenth of the items leaves training altogether; it is told how
they are found among themselves and in the whole catalogue, and what that costs the others. Run with OMP_NUM_THREADS=1
OPENBLAS_NUM_THREADS=1 to compare the seconds.
"""

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import PADDING, EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.history import open_history
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.bridge import build_bridge, learnt_items
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.fit import Measured, Recipe, evaluate_recipe, fit_recipe
from temporec_mcp.pipeline.recipes import recipe_of
from temporec_mcp.pipeline.split import make_split, quantile_cut

LEAST_EVENTS = 5
COLD_DIVISOR = 10
SPLITS = ("leave-last-out", "temporal", "temporal-static", "next-basket")


@dataclass(frozen=True)
class Rows:
    """The file's events, column by column, in the file's order."""

    users: NDArray[np.str_]
    items: NDArray[np.str_]
    times: NDArray[np.float64]


def read(folder: Path) -> tuple[Rows, dict[str, Item]]:
    """Read all events and items of a folder."""
    users: list[str] = []
    items: list[str] = []
    times: list[float] = []
    known: dict[str, Item] = {}
    for batch in open_history(folder, ImportOptions(now=datetime.now(UTC))).batches():
        known |= {item.item_id: item for item in batch.items}
        for event in batch.events:
            if event.item_id is not None:
                users.append(event.user_id)
                items.append(event.item_id)
                times.append(event.time.timestamp())
    return Rows(np.array(users), np.array(items), np.array(times)), known


def five_core(rows: Rows) -> Rows:
    """Leave out users and items with fewer than five events, until none is left."""
    while True:
        counts = [np.unique(column, return_inverse=True, return_counts=True)[1:] for column in (rows.users, rows.items)]
        is_kept = np.logical_and.reduce([count[place] >= LEAST_EVENTS for place, count in counts])
        if is_kept.all():
            return rows
        rows = Rows(rows.users[is_kept], rows.items[is_kept], rows.times[is_kept])


def log_of(rows: Rows) -> EventLog:
    """Sort the events by user, then time, then place in the file."""
    user_ids, users = np.unique(rows.users, return_inverse=True)
    item_ids, items = np.unique(rows.items, return_inverse=True)
    order = np.lexsort((np.arange(len(users)), rows.times, users))
    count = len(order)
    return EventLog(
        user_ids=tuple(user_ids.tolist()),
        item_ids=tuple(item_ids.tolist()),
        action_names=("use",),
        context_names=(),
        offsets_U=np.concatenate(([0], np.cumsum(np.bincount(users)))).astype(np.int64),
        items_N=items[order].astype(np.int32),
        times_N=rows.times[order],
        actions_N=np.zeros(count, dtype=np.int32),
        values_N=np.full(count, np.nan, dtype=np.float32),
        contexts_N=np.full(count, PADDING, dtype=np.int32),
        seqs_N=order.astype(np.int64),
        date_only_N=np.zeros(count, dtype=np.bool_),
    )


def text_vectors(items: Sequence[Item]) -> Floats:
    """Encode and whiten what is known of the items, as training does."""
    from temporec_mcp.models.encoder import load_encoder
    from temporec_mcp.pipeline.encode import item_text
    from temporec_mcp.pipeline.features import whiten

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return whiten(load_encoder("auto", "cpu", 1).encode([item_text(item) for item in items]))


def print_table(measured: Measured, seconds: float) -> None:
    """Print the blend and the baselines, each with the interval of the blend's lead."""
    blend = measured.evaluation
    if blend is None:
        print(f"{measured.split}: no held-out cases")
        return
    tied, untied = blend.metrics_of(blend.is_tied_C), blend.metrics_of(~blend.is_tied_C)
    print(f"\n{measured.split}: {len(blend)} cases, {seconds:.1f} CPU seconds")
    print(f"NDCG of {tied.cases} cases tied in time {tied.ndcg_at_10:.4f}, of the others {untied.ndcg_at_10:.4f}")
    print(f"recall {blend.recall:.4f}, novelty {blend.novelty:.2f} bits, cold targets {blend.is_cold_C.mean():.1%}")
    print(f"{'':<20} {'NDCG':>6} {'HR':>6} {'MRR':>6} {'cover':>6}  lead of the blend (95 % over users)")
    for name, evaluation in {"blend": blend, **measured.baselines}.items():
        print(_row(name, evaluation, blend))
    print("weights " + ", ".join(f"{name} {weight:.2f}" for name, weight in measured.weights.items()))


def _row(name: str, evaluation: Evaluation, blend: Evaluation) -> str:
    found = evaluation.metrics
    figures = (found.ndcg_at_10, found.hit_rate_at_10, found.mrr_at_10, found.coverage_at_10)
    row = f"{name:<20} " + " ".join(f"{figure:6.4f}" for figure in figures)
    if evaluation is blend:
        return row
    return row + "  {:+.4f} ({:+.4f} to {:+.4f})".format(*difference_interval(blend, evaluation, seed=0))


def print_cold(data: FitData, seed: int) -> None:
    """Take a tenth of the items out of training and tell how they are found by their texts."""
    log, item_count = data.log, len(data.log.item_ids)
    is_cold_V = np.zeros(item_count, dtype=np.bool_)
    is_cold_V[np.random.default_rng(seed).choice(item_count, item_count // COLD_DIVISOR, replace=False)] = True
    warm = replace(data, log=log.keep(~is_cold_V[log.items_N]))
    result = fit_recipe(
        replace(warm, log=warm.log.before(quantile_cut(log))), Recipe(seed=seed), lambda done, phase: None
    )
    bridge = build_bridge(log.item_ids, log.item_ids, data.vectors_VD, learnt_items(result.blend))
    held = make_split(log, "temporal", data.action_weights, keeps_seen=False)
    held = replace(held, fit=held.fit.keep(~is_cold_V[held.fit.items_N]))

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        scores_PBV = bridge.scores(result.blend.part_scores(bridge.histories(batch)))
        choices = {"whole": candidates_BV, "cold": candidates_BV & is_cold_V, "warm": candidates_BV & ~is_cold_V}
        return {
            name: result.blend.combine(scores_PBV, chosen_BV, batch.lengths_B) for name, chosen_BV in choices.items()
        }

    found = evaluate(score, held, data.action_weights, result.blend.history_length)
    is_cold_C = is_cold_V[held.cases.targets_T]
    print(f"\ncold items: {is_cold_V.sum()} items, {is_cold_C.sum()} cases")
    print(f"HR@10 among cold items {found['cold'].metrics_of(is_cold_C).hit_rate_at_10:.4f}")
    print(f"HR@10 of cold targets in the whole catalogue {found['whole'].metrics_of(is_cold_C).hit_rate_at_10:.4f}")
    without, beside = (found[name].metrics_of(~is_cold_C).ndcg_at_10 for name in ("warm", "whole"))
    print(
        f"NDCG@10 of the other targets {beside:.4f}, without cold items {without:.4f} ({beside / without - 1.0:+.1%})"
    )


def main() -> None:
    """Read, prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--preset", choices=("quick", "balanced", "best"), default="quick")
    parser.add_argument("--splits", nargs="+", choices=SPLITS, default=list(SPLITS[:2]))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-text", action="store_true", help="leave the items' texts out")
    parser.add_argument("--cold", action="store_true", help="measure items that left training as well")
    options = parser.parse_args()
    if options.cold and options.no_text:
        parser.error("cold items are found by their texts")
    folder = options.folder or movielens_100k()
    rows, known = read(folder)
    log = log_of(five_core(rows))
    items = [known.get(item_id, Item(item_id)) for item_id in log.item_ids]
    vectors_VD = None if options.no_text else text_vectors(items)
    counts = f"{len(log.items_N)} events, {len(log.user_ids)} users, {len(items)} items"
    print(f"{folder.name}, {options.preset}: {counts}; seed {options.seed}")
    for split in options.splits:
        started = time.process_time()
        data = FitData(log, vectors_VD, np.ones(1, dtype=np.float32))
        horizon = "weeks" if split == "temporal-static" else "next"
        request = TrainRequest(preset=options.preset, horizon=horizon, seed=options.seed)
        recipe = recipe_of(request, log, "cpu", lambda done: None)
        measured = evaluate_recipe(data, recipe, split, lambda done, phase: None)
        print_table(measured, time.process_time() - started)
    if options.cold:
        print_cold(FitData(log, vectors_VD, np.ones(1, dtype=np.float32)), options.seed)


if __name__ == "__main__":
    main()
