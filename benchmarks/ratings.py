"""Shows what it does to later lists when a low rating counts less than a use, or against its item.

    python -m benchmarks.ratings [FOLDER] [--seed 0]

The recipe (quick) is fitted on the events before the 90 % time quantile of MovieLens 100K (or FOLDER), and every later
rating of a user known by then is one case, its history extended as it happens. A rating below the middle of the
scale weighs 1 as every other use does, one half, nothing, or minus one half: in the histories that are asked about
alone, or in what is learnt as well. Prints NDCG@10 over all cases and over those whose target was then rated above the
middle, with the difference from the first way and its 95 % interval (paired bootstrap over users). The product counts
a rating as a use whatever it is: half a use gained a little on MovieLens 100K and lost a little on ml-latest-small.
"""

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.feedback import rated_log
from benchmarks.quality import text_vectors
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.encode import rating_top
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.fit import Recipe, fit_recipe
from temporec_mcp.pipeline.split import make_split, quantile_cut

LOWEST = 1.0
"""Of the scales that films are rated on."""


@dataclass(frozen=True)
class Way:
    """What a low rating weighs."""

    weight: float
    is_learnt: bool
    """In what is learnt as well, not only in the histories that are asked about."""


BASE = Way(1.0, is_learnt=False)
WAYS = (
    BASE,
    *(Way(weight, is_learnt=is_learnt) for is_learnt in (False, True) for weight in (0.5, 0.0, -0.5)),
)


def measured(log: EventLog, blend: Blend, weight: float) -> Evaluation:
    """Ask the blend for every later event; action 1 is a low rating."""
    held = make_split(log, "temporal", np.ones(2, dtype=np.float32), keeps_seen=False)

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        return {"blend": blend.combine(blend.part_scores(batch), candidates_BV, batch.lengths_B)}

    return evaluate(score, held, _weights(weight), blend.history_length)["blend"]


def fitted(log: EventLog, vectors_VD: Floats, way: Way, seed: int) -> Blend:
    """Fit the recipe on what lies before the cut."""
    weights = _weights(way.weight if way.is_learnt else 1.0)
    data = FitData(log.before(quantile_cut(log)), vectors_VD, weights)
    return fit_recipe(data, Recipe(seed=seed), lambda done, phase: None).blend


def _weights(low: float) -> Floats:
    return np.array([1.0, low], dtype=np.float32)


def main() -> None:
    """Fit, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    log, known = rated_log(options.folder or movielens_100k())
    middle = (LOWEST + (rating_top(log.values_N) or LOWEST)) / 2
    is_low_N = log.values_N < middle
    log = replace(log, action_names=("rate", "rate low"), actions_N=is_low_N.astype(np.int32))
    vectors_VD = text_vectors([known.get(item_id, Item(item_id)) for item_id in log.item_ids])
    started = time.process_time()
    plain = fitted(log, vectors_VD, BASE, options.seed)
    base = measured(log, plain, BASE.weight)
    is_liked_C = log.values_N[base.ends_C] > middle
    print(f"{is_low_N.mean():.1%} of {len(is_low_N)} ratings are below {middle:g}; {len(base)} cases, ", end="")
    print(f"{is_liked_C.sum()} of them with a target above it; seed {options.seed}")
    print(f"{'a low rating weighs':<32} {'NDCG@10':>8} {'less the first':>28} {'liked':>8} {'less the first':>28}")
    everything_C = np.ones(len(base), dtype=np.bool_)
    for way in WAYS:
        found = (
            base
            if way is BASE
            else measured(log, fitted(log, vectors_VD, way, options.seed) if way.is_learnt else plain, way.weight)
        )
        name = f"{way.weight:+.1f} {'learnt so, too' if way.is_learnt else 'in the histories'}"
        cells = [
            f"{found.metrics_of(chosen_C).ndcg_at_10:8.4f} "
            + "{:+.4f} ({:+.4f} to {:+.4f})".format(*difference_interval(found, base, options.seed, chosen_C)).rjust(28)
            for chosen_C in (everything_C, is_liked_C)
        ]
        print(f"{name:<32} {' '.join(cells)}", flush=True)
    print(f"{time.process_time() - started:.0f} s of CPU")


if __name__ == "__main__":
    main()
