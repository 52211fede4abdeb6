"""Measures what learning under differential privacy costs: the product's private model, and a net by DP-SGD beside it.

    python -m benchmarks.privacy [FOLDER] [--epsilons 1 3 10] [--draws 5] [--steps 100] [--seed 0] [--people 943]
        [--split leave-last-out]

MovieLens 100K (or FOLDER), five-core; the last film of each person is asked for (or what another split asks), the whole
catalogue is ranked. The unit is a person with the whole history. The product's model is fitted `draws` times with other
noise, and its figures are means over them; the net (Opacus' accounting) is fitted once at epsilon 3. The seed makes the
figures repeatable; a model that is served takes its noise from the system. Popularity, and the blend of the preset
`quick`, read the events as they are. The intervals are over people.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.private_net import PrivatePlan, learn_privately
from benchmarks.quality import five_core, log_of, read
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import DELTA, Split
from temporec_mcp.models.encoder import load_encoder
from temporec_mcp.models.gaussian import Teller, mu_of
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NetConfig
from temporec_mcp.models.net_data import lessons_of
from temporec_mcp.models.net_part import SequencePart
from temporec_mcp.models.part import FitData, Part
from temporec_mcp.models.popularity import POPULARITY
from temporec_mcp.models.repeats import PERSONAL_FREQUENCY
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.torch_facade import seeded, set_threads, tensor_of
from temporec_mcp.pipeline.encode import item_text
from temporec_mcp.pipeline.evaluate import BOOTSTRAP_DRAWS, Evaluation, evaluate
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.fit import Measured, Recipe, case_limit, evaluate_recipe
from temporec_mcp.pipeline.private import measure_private
from temporec_mcp.pipeline.split import HeldOut, how_repeating, make_split

LIKES = np.ones(1, dtype=np.float32)
SHAPE = NetConfig(width=32, length=50, dropout=0.1)
NET_EPSILON = 3.0
NO_NOISE = float("inf")


def new_net(data: FitData) -> SequenceNet:
    """Give a net that has seen nothing."""
    vectors_VT = None if data.vectors_VD is None else tensor_of(data.vectors_VD.astype(np.float32))
    return SequenceNet(SHAPE, len(data.log.item_ids), vectors_VT)


def private_net(data: FitData, plan: PrivatePlan) -> SequencePart:
    """Fit the net under the promise."""
    with seeded(data.seed):
        net = new_net(data)
        learn_privately(net, lessons_of(data), plan, np.random.default_rng(data.seed), lambda done: None)
    return SequencePart([net.eval()])


def measured(held: HeldOut, parts: dict[str, Part]) -> dict[str, Evaluation]:
    """Ask every case of every part."""

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        return {name: part.score(batch) for name, part in parts.items()}

    return evaluate(score, held, LIKES)


def first_people(log: EventLog, count: int) -> EventLog:
    """Give the log of the first people."""
    return log.keep(np.arange(len(log.items_N)) < log.offsets_U[min(count, len(log.user_ids))])


def found_by(measured: Measured) -> Evaluation:
    """Give what a recipe listed."""
    assert measured.evaluation is not None, "every person's last film is a case"
    return measured.evaluation


def private_rows(
    data: FitData, texts_VD: Floats, split: Split, noises: list[tuple[float, int]]
) -> dict[str, tuple[list[Evaluation], str]]:
    """Measure the product's private model at each epsilon, as often as stands beside it, each time with other noise."""
    rows: dict[str, tuple[list[Evaluation], str]] = {}
    for epsilon, draws in noises:
        mu = NO_NOISE if epsilon == NO_NOISE else mu_of(epsilon)
        tellers = [Teller(mu, np.random.default_rng((data.seed, draw)).standard_normal) for draw in range(draws)]
        began = time.process_time()
        found = [
            found_by(measure_private(data, texts_VD, teller, split, lambda done, phase: None)) for teller in tellers
        ]
        seconds = (time.process_time() - began) / len(found)
        told = f"delta {DELTA:g}, mu {mu:.3f}" if epsilon != NO_NOISE else "the same sums as they are, no promise"
        rows[f"private, epsilon {epsilon:g}"] = found, f"{told}, {seconds:.1f} CPU s with measuring"
    return rows


def print_table(rows: dict[str, tuple[list[Evaluation], str]], seed: int) -> None:
    """Print the means over the draws, and the leads over popularity and text with their intervals over people."""
    bases = ("popularity", "text alone")
    print(f"{'':<24} {'NDCG@10':>8} {'HR@10':>7}  {f'lead over {bases[0]}':<30}  lead over {bases[1]} (95 %)")
    for name, (found, told) in rows.items():
        ndcg_C = np.mean([one.ndcg_C for one in found], axis=0)
        hit_rate = float(np.mean([one.metrics.hit_rate_at_10 for one in found]))
        leads = "  ".join(lead(ndcg_C - rows[base][0][0].ndcg_C, found[0].users_C, seed) for base in bases)
        each = [one.metrics.ndcg_at_10 for one in found]
        spread = f", {min(each):.4f} to {max(each):.4f} over {len(each)} draws" if each[1:] else ""
        print(f"{name:<24} {ndcg_C.mean():8.4f} {hit_rate:7.4f}  {leads}  {told}{spread}")


def lead(differences_C: NDArray[np.floating], users_C: NDArray[np.int32], seed: int) -> str:
    """Give the mean, and where it lies in 95 of 100 draws of other people."""
    numbers_C = np.unique(users_C, return_inverse=True)[1]
    sums_U, counts_U = np.bincount(numbers_C, weights=differences_C), np.bincount(numbers_C)
    drawn = np.random.default_rng(seed).integers(0, len(sums_U), (BOOTSTRAP_DRAWS, len(sums_U)))
    low, high = np.quantile(sums_U[drawn].sum(axis=1) / counts_U[drawn].sum(axis=1), (0.025, 0.975))
    return f"{differences_C.mean():+.4f} ({low:+.4f} to {high:+.4f})"


def read_options() -> argparse.Namespace:
    """Read what was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--epsilons", type=float, nargs="+", default=[1.0, 3.0, 10.0])
    parser.add_argument("--draws", type=int, default=5, help="of noise, for the product's model")
    parser.add_argument("--steps", type=int, default=100, help="of the net; 0 leaves it out")
    parser.add_argument("--people", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=get_args(Split), default="leave-last-out")
    return parser.parse_args()


def main() -> None:
    """Fit with and without, measure, print."""
    options = read_options()
    set_threads(1)
    rows, known = read(options.folder or movielens_100k())
    log = first_people(log_of(five_core(rows)), options.people)
    items = [known.get(item_id, Item(item_id)) for item_id in log.item_ids]
    texts_VD = load_encoder("auto", "cpu", 1).encode([item_text(item) for item in items])
    data = FitData(log, whiten(texts_VD), LIKES, seed=options.seed)
    held = make_split(log, options.split, LIKES, keeps_seen=how_repeating(log) != "none")
    held = replace(held, cases=held.cases.sample(case_limit(log), options.seed))
    fit_data = FitData(held.fit, data.vectors_VD, LIKES, seed=options.seed)
    people = np.count_nonzero(np.diff(log.offsets_U))
    print(f"{people} people, {len(log.item_ids)} items, {len(log.items_N)} events, seed {options.seed}")
    parts: dict[str, Part] = {"popularity": POPULARITY.fit(fit_data), "text alone": TEXT.fit(fit_data)}
    told = {"popularity": "counts as they are, no promise", "text alone": "public texts, reads nobody else"}
    if options.steps:
        name = f"net by DP-SGD, epsilon {NET_EPSILON:g}"
        began = time.process_time()
        parts[name] = private_net(fit_data, PrivatePlan(NET_EPSILON, DELTA, steps=options.steps))
        told[name] = f"delta {DELTA:g}, {time.process_time() - began:.0f} CPU s"
    with torch.inference_mode():
        found = measured(held, parts)
    table = {name: ([evaluation], told[name]) for name, evaluation in found.items()}
    noises = [*((epsilon, options.draws) for epsilon in options.epsilons), (NO_NOISE, 1)]
    table |= private_rows(data, texts_VD, options.split, noises)
    plain = evaluate_recipe(data, Recipe(seed=options.seed), options.split, lambda done, phase: None)
    if (own := PERSONAL_FREQUENCY.name) in plain.baselines:
        table["own frequency alone"] = [plain.baselines[own]], "reads nobody else"
    table["blend of quick"] = [found_by(plain)], "no promise"
    print_table(table, options.seed)


if __name__ == "__main__":
    main()
