"""Prints how often the timeline finds what is not there, and what it finds of what was planted.

    python -m benchmarks.timeline [--histories 60] [--seed 7]

False findings: histories of several shapes without any habit, shift or anomaly (a daily rhythm where the shape says
so, which is then no false finding). Power: the same shapes with one thing planted. Seeded; a minute on one core.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.timeline import Timeline
from temporec_mcp.timeline.inputs import TimelineInput
from temporec_mcp.timeline.summary import summarise

Random = np.random.Generator
Floats = NDArray[np.float64]
DAY, HOUR = 86_400.0, 3_600.0
START = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
LABELS = ("drama", "comedy", "thriller", "romance", "science")
LENGTHS = (30, 60, 120, 300)
LABELS_OF = {number: (label,) for number, label in enumerate(LABELS)}


@dataclass(frozen=True)
class History:
    """Sessions and what happened in them."""

    starts: Floats
    sizes: NDArray[np.int64]
    shares: Floats
    """Chance of each label in each session [sessions, labels]."""


def poisson(random: Random, count: int) -> Floats:
    """Sessions at any time, independent of each other."""
    return START + np.cumsum(random.exponential(1.5 * DAY, count))


def evenings(random: Random, count: int) -> Floats:
    """Days at random, always in the evening."""
    days = np.sort(random.choice(int(count * 2.2), count, replace=False))
    return START + days * DAY + 20 * HOUR + random.normal(0, 1.5 * HOUR, count)


def bursty(random: Random, count: int) -> Floats:
    """Runs of days with several sessions each, and long pauses between them."""
    gaps = np.where(
        random.random(count) < 0.12, random.exponential(14 * DAY, count), random.exponential(DAY / 3, count)
    )
    return START + np.cumsum(gaps)


def heavy(random: Random, count: int) -> Floats:
    """Pauses with a Pareto tail of index 1.3."""
    return START + np.cumsum(0.2 * DAY * (1 + random.pareto(1.3, count)))


def fading(random: Random, count: int) -> Floats:
    """Ever longer pauses, from one to six days."""
    return START + np.cumsum(random.exponential(np.linspace(1, 6, count) * DAY))


def daily(random: Random, count: int) -> Floats:
    """Every day, within an hour."""
    return START + np.arange(count) * DAY + 8 * HOUR + random.uniform(-HOUR, HOUR, count)


SHAPES: dict[str, Callable[[Random, int], Floats]] = {
    "poisson": poisson, "evenings": evenings, "bursty": bursty, "heavy": heavy, "fading": fading, "daily": daily,
}  # fmt: skip
HAS_DAY = ("evenings", "daily")


def plain(random: Random, starts: Floats, is_sticky: bool = False) -> History:
    """Sessions of heavy-tailed size (binges) with a mixture of labels that wanders but does not shift."""
    count = len(starts)
    base = random.dirichlet(np.full(len(LABELS), 2.0))
    shares = random.dirichlet(base * 3 + 0.05, count)
    if is_sticky:  # a session is like the one before in half of the cases
        for row in np.flatnonzero(random.random(count - 1) < 0.5) + 1:
            shares[row] = shares[row - 1]
    sizes = np.minimum(1 + np.floor(random.lognormal(1.0, 1.0, count)), 200).astype(np.int64)
    return History(np.sort(starts), sizes, shares)


def build(random: Random, history: History) -> TimelineInput:
    """Turn sessions into events: half ratings, half purchases with heavy-tailed prices."""
    total = int(history.sizes.sum())
    session = np.repeat(np.arange(len(history.sizes)), history.sizes)
    inside = np.arange(total) - np.repeat(np.cumsum(history.sizes) - history.sizes, history.sizes)
    times = history.starts[session] + inside * 20.0
    items = (random.random(total)[:, None] > np.cumsum(history.shares[session], axis=1)[:, :-1]).sum(axis=1)
    is_rating = random.random(total) < 0.5
    ratings = random.choice([1.0, 2.0, 3.0, 4.0, 5.0], total, p=[0.02, 0.08, 0.3, 0.4, 0.2])
    values = np.where(is_rating, ratings, np.round(random.lognormal(2.5, 0.8, total), 2))
    return TimelineInput(
        user_id="planted",
        timezone="UTC",
        times_N=times,
        items_N=items.astype(np.int32),
        actions_N=is_rating.astype(np.int32),
        action_names=("purchase", "rate"),
        values_N=values.astype(np.float32),
        date_only_N=np.zeros(total, dtype=np.bool_),
        titles={},
        categories=LABELS_OF,
        now=datetime.fromtimestamp(float(times.max()), UTC),
    )


def findings(timeline: Timeline, has_day: bool) -> set[str]:
    """Name everything that was claimed beyond plain counts."""
    found = {f"period {period.days:g}" for period in timeline.rhythm.periods if not (has_day and period.days == 1)}
    found |= {anomaly.kind for anomaly in timeline.anomalies}
    # Changes of activity are true of some of these shapes; benchmarks.timeline_changes plants and counts them.
    found |= {"change"} if any(change.weekly is None for change in timeline.changes) else set()
    return found | ({"trend"} if any(interest.trend != "steady" for interest in timeline.interests) else set())


def weekday_habit(random: Random, count: int, share: float = 0.7) -> TimelineInput:
    """Sessions once a week, `share` of them within three hours of Friday 20:00, the others anywhere."""
    weeks = START + np.arange(count) * 7 * DAY
    on_friday = 4 * DAY + 20 * HOUR + random.uniform(-3 * HOUR, 3 * HOUR, count)
    place = np.where(random.random(count) < share, on_friday, random.uniform(0, 7 * DAY, count))
    return build(random, plain(random, (weeks + place).astype(np.float64)))


def silence(random: Random, count: int) -> TimelineInput:
    """A Poisson history with one pause of 40 usual ones."""
    starts = poisson(random, count)
    starts[count // 2 :] += 60 * DAY
    return build(random, plain(random, starts))


def burst(random: Random, count: int) -> TimelineInput:
    """One session of 60 events among even ones of about five."""
    history = plain(random, evenings(random, count))
    sizes = 1 + random.poisson(4, count)
    sizes[count // 3] = 60
    return build(random, History(history.starts, sizes, history.shares))


def binge(random: Random, count: int) -> TimelineInput:
    """One session of 1,000 events among sessions of heavy-tailed size."""
    history = plain(random, evenings(random, count))
    history.sizes[count // 3] = 1_000
    return build(random, history)


def shift(random: Random, count: int) -> TimelineInput:
    """The leading label's share falls from 80 to 20 percent half-way, and another one takes its place."""
    before = random.dirichlet(np.array([0.8, 0.05, 0.05, 0.05, 0.05]) * 5, count)
    after = random.dirichlet(np.array([0.2, 0.65, 0.05, 0.05, 0.05]) * 5, count)
    history = plain(random, poisson(random, count))
    shares = np.where(np.arange(count)[:, None] < count // 2, before, after)
    return build(random, History(history.starts, history.sizes, shares))


def drift(random: Random, count: int) -> TimelineInput:
    """One label's share grows steadily from 10 to 60 percent."""
    grown = np.linspace(0.1, 0.6, count)[:, None]
    shares = np.hstack([grown, np.tile((1 - grown) / 4, (1, 4))])
    history = plain(random, poisson(random, count))
    return build(random, History(history.starts, history.sizes, shares))


def odd_hour(random: Random, count: int) -> TimelineInput:
    """One evening session moved to the morning."""
    starts = evenings(random, count)
    starts[count // 2] -= 12 * HOUR
    return build(random, plain(random, starts))


def odd_price(random: Random, count: int) -> TimelineInput:
    """One price of a hundred times the largest other."""
    data = build(random, plain(random, poisson(random, count)))
    prices = np.flatnonzero(data.actions_N == 0)
    data.values_N[prices[len(prices) // 2]] = 100 * data.values_N[prices].max()
    return data


PLANTED: dict[str, tuple[Callable[[Random, int], TimelineInput], str, tuple[str, ...]]] = {
    "weekday habit, 70 %": (weekday_habit, "period 7", ("period 1",)),
    "silence": (silence, "silence", ()),
    "burst, even sessions": (burst, "burst", ("period 1",)),
    "burst among binges": (binge, "burst", ("period 1",)),
    "shift 80 to 20 %": (shift, "change", ("trend",)),
    "drift 10 to 60 %": (drift, "trend", ("change",)),
    "odd hour": (odd_hour, "hour", ("period 1",)),
    "odd price": (odd_price, "value", ()),
}


def print_false_findings(random: Random, histories: int) -> None:
    """Print the part of the histories with any false finding, by shape and length."""
    print(f"\nFalse findings: % of {histories} histories with any, and which\n")
    print(f"{'shape':<18}" + "".join(f"{length:>8}" for length in LENGTHS) + "   kinds (% of all)")
    for name, make in SHAPES.items():
        for is_sticky in (False, True):
            kinds: Counter[str] = Counter()
            cells: list[str] = []
            for length in LENGTHS:
                runs = [
                    findings(summarise(build(random, plain(random, make(random, length), is_sticky))), name in HAS_DAY)
                    for _ in range(histories)
                ]
                kinds.update(kind for run in runs for kind in run)
                cells.append(f"{100 * sum(map(bool, runs)) / histories:8.1f}")
            part = 100 / histories / len(LENGTHS)
            said = ", ".join(f"{kind} {part * count:.1f}" for kind, count in kinds.most_common())
            print(f"{name + (' sticky' if is_sticky else ''):<18}" + "".join(cells) + f"   {said}")


def print_power(random: Random, histories: int) -> None:
    """Print the part of the histories in which the planted thing was found, and anything else beside it."""
    print(f"\nPower: % of {histories} histories in which it was found / with anything false beside it\n")
    print(f"{'planted':<22}" + "".join(f"{length:>14}" for length in LENGTHS))
    for name, (make, expected, allowed) in PLANTED.items():
        cells: list[str] = []
        for length in LENGTHS:
            runs = [findings(summarise(make(random, length)), False) for _ in range(histories)]
            hits = sum(expected in run for run in runs)
            wrong = sum(bool(run - {expected, *allowed}) for run in runs)
            cells.append(f"{100 * hits / histories:8.1f} /{100 * wrong / histories:4.1f}")
        print(f"{name:<22}" + "".join(cells))


def print_shift_delay(random: Random, histories: int) -> None:
    """Print how far from the planted day a shift is dated, as part of the history's length."""
    print("\nShift 80 to 20 %: % found within 10 % of the history's length of its day\n")
    for length in LENGTHS:
        near = 0
        for _ in range(histories):
            data = shift(random, length)
            timeline = summarise(data)
            span = (timeline.last - timeline.first).total_seconds()
            planted = _session_starts(data)[length // 2]
            days = [datetime.combine(change.date, datetime.min.time(), UTC).timestamp() for change in timeline.changes]
            near += any(abs(day - planted) <= 0.1 * span for day in days)
        print(f"{length:>6} sessions {100 * near / histories:6.1f}")


def _session_starts(data: TimelineInput) -> Floats:
    """Give the times that do not follow another event of their session, which come every 20 seconds."""
    return data.times_N[np.diff(data.times_N, prepend=-np.inf) > 20.5]


def main() -> None:
    """Run all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    began = time.perf_counter()
    random = np.random.default_rng(options.seed)
    print(f"seed {options.seed}")
    print_false_findings(random, options.histories)
    print_power(random, options.histories)
    print_shift_delay(random, options.histories)
    print(f"\n{time.perf_counter() - began:.0f} s, {time.process_time():.0f} s of CPU")


if __name__ == "__main__":
    main()
