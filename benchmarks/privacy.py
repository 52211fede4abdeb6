"""Measures what training under differential privacy costs: the net, with a user's whole history as the unit.

    python -m benchmarks.privacy [FOLDER] [--epsilons 1 3 10] [--steps 100] [--seed 0] [--people 943]

MovieLens 100K (or FOLDER), five-core; the last film of each person is asked for, the whole catalogue is ranked. Only
what is learnt under the promise, and what is public (the catalogue and its texts), ranks: the closed-form parts and
the counts of popularity read raw events, so they have no place in a private model. The seed makes the figures
repeatable; a model that is served would take its noise from the system.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.private_net import PrivatePlan, learn_privately
from benchmarks.quality import five_core, log_of, read, text_vectors
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NetConfig, Schedule
from temporec_mcp.models.net_data import lessons_of
from temporec_mcp.models.net_fit import Learner
from temporec_mcp.models.net_part import SequencePart
from temporec_mcp.models.part import FitData, Part
from temporec_mcp.models.popularity import POPULARITY
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.torch_facade import seeded, set_threads, tensor_of
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.split import HeldOut, make_split

LIKES = np.ones(1, dtype=np.float32)
SHAPE = NetConfig(width=32, length=50, dropout=0.1)
DELTA = 1e-5


def new_net(data: FitData) -> SequenceNet:
    """Give a net that has seen nothing."""
    vectors_VT = None if data.vectors_VD is None else tensor_of(data.vectors_VD.astype(np.float32))
    return SequenceNet(SHAPE, len(data.log.item_ids), vectors_VT)


def plain_net(data: FitData, epochs: int) -> SequencePart:
    """Fit the same shape without any promise."""
    with seeded(data.seed):
        net, lessons = new_net(data), lessons_of(data)
        net.set_popularity(tensor_of(lessons.target_counts(len(data.log.item_ids))))
        schedule = Schedule(epochs=epochs, rate=1e-2)
        Learner(net, lessons, np.random.default_rng(data.seed)).learn(schedule, lambda done: None)
    return SequencePart([net.eval()])


def private_net(data: FitData, plan: PrivatePlan) -> tuple[SequencePart, str]:
    """Fit under the promise; give the net and what was spent."""
    with seeded(data.seed):
        net = new_net(data)
        rng = np.random.default_rng(data.seed)
        spent = learn_privately(net, lessons_of(data), plan, rng, lambda done: None)
    told = f"epsilon {spent.epsilon:.2f}, delta {spent.delta:g}, unit {spent.unit}, noise {spent.noise:.2f}"
    return SequencePart([net.eval()]), told


def measured(held: HeldOut, parts: dict[str, Part]) -> dict[str, Evaluation]:
    """Ask every case of every part."""

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        return {name: part.score(batch) for name, part in parts.items()}

    return evaluate(score, held, LIKES)


def first_people(log: EventLog, count: int) -> EventLog:
    """Give the log of the first people."""
    return log.keep(np.arange(len(log.items_N)) < log.offsets_U[min(count, len(log.user_ids))])


def main() -> None:
    """Fit with and without, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--epsilons", type=float, nargs="+", default=[1.0, 3.0, 10.0])
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=6, help="of the net without a promise")
    parser.add_argument("--people", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    set_threads(1)
    rows, known = read(options.folder or movielens_100k())
    log = first_people(log_of(five_core(rows)), options.people)
    vectors_VD = text_vectors([known.get(item_id, Item(item_id)) for item_id in log.item_ids])
    held = make_split(log, "leave-last-out", LIKES, keeps_seen=False)
    data = FitData(held.fit, vectors_VD, LIKES, seed=options.seed)
    print(f"{len(log.user_ids)} people, {len(log.item_ids)} films, {len(log.items_N)} events, seed {options.seed}")
    parts: dict[str, Part] = {"popularity": POPULARITY.fit(data), "text, untrained": TEXT.fit(data)}
    told = {"popularity": "reads raw events, no promise", "text, untrained": "public texts, reads nobody"}
    for epsilon in options.epsilons:
        began = time.process_time()
        name = f"net, epsilon {epsilon:g}"
        parts[name], told[name] = private_net(data, PrivatePlan(epsilon, DELTA, steps=options.steps))
        told[name] += f", {time.process_time() - began:.0f} CPU s"
        print(name, told[name], flush=True)
    began = time.process_time()
    parts["net, no promise"] = plain_net(data, options.epochs)
    told["net, no promise"] = f"the same shape with ids and popularity, {time.process_time() - began:.0f} CPU s"
    with torch.inference_mode():
        print_table(measured(held, parts), told, options.seed)


def print_table(found: dict[str, Evaluation], told: dict[str, str], seed: int) -> None:
    """Print each model with the interval of its difference to the net without a promise."""
    print(f"{'':<20} {'NDCG@10':>8} {'HR@10':>7}  against the net without a promise (95 % over people)")
    for name, evaluation in found.items():
        metrics = evaluation.metrics
        print(f"{name:<20} {metrics.ndcg_at_10:8.4f} {metrics.hit_rate_at_10:7.4f}  "
              "{:+.4f} ({:+.4f} to {:+.4f})".format(*difference_interval(evaluation, found["net, no promise"], seed))
              + f"  {told[name]}")  # fmt: skip


if __name__ == "__main__":
    main()
