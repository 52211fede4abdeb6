"""Measures federated averaging over homes that never share events, beside pooling all of them and beside each alone.

    python -m benchmarks.federated [FOLDER] [--homes 10] [--rounds 8] [--seed 0] [--people 943]

A simulation: MovieLens 100K (or FOLDER), five-core, people dealt to homes at random. In a round every home goes on from
the common net with one pass over its own events and sends the net's numbers back, which are averaged by the number of
events (McMahan et al. 2017, algorithm 1). Only numbers of the net travel; the catalogue and its texts are public. They
are not private by themselves: benchmarks.privacy measures what a promise costs. The last film of each person is asked
for, the whole catalogue is ranked. The pooled net makes as many passes over everybody's events, and so does the net
of one home alone over its own, which is then asked by everybody.

Sums over users, which a private model learns from (`pipeline.private`), need no rounds: those of the homes add up to
exactly those of the pool, first of what is used, then of what taste follows which. So there is nothing to measure.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.privacy import LIKES, first_people, measured, new_net
from benchmarks.quality import five_core, log_of, read, text_vectors
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Floats
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import Schedule
from temporec_mcp.models.net_data import lessons_of
from temporec_mcp.models.net_fit import Learner
from temporec_mcp.models.net_part import SequencePart
from temporec_mcp.models.part import FitData, Part
from temporec_mcp.models.popularity import POPULARITY
from temporec_mcp.models.torch_facade import seeded, set_threads
from temporec_mcp.pipeline.evaluate import difference_interval
from temporec_mcp.pipeline.split import make_split

RATE, LOCAL_RATE = 1e-2, 5e-3
LOCAL_BATCH_EVENTS = 800
"""A home is small: smaller steps, so that a pass has several."""


def deal(log: EventLog, homes: int, seed: int) -> list[EventLog]:
    """Deal the people to homes; every home knows the whole catalogue."""
    home_U = np.random.default_rng(seed).integers(0, homes, len(log.user_ids))
    home_N = np.repeat(home_U, np.diff(log.offsets_U))
    return [log.keep(home_N == home) for home in range(homes)]


def taught(net: SequenceNet, data: FitData, schedule: Schedule, seed: int) -> SequenceNet:
    """Teach a net from one home's events."""
    with seeded(seed):
        Learner(net, lessons_of(data), np.random.default_rng(seed)).learn(schedule, lambda done: None)
    return net


def averaged(states: list[dict[str, Tensor]], shares: Floats) -> dict[str, Tensor]:
    """Average the nets' numbers by each home's share."""
    weights = [float(share) for share in shares / shares.sum()]
    return {
        name: torch.stack([weight * state[name] for weight, state in zip(weights, states, strict=True)]).sum(dim=0)
        for name in states[0]
    }


def federated(homes: list[FitData], rounds: int, seed: int) -> SequencePart:
    """Average after every round; one net in the end."""
    with seeded(seed):
        common = new_net(homes[0])
    shares = np.array([len(home.log.items_N) for home in homes], dtype=np.float32)
    for number in range(rounds):
        rate = LOCAL_RATE * 0.5 * (1.0 + np.cos(np.pi * number / rounds))
        schedule = Schedule(epochs=1, rate=float(rate), batch_events=LOCAL_BATCH_EVENTS)
        states: list[dict[str, Tensor]] = []
        for place, home in enumerate(homes):
            local = new_net(home)
            local.load_state_dict(common.state_dict())
            states.append(taught(local, home, schedule, seed + 1_000 * number + place).state_dict())
        common.load_state_dict(averaged(states, shares))
        print(f"round {number + 1} of {rounds}", flush=True)
    return SequencePart([common.eval()])


def main() -> None:
    """Deal, teach three ways, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--homes", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--people", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    set_threads(1)
    rows, known = read(options.folder or movielens_100k())
    log = first_people(log_of(five_core(rows)), options.people)
    vectors_VD = text_vectors([known.get(item_id, Item(item_id)) for item_id in log.item_ids])
    held = make_split(log, "leave-last-out", LIKES, keeps_seen=False)
    data = FitData(held.fit, vectors_VD, LIKES, seed=options.seed)
    homes = [
        FitData(home, vectors_VD, LIKES, seed=options.seed) for home in deal(held.fit, options.homes, options.seed)
    ]
    sizes = [int((np.diff(home.log.offsets_U) > 0).sum()) for home in homes]
    print(
        f"{len(log.user_ids)} people in {len(homes)} homes of {min(sizes)} to {max(sizes)}, {len(log.item_ids)} films, "
        f"seed {options.seed}",
        flush=True,
    )
    schedule = Schedule(epochs=options.rounds, rate=RATE)
    with seeded(options.seed):
        pooled_net = new_net(data)
    parts: dict[str, Part] = {
        "popularity, pooled": POPULARITY.fit(data),
        "federated": federated(homes, options.rounds, options.seed),
        "pooled": SequencePart([taught(pooled_net, data, schedule, options.seed).eval()]),
        "first home's net for all": SequencePart([taught(new_net(homes[0]), homes[0], schedule, options.seed).eval()]),
    }
    found = measured(held, parts)
    print(f"{'':<26} {'NDCG@10':>8} {'HR@10':>7}  against pooled (95 % over people)")
    for name, evaluation in found.items():
        lead = difference_interval(evaluation, found["pooled"], options.seed)
        metrics = evaluation.metrics
        print(f"{name:<26} {metrics.ndcg_at_10:8.4f} {metrics.hit_rate_at_10:7.4f}  "
              "{:+.4f} ({:+.4f} to {:+.4f})".format(*lead))  # fmt: skip


if __name__ == "__main__":
    main()
