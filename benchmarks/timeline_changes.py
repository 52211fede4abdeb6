"""Prints how well changes of taste and activity are found and dated, and how many are claimed where none is.

    python -m benchmarks.timeline_changes [--histories 60] [--seed 7]

Histories are those of `benchmarks.timeline`: sessions of heavy-tailed size whose mixture of labels wanders. A shift is
planted at the first session after a random moment between a fifth and four fifths of the history, so it may leave few
sessions on one side; it counts as found when a change of that kind is dated within a tenth of the history's length.
Seeded; two minutes on one core.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from benchmarks.timeline import DAY, LENGTHS, SHAPES, START, Floats, History, Random, build, plain, poisson
from temporec_mcp.domain.timeline import Change
from temporec_mcp.timeline.inputs import TimelineInput
from temporec_mcp.timeline.summary import summarise

YEAR = 365.25 * DAY
Planted = tuple[TimelineInput, float]
"""A history, and the moment of what was planted."""


def phases(random: Random, count: int) -> Floats:
    """Binges of a week or so with two sessions a day, between some weeks with one session in six days."""
    lengths = np.where(np.arange(count) % 2 == 0, random.geometric(1 / 14, count), random.geometric(1 / 5, count))
    usual = np.repeat(np.where(np.arange(count) % 2 == 0, 0.5, 6.0), lengths)[:count]
    return START + np.cumsum(random.exponential(usual) * DAY)


def turned(random: Random, count: int, old: Floats, new: Floats) -> Planted:
    """Sessions whose mixture is drawn around `old` before a random session, and around `new` from it."""
    starts = SHAPES["poisson" if random.random() < 0.5 else "bursty"](random, count)
    first, last = starts[0] + np.array([0.2, 0.8]) * (starts[-1] - starts[0])
    moment = float(starts[np.searchsorted(starts, random.uniform(first, last))])
    history = plain(random, starts)
    before, after = random.dirichlet(old * 5, count), random.dirichlet(new * 5, count)
    shares = np.where((starts < moment)[:, None], before, after)
    return build(random, History(history.starts, history.sizes, shares)), moment


def shift(random: Random, count: int) -> Planted:
    """The leading label falls from 80 to 20 %, and another one leads with 65 %."""
    old, new = np.array([0.8, 0.05, 0.05, 0.05, 0.05]), np.array([0.2, 0.65, 0.05, 0.05, 0.05])
    return turned(random, count, old, new)


def scatter(random: Random, count: int) -> Planted:
    """The leading label falls from 80 to 20 %, and no other one takes its place."""
    return turned(random, count, np.array([0.8, 0.05, 0.05, 0.05, 0.05]), np.full(5, 0.2))


def slower(random: Random, count: int) -> Planted:
    """From five sessions a week to one; `count` sessions in all."""
    fast = int(count * random.uniform(0.4, 0.8))
    gaps = np.concatenate([random.exponential(1.4 * DAY, fast), random.exponential(7 * DAY, count - fast)])
    starts = START + np.cumsum(gaps)
    return build(random, plain(random, starts)), float(starts[fast])


def quicker(random: Random, count: int) -> Planted:
    """From one session a week to five."""
    slow = int(count * random.uniform(0.2, 0.6))
    gaps = np.concatenate([random.exponential(7 * DAY, slow), random.exponential(1.4 * DAY, count - slow)])
    starts = START + np.cumsum(gaps)
    return build(random, plain(random, starts)), float(starts[slow])


def drift(random: Random, count: int, first: float, last: float) -> TimelineInput:
    """One label's share grows from 10 to 70 % between two places (parts of the history)."""
    place = np.clip((np.arange(count) / count - first) / (last - first), 0, 1)[:, None]
    grown = 0.1 + 0.6 * place
    shares = np.hstack([grown, np.tile((1 - grown) / 4, (1, 4))])
    history = plain(random, poisson(random, count))
    return build(random, History(history.starts, history.sizes, shares))


def slowing(random: Random, count: int) -> TimelineInput:
    """Ever longer pauses, from one day to eight."""
    starts = START + np.cumsum(random.exponential(np.geomspace(1, 8, count) * DAY))
    return build(random, plain(random, starts))


PLANTED: dict[str, tuple[Callable[[Random, int], Planted], str]] = {
    "leader 80 to 20 %, another leads": (shift, "interest"),
    "leader 80 to 20 %, none leads": (scatter, "interest"),
    "5 sessions a week to 1": (slower, "activity"),
    "1 session a week to 5": (quicker, "activity"),
}
DRIFTS: dict[str, Callable[[Random, int], TimelineInput]] = {
    "share 10 to 70 %, all along": lambda random, count: drift(random, count, 0.0, 1.0),
    "share 10 to 70 %, middle half": lambda random, count: drift(random, count, 0.25, 0.75),
    "pauses 1 to 8 days, all along": slowing,
}


def changes_of(data: TimelineInput) -> tuple[Change, ...]:
    """Give what was found."""
    return summarise(data).changes


def moment_of(change: Change) -> float:
    """Give noon of a change's day in seconds."""
    return datetime(change.date.year, change.date.month, change.date.day, 12, tzinfo=UTC).timestamp()


def print_false(random: Random, histories: int) -> None:
    """Print changes a year in stationary histories."""
    print("\nFalse changes (points and drifts, of taste and activity) a year of stationary history\n")
    print(f"{'shape':<20}" + "".join(f"{length:>8}" for length in LENGTHS) + f"{'all':>8}{'years':>8}{'found':>7}")
    shapes = {name: make for name, make in SHAPES.items() if name != "fading"} | {"phases": phases}
    for name, make in shapes.items():
        for is_sticky in (False, True):
            counts, years = np.zeros(len(LENGTHS)), np.zeros(len(LENGTHS))
            for cell, length in enumerate(LENGTHS):
                for _ in range(histories):
                    data = build(random, plain(random, make(random, length), is_sticky))
                    counts[cell] += len(changes_of(data))
                    years[cell] += float(np.ptp(data.times_N)) / YEAR
            cells = "".join(f"{rate:8.2f}" for rate in [*(counts / years), counts.sum() / years.sum()])
            print(f"{name + (' sticky' if is_sticky else ''):<20}{cells}{years.sum():8.0f}{counts.sum():7.0f}")


def print_found(random: Random, histories: int) -> None:
    """Print how many planted changes were found near their day."""
    print(f"\nPlanted changes: % of {histories} found within 10 % of the length / others claimed a history\n")
    print(f"{'planted':<34}" + "".join(f"{length:>14}" for length in LENGTHS))
    for name, (make, kind) in PLANTED.items():
        cells: list[str] = []
        for length in LENGTHS:
            hits = others = 0
            for _ in range(histories):
                data, moment = make(random, length)
                near = 0.1 * float(np.ptp(data.times_N))
                found = changes_of(data)
                is_hit = [change.kind == kind and abs(moment_of(change) - moment) <= near for change in found]
                hits += any(is_hit)
                others += len(found) - sum(is_hit)
            cells.append(f"{100 * hits / histories:8.0f} /{others / histories:4.2f}")
        print(f"{name:<34}" + "".join(cells))


def print_drifts(random: Random, histories: int) -> None:
    """Print how gradual moves are told."""
    print(f"\nPlanted drifts: % of {histories} told as a drift / as a point\n")
    print(f"{'planted':<34}" + "".join(f"{length:>14}" for length in LENGTHS))
    for name, make in DRIFTS.items():
        cells: list[str] = []
        for length in LENGTHS:
            runs = [{change.kind for change in changes_of(make(random, length))} for _ in range(histories)]
            drifts = sum("drift" in kinds for kinds in runs)
            points = sum(bool(kinds - {"drift"}) for kinds in runs)
            cells.append(f"{100 * drifts / histories:8.0f} /{100 * points / histories:4.0f}")
        print(f"{name:<34}" + "".join(cells))


def main() -> None:
    """Run all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    print(f"seed {options.seed}")
    print_false(random, options.histories)
    print_found(random, options.histories)
    print_drifts(random, options.histories)


if __name__ == "__main__":
    main()
