"""Prints how changes of taste are found beside an oracle, and in histories that no threshold was chosen on.

    python -m benchmarks.timeline_independent [--histories 60] [--seed 23]

First table: the shift of `benchmarks.timeline_changes`, found within a tenth of the history's length by the timeline,
and by an oracle that is told that there is one, both mixtures and how much sessions vary, and only has to say when: the
most likely moment, and the one with most of the posterior within a tenth (the best that can be done). Second table:
stationary histories of other makes (a Markov chain of moods, Zipf interests, a week with its own Saturday, runs of like
sessions between pauses), false changes of taste a year, and the part of the histories with one. Third table: the same
shift planted in these. Seeded; some minutes on one core.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from benchmarks.timeline import DAY, LABELS, SHAPES, START, Floats, History, Random, build, plain, poisson
from benchmarks.timeline_changes import YEAR, Planted, changes_of, moment_of, scatter, shift
from temporec_mcp.timeline.inputs import TimelineInput

LENGTHS = (30, 60, 120)
SPREAD = 5.0
OLD = np.array([0.8, 0.05, 0.05, 0.05, 0.05])
NEW = {"another leads": np.array([0.2, 0.65, 0.05, 0.05, 0.05]), "none leads": np.full(5, 0.2)}
MAKERS: dict[str, Callable[[Random, int], Planted]] = {"another leads": shift, "none leads": scatter}


@dataclass(frozen=True)
class Make:
    """A way in which histories come about."""

    starts: Callable[[Random, int], Floats]
    tastes: Callable[[Random, Floats], Floats]
    """Shares of each session [sessions, labels]."""


def markov(random: Random, starts: Floats) -> Floats:
    """Three moods; a session keeps that of the one before in six of ten cases."""
    moods, mood = random.dirichlet(np.full(5, 0.6), 3), 0
    rows: list[Floats] = []
    for _ in starts:
        mood = mood if random.random() < 0.6 else int(random.integers(3))
        rows.append(random.dirichlet(moods[mood] * 8 + 0.05))
    return np.array(rows)


def zipf(random: Random, starts: Floats) -> Floats:
    """Interests of Zipf's shares, every session its own mixture of them."""
    base = random.permutation(1 / np.arange(1, 6))
    return random.dirichlet(base / base.sum() * 2.5, len(starts))


def weekly(random: Random, starts: Floats) -> Floats:
    """Weekends with another taste than the days between."""
    tastes = random.dirichlet(np.full(5, 1.0), 2)
    is_weekend = (starts - START) // DAY % 7 >= 5
    return np.array([random.dirichlet(tastes[int(day)] * 4 + 0.05) for day in is_weekend])


def moody_runs(random: Random, starts: Floats) -> Floats:
    """One mixture for each run of sessions without a pause of three days, some ten sessions.

    What comes after a run is as likely as what was before it, so no run is a change. The timeline weighs that runs may
    be alike within and unlike each other as an explanation of its own, which costs it shifts planted in such histories.
    """
    base = random.dirichlet(np.full(5, 2.0))
    run = np.cumsum(np.diff(starts, prepend=starts[0]) > 3 * DAY)
    return random.dirichlet(base * 6 + 0.05, int(run[-1]) + 1)[run]


MAKES = {
    "Markov moods": Make(poisson, markov),
    "Zipf interests": Make(SHAPES["heavy"], zipf),
    "own weekends": Make(SHAPES["evenings"], weekly),
    "bursts of a mood": Make(SHAPES["bursty"], moody_runs),
}


def stationary(random: Random, make: Make, count: int) -> TimelineInput:
    """A history in which nothing changes for good."""
    starts = make.starts(random, count)
    history = plain(random, starts)
    return build(random, History(history.starts, history.sizes, make.tastes(random, history.starts)))


def shifted(random: Random, make: Make, count: int) -> Planted:
    """The same beside a leader whose share falls from 80 to 20 % at a session in the middle three fifths."""
    starts = make.starts(random, count)
    history = plain(random, starts)
    place = int(random.integers(count // 5, count - count // 5))
    own = make.tastes(random, history.starts)
    rest = np.hstack([np.zeros((count, 1)), own[:, 1:] / np.maximum(own[:, 1:].sum(axis=1, keepdims=True), 1e-9)])
    leader = np.where(np.arange(count) < place, random.beta(4.0, 1.0, count), random.beta(1.0, 4.0, count))[:, None]
    shares = leader * np.eye(len(LABELS))[0] + (1 - leader) * rest
    shares /= shares.sum(axis=1, keepdims=True)
    return build(random, History(history.starts, history.sizes, shares)), float(history.starts[place])


def likelihood(counts_SK: Floats, mean_K: Floats) -> Floats:
    """Give the log-likelihood of each session's counts, Dirichlet-multinomial about a mean (without its constant)."""
    alpha_K = mean_K * SPREAD
    seen_S = gammaln(counts_SK.sum(axis=1) + SPREAD)
    return (gammaln(counts_SK + alpha_K) - gammaln(alpha_K)).sum(axis=1) - seen_S


def oracle(data: TimelineInput, new_K: Floats) -> tuple[float, float]:
    """Give the likeliest moment of the shift, and the one with most chance of being within a tenth of the length."""
    is_first = np.diff(data.times_N, prepend=-np.inf) > 20.5
    starts_S, session_N = data.times_N[is_first], np.cumsum(is_first) - 1
    counts_SK = np.zeros((len(starts_S), len(LABELS)))
    np.add.at(counts_SK, (session_N, data.items_N), 1.0)
    gained_S = likelihood(counts_SK, OLD) - likelihood(counts_SK, new_K)
    log_S = np.concatenate(([0.0], np.cumsum(gained_S)[:-1]))
    low, high = starts_S[0] + np.array([0.2, 0.8]) * (starts_S[-1] - starts_S[0])
    prior_S = np.diff(np.clip(starts_S, low, high), prepend=low)
    log_S[prior_S == 0] = -np.inf
    posterior_S = np.exp(log_S - log_S.max()) * prior_S
    is_near_SS = np.abs(starts_S[:, None] - starts_S[None, :]) <= 0.1 * float(np.ptp(data.times_N))
    return float(starts_S[log_S.argmax()]), float(starts_S[(is_near_SS @ posterior_S).argmax()])


def is_found(data: TimelineInput, moment: float) -> bool:
    """Tell whether the timeline dates a change of taste near the moment."""
    near = 0.1 * float(np.ptp(data.times_N))
    return any(change.kind == "interest" and abs(moment_of(change) - moment) <= near for change in changes_of(data))


def print_oracle(random: Random, histories: int) -> None:
    """Print the timeline's finds beside the oracle's."""
    print(f"\nLeader 80 to 20 %: % of {histories} found within 10 % / oracle, likeliest / oracle, best\n")
    for name, make in MAKERS.items():
        cells = ""
        for length in LENGTHS:
            hits = np.zeros(3)
            for _ in range(histories):
                data, moment = make(random, length)
                near = 0.1 * float(np.ptp(data.times_N))
                dated = oracle(data, NEW[name])
                hits += [is_found(data, moment), *(abs(when - moment) <= near for when in dated)]
            cells += f"{length:>8}:" + " /".join(f"{100 * hit / histories:4.0f}" for hit in hits)
        print(f"{name:<20}{cells}", flush=True)


def print_stationary(random: Random, histories: int) -> None:
    """Print false changes of taste."""
    print(f"\nStationary: false changes of taste a year / % of {histories} histories with one\n")
    for name, make in MAKES.items():
        cells, total, years = "", 0, 0.0
        for length in LENGTHS:
            found, span = 0, 0.0
            for _ in range(histories):
                data = stationary(random, make, length)
                found += any(change.weekly is None for change in changes_of(data))
                span += float(np.ptp(data.times_N)) / YEAR
            cells += f"{length:>8}:{found / span:5.2f} /{100 * found / histories:4.0f}"
            total, years = total + found, years + span
        print(f"{name:<20}{cells}     all:{total / years:5.2f} a year", flush=True)


def print_shifted(random: Random, histories: int) -> None:
    """Print how many shifts are found in histories of other makes."""
    print(f"\nLeader 80 to 20 % in these: % of {histories} found within 10 %\n")
    for name, make in MAKES.items():
        cells = ""
        for length in LENGTHS:
            hits = sum(is_found(*shifted(random, make, length)) for _ in range(histories))
            cells += f"{length:>8}:{100 * hits / histories:4.0f}"
        print(f"{name:<20}{cells}", flush=True)


def main() -> None:
    """Run all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=60)
    parser.add_argument("--seed", type=int, default=23)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    print(f"seed {options.seed}")
    print_oracle(random, options.histories)
    print_stationary(random, options.histories)
    print_shifted(random, options.histories)


if __name__ == "__main__":
    main()
