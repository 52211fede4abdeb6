"""Prints what it is worth that trends go on between two trainings, and what another training would add.

    python -m benchmarks.trends [FOLDER] [--split temporal]

FOLDER and preparation as in `benchmarks.quality`; the preset is `quick`. Asked are the later half of the test cases:
with trends as they stood at the cut, with trends that go on, and with everything learnt again from all that lies before
these cases, the weights being the same. Run with OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality import five_core, log_of, read, text_vectors
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import Split
from temporec_mcp.models.part import FitData, Part
from temporec_mcp.pipeline.choose import Choosing, choose_weights
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.fit import Recipe, case_limit, recipe_kinds
from temporec_mcp.pipeline.parts import blend_of, fit_parts, going_on
from temporec_mcp.pipeline.split import HeldOut, how_repeating, make_split

SPLITS: dict[str, Split] = {"temporal": "temporal", "next-basket": "next-basket"}
USES = np.ones(1, dtype=np.float32)


def quiet(done: float, phase: str) -> None:
    """Tell nobody."""


def later_half(held: HeldOut) -> HeldOut:
    """Give the cases from the median moment on."""
    moments_C = held.cases.as_of_C
    cases = held.cases.take(np.flatnonzero(moments_C >= np.quantile(moments_C, 0.5)))
    return replace(held, cases=cases.sample(case_limit(held.log), 0))


def measure(data: FitData, split: Split) -> dict[str, Evaluation]:
    """Give what each way lists for the later half of the test cases."""
    repeats = how_repeating(data.log)
    held = make_split(data.log, split, USES, keeps_seen=repeats != "none")
    kinds, learnt = recipe_kinds(data, Recipe(), repeats), replace(data, log=held.fit)
    chosen = choose_weights(learnt, Choosing(kinds, split, repeats, {}), quiet)
    asked, parts = later_half(held), fit_parts(kinds, learnt, {}, quiet)
    again = fit_parts(kinds, replace(data, log=data.log.before(float(asked.cases.as_of_C.min()))), {}, quiet)
    ways = {"trends stand": parts, "trends go on": going_on(parts, data), "all learnt again": going_on(again, data)}

    def listed(parts: tuple[Part, ...]) -> Evaluation:
        blend = blend_of(parts, chosen.weights, chosen.logit_parts, repeats, chosen.newcomer_weights)

        def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
            return {"": blend.combine(blend.part_scores(batch), candidates_BV, batch.lengths_B)}

        return evaluate(score, asked, USES, blend.history_length)[""]

    return {name: listed(parts) for name, parts in ways.items()}


def main() -> None:
    """Read, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--split", choices=tuple(SPLITS), default="temporal")
    options = parser.parse_args()
    folder: Path = options.folder or movielens_100k()
    rows, known = read(folder)
    log = log_of(five_core(rows))
    vectors_VD = text_vectors([known.get(item_id, Item(item_id)) for item_id in log.item_ids])
    found = measure(FitData(log, vectors_VD, USES), SPLITS[options.split])
    still = found["trends stand"]
    print(f"{folder.name}, {options.split}: {len(still)} cases of {len(np.unique(still.users_C))} users")
    print(f"{'':<18} {'NDCG@10':>8}  gain over trends that stand (95 % over users)")
    for name, evaluation in found.items():
        gain = (
            ""
            if evaluation is still
            else "{:+.4f} ({:+.4f} to {:+.4f})".format(*difference_interval(evaluation, still, seed=0))
        )
        print(f"{name:<18} {evaluation.metrics.ndcg_at_10:8.4f}  {gain}")


if __name__ == "__main__":
    main()
