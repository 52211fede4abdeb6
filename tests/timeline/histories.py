"""Histories with and without a planted signal, as input of the summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.timeline import Timeline
from temporec_mcp.timeline.inputs import TimelineInput
from temporec_mcp.timeline.summary import summarise

DAY, HOUR = 86_400.0, 3_600.0
START = datetime(2024, 1, 1, tzinfo=UTC).timestamp()  # a Monday
Floats = NDArray[np.float64]
LABELS = ("drama", "comedy", "thriller", "romance")


@dataclass(frozen=True)
class Plain:
    """Columns that most tests leave alone."""

    timezone: str = "UTC"
    user_id: str = "me"
    actions: Sequence[str] | None = None
    values: Sequence[float] | None = None
    date_only: Sequence[bool] | None = None
    titles: Sequence[str] = ()
    categories: Sequence[tuple[str, ...]] = tuple((label,) for label in LABELS)
    now: float | None = None
    item_ids: Sequence[str] | None = None


def history(times: Sequence[float] | Floats, items: Sequence[int] | None = None, rest: Plain | None = None):
    """Build input from times; without items every event is a search, which has none."""
    rest, count = rest or Plain(), len(times)
    actions = rest.actions or ["watch"] * count
    names = tuple(sorted(set(actions)))
    size = max(int(np.max(items)) + 1 if items is not None and count else 0, 1)
    return TimelineInput(
        user_id=rest.user_id,
        timezone=rest.timezone,
        times_N=np.asarray(times, dtype=np.float64),
        items_N=np.asarray([-1] * count if items is None else items, dtype=np.int32),
        actions_N=np.asarray([names.index(name) for name in actions], dtype=np.int32),
        action_names=names,
        values_N=np.asarray(rest.values if rest.values is not None else [np.nan] * count, dtype=np.float32),
        date_only_N=np.asarray(rest.date_only if rest.date_only is not None else [False] * count, dtype=np.bool_),
        titles=rest.titles or [""] * size,
        categories=rest.categories if len(rest.categories) >= size else [()] * size,
        now=datetime.fromtimestamp(rest.now if rest.now is not None else float(np.max(times, initial=START)), UTC),
        item_ids=rest.item_ids,
    )


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def poisson(random: np.random.Generator, count: int, days: float = 1.5) -> Floats:
    return START + np.cumsum(random.exponential(days * DAY, count))


def evenings(random: np.random.Generator, count: int) -> Floats:
    days = np.sort(random.choice(2 * count, count, replace=False))
    return START + days * DAY + 20 * HOUR + random.uniform(-HOUR, HOUR, count)


def bursty(random: np.random.Generator, count: int) -> Floats:
    is_long = random.random(count) < 0.12
    return START + np.cumsum(np.where(is_long, random.exponential(14 * DAY, count), random.exponential(DAY / 3, count)))


def heavy(random: np.random.Generator, count: int) -> Floats:
    return START + np.cumsum(0.2 * DAY * (1 + random.pareto(1.3, count)))


SHAPES = {"poisson": poisson, "evenings": evenings, "bursty": bursty, "heavy": heavy}


def binges(random: np.random.Generator, starts: Floats) -> TimelineInput:
    """Sessions of heavy-tailed length at the given starts, with labels that wander but do not shift."""
    sizes = np.minimum(1 + random.lognormal(0.5, 1.0, len(starts)).astype(int), 100)
    base = random.dirichlet(np.full(len(LABELS), 2.0))
    shares = random.dirichlet(base * 3 + 0.05, len(starts))
    items = [
        int(random.choice(len(LABELS), p=share)) for share, size in zip(shares, sizes, strict=True) for _ in range(size)
    ]
    times = np.concatenate([start + 20.0 * np.arange(size) for start, size in zip(starts, sizes, strict=True)])
    prices = np.round(random.lognormal(2.5, 0.8, len(items)), 2)
    return history(times, items, Plain(actions=["purchase"] * len(items), values=prices.tolist()))


def found(timeline: Timeline) -> set[str]:
    """Name what is claimed beyond counts and hours."""
    names = {f"period {period.days:g}" for period in timeline.rhythm.periods if period.days > 1}
    names |= {anomaly.kind for anomaly in timeline.anomalies} | ({"change"} if timeline.changes else set())
    return names | ({"trend"} if any(interest.trend != "steady" for interest in timeline.interests) else set())


def false_finding_share(shape: str, lengths: Sequence[int] = (40, 100), repeats: int = 30) -> float:
    random = np.random.default_rng(11)
    runs = [found(summarise(binges(random, SHAPES[shape](random, n)))) for n in lengths for _ in range(repeats)]
    return sum(map(bool, runs)) / len(runs)
