"""Prints how many planted anomalies are found, and how many of those that are claimed were planted.

    python -m benchmarks.timeline_anomalies [--histories 60] [--seed 7]

Histories are those of `benchmarks.timeline`, one in two of bursty sessions, with one thing planted: a pause of 60 days,
a session of 60 events among even ones or of 1,000 among binges, an evening session moved by twelve hours, a price a
hundred times the largest other, one session of a theme that occurs nowhere else. A claim is right when its kind is that
of what was planted and its date is the planted day. Seeded; a minute on one core.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from benchmarks.timeline import DAY, HOUR, LABELS, LENGTHS, SHAPES, Floats, History, Random, build, evenings, plain
from temporec_mcp.domain.timeline import AnomalyKind
from temporec_mcp.timeline.inputs import TimelineInput
from temporec_mcp.timeline.summary import summarise

Planted = tuple[TimelineInput, float]
"""A history, and the moment of what was planted."""


def starts_of(random: Random, count: int) -> Floats:
    """Give the starts of sessions without a habit."""
    return SHAPES["poisson" if random.random() < 0.5 else "bursty"](random, count)


def silence(random: Random, count: int) -> Planted:
    """One pause of 60 days."""
    starts = starts_of(random, count)
    starts[count // 2 :] += 60 * DAY
    return build(random, plain(random, starts)), float(starts[count // 2 - 1])


def burst(random: Random, count: int) -> Planted:
    """One session of 60 events among even ones of about five."""
    history = plain(random, evenings(random, count))
    sizes = 1 + random.poisson(4, count)
    sizes[count // 3] = 60
    return build(random, History(history.starts, sizes, history.shares)), float(history.starts[count // 3])


def binge(random: Random, count: int) -> Planted:
    """One session of 1,000 events among sessions of heavy-tailed size."""
    history = plain(random, evenings(random, count))
    history.sizes[count // 3] = 1_000
    return build(random, history), float(history.starts[count // 3])


def odd_hour(random: Random, count: int) -> Planted:
    """One evening session moved to the morning."""
    starts = evenings(random, count)
    starts[count // 2] -= 12 * HOUR
    return build(random, plain(random, starts)), float(starts[count // 2])


def odd_price(random: Random, count: int) -> Planted:
    """One price of a hundred times the largest other."""
    data = build(random, plain(random, starts_of(random, count)))
    prices = np.flatnonzero(data.actions_N == 0)
    place = prices[len(prices) // 2]
    data.values_N[place] = 100 * data.values_N[prices].max()
    return data, float(data.times_N[place])


def foreign(random: Random, count: int) -> Planted:
    """One session of a theme that occurs nowhere else, in a history of three."""
    history = plain(random, starts_of(random, count))
    shares = np.hstack([random.dirichlet((3.0, 2.0, 2.0), count), np.zeros((count, 2))])
    shares[count // 2] = np.eye(len(LABELS))[4]
    return build(random, replace(history, shares=shares)), float(history.starts[count // 2])


PLANTED: dict[str, tuple[Callable[[Random, int], Planted], AnomalyKind]] = {
    "silence of 60 days": (silence, "silence"),
    "burst, even sessions": (burst, "burst"),
    "burst among binges": (binge, "burst"),
    "odd hour": (odd_hour, "hour"),
    "odd price": (odd_price, "value"),
    "foreign theme": (foreign, "surprise"),
}


def main() -> None:
    """Print a row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    print(f"seed {options.seed}; % of {options.histories} histories in which it was found\n")
    print(
        f"{'planted':<22}"
        + "".join(f"{length:>7}" for length in LENGTHS)
        + f"{'claims':>9}{'right':>7}{'precision':>11}"
    )
    all_claims = all_right = 0
    for name, (make, kind) in PLANTED.items():
        cells, claims, right = "", 0, 0
        for length in LENGTHS:
            hits = 0
            for _ in range(options.histories):
                data, moment = make(random, length)
                day = datetime.fromtimestamp(moment, UTC).date()
                found = summarise(data).anomalies
                is_right = [anomaly.kind == kind and abs((anomaly.date - day).days) <= 1 for anomaly in found]
                hits += any(is_right)
                claims += len(found)
                right += sum(is_right)
            cells += f"{100 * hits / options.histories:7.0f}"
        print(f"{name:<22}{cells}{claims:9d}{right:7d}{right / max(claims, 1):11.3f}", flush=True)
        all_claims, all_right = all_claims + claims, all_right + right
    print(f"{'all':<50}{all_claims:9d}{all_right:7d}{all_right / max(all_claims, 1):11.3f}")


if __name__ == "__main__":
    main()
