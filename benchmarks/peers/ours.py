"""Fits our recipe on a task and writes its lists and what it cost, from the same files that a peer reads.

    python -m benchmarks.peers.ours TASK OUT PRESET SETTINGS_JSON SEED

What is timed as fitting is what a training does before it measures itself: every part fitted on the events before a
cut, the weights chosen on the cases after it, every part fitted again on everything. Text vectors are read, not made.

Axes: N events, C cases, H events of all histories, V items, D text width.
"""

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_mb
from temporec_mcp.domain.log import PADDING, EventLog, Floats, Indices, Times
from temporec_mcp.domain.training import Preset, Split, TrainRequest
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.choose import Choosing, choose_weights
from temporec_mcp.pipeline.evaluate import LIST_LENGTH, batches, top_items
from temporec_mcp.pipeline.fit import recipe_kinds
from temporec_mcp.pipeline.parts import blend_of, fit_parts, going_on
from temporec_mcp.pipeline.recipes import recipe_of
from temporec_mcp.pipeline.split import Cases, HeldOut, case_candidates, case_histories, how_repeating

WEIGHTS = np.ones(1, dtype=np.float32)
SPLITS: dict[str, Split] = {name: name for name in ("leave-last-out", "temporal", "temporal-static", "next-basket")}
PRESETS: dict[str, Preset] = {name: name for name in ("quick", "balanced", "best")}


def log_of_rows(offsets_U: NDArray[np.int64], items_N: Indices, times_N: Times, item_count: int) -> EventLog:
    """Make a log of rows that lie in its order already."""
    count = len(items_N)
    return EventLog(
        user_ids=tuple(map(str, range(len(offsets_U) - 1))),
        item_ids=tuple(map(str, range(item_count))),
        action_names=("use",),
        context_names=(),
        offsets_U=offsets_U.astype(np.int64),
        items_N=items_N.astype(np.int32),
        times_N=times_N,
        actions_N=np.zeros(count, dtype=np.int32),
        values_N=np.full(count, np.nan, dtype=np.float32),
        contexts_N=np.full(count, PADDING, dtype=np.int32),
        seqs_N=np.arange(count, dtype=np.int64),
        date_only_N=np.zeros(count, dtype=np.bool_),
    )


def read_log(path: Path) -> EventLog:
    """Read the rows of a file, sorted by user and time."""
    with np.load(path) as rows:
        counts_U = np.bincount(rows["users"], minlength=int(rows["user_count"]))
        offsets_U = np.concatenate(([0], np.cumsum(counts_U)))
        return log_of_rows(offsets_U, rows["items"], rows["times"], int(rows["item_count"]))


def read_fit(folder: Path, seed: int) -> FitData:
    """Read what may be learnt from."""
    log = read_log(folder / "fit.npz")
    vectors = folder / "vectors.npy"
    vectors_VD: Floats | None = np.load(vectors) if vectors.exists() else None
    return FitData(log, vectors_VD, WEIGHTS, "next", seed)


def read_cases(folder: Path, fit: EventLog) -> HeldOut:
    """Read the cases, each as a user of a log of its own."""
    with np.load(folder / "cases.npz") as found:
        starts, as_of_C = found["starts"], found["as_of"]
        log = log_of_rows(starts, found["items"], found["times"], len(fit.item_ids))
        keeps_seen = bool(found["keeps_seen"])
    nothing = np.zeros(len(as_of_C) + 1, dtype=np.int64)
    users_C = np.arange(len(as_of_C), dtype=np.int32)
    cases = Cases(users_C, starts[:-1], starts[1:], as_of_C, nothing, np.zeros(0, dtype=np.int32))
    return HeldOut("temporal", fit, log, cases, keeps_seen)


def fit(data: FitData, preset: Preset, split: Split) -> Blend:
    """Train the preset: choose the weights one step back in time, then fit on everything."""
    repeats = how_repeating(data.log)
    recipe = recipe_of(TrainRequest(preset=preset, seed=data.seed), data.log, "cpu", lambda done: None)
    kinds = recipe_kinds(data, recipe, repeats)
    chosen = choose_weights(data, Choosing(kinds, split, repeats, {}), lambda done, phase: None)
    parts = fit_parts(kinds, data, chosen.parts, lambda done, phase: None)
    return blend_of(parts, chosen.weights, chosen.logit_parts, repeats, chosen.newcomer_weights)


def lists(blend: Blend, held: HeldOut) -> Indices:
    """Give the list of every case [C, 10]."""
    found: list[Indices] = []
    for chosen in batches(len(held.cases), len(held.log.item_ids)):
        cases = held.cases.take(chosen)
        batch = case_histories(held.log, cases, WEIGHTS, blend.history_length)
        scores_BV = blend.combine(blend.part_scores(batch), case_candidates(held, cases), batch.lengths_B)
        found.append(top_items(scores_BV, LIST_LENGTH))
    return np.concatenate(found)


def cpu_seconds() -> float:
    """Give the CPU seconds of this process."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


def main() -> None:
    """Fit, list, tell the cost."""
    folder, out, preset = Path(sys.argv[1]), Path(sys.argv[2]), PRESETS[sys.argv[3]]
    seed = int(sys.argv[5])
    if preset != "quick":
        import torch

        torch.set_num_threads(1)
    data = read_fit(folder, seed)
    held = read_cases(folder, data.log)
    split = SPLITS[json.loads((folder / "task.json").read_text())["split"]]
    began = cpu_seconds()
    blend = fit(data, preset, split)
    fitted, clock = cpu_seconds(), time.monotonic()
    blend = replace(blend, parts=going_on(blend.parts, replace(data, log=read_log(folder / "log.npz"))))
    np.save(out / "lists-0.npy", lists(blend, held))
    cost = {
        "epochs": 0,
        "fit_cpu_seconds": round(fitted - began, 2),
        "score_cpu_seconds": round(cpu_seconds() - fitted, 2),
        "score_seconds": round(time.monotonic() - clock, 2),
        "peak_mb": round(peak_mb(), 1),
    }
    (out / "cost.json").write_text(json.dumps([cost]))


if __name__ == "__main__":
    main()
