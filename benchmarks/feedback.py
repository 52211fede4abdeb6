"""Shows what feedback does to later lists, with users who act as MovieLens 100K says that they did.

    python -m benchmarks.feedback [FOLDER] [--seed 0]

The recipe (quick) is fitted on the events before the 90 % time quantile. Then each user of the later tenth who was
known by then is shown a list of 10 before every fifth event, and takes the next five events as they truly happened.
Of the list the user dismisses what will never be rated and reads more like what the user rated low (1 or 2) than like
what the user rated high (4 or 5); the rest of the list that is not taken was shown and ignored. Every list is judged by
the five events that follow it. Prints NDCG@10 and the hit rate of all lists after the first: with nothing told, with
what was taken, with dismissals, and with a discount for what was shown and ignored (a part of the spread of the
candidates' scores for each showing, half of it after a week), which the product leaves out for what it shows here;
differences with 95 % intervals (paired bootstrap over users).

Axes: B histories, C lists, K places of a list, V items, D text width.
"""

import argparse
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import Rows, log_of, text_vectors
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Flags, Floats, History, Times, batch_histories
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.history import open_history
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.fit import Recipe, fit_recipe
from temporec_mcp.pipeline.rank import best
from temporec_mcp.pipeline.split import quantile_cut

STEP = 5
"""Events between two lists."""
LIST_LENGTH = 10
LOW, HIGH = 2.0, 4.0
TAKES, DISMISSES = 0, 1
WEIGHTS = np.array([1.0, -1.0], dtype=np.float32)
HALF_LIFE_SECONDS = 7 * 86_400.0
DRAWS = 2_000


@dataclass(frozen=True)
class Way:
    """What is told of a list."""

    name: str
    tells_taken: bool = True
    tells_dismissed: bool = False
    strength: float = 0.0
    """Of the discount for each time that an item was ignored, in spreads of the candidates' scores."""
    least: int = 1
    """Times from which on it counts."""


BASE = Way("what was taken")
WAYS = (
    Way("nothing told", tells_taken=False),
    BASE,
    Way("and dismissed", tells_dismissed=True),
    Way("and ignored, .05", strength=0.05),
    Way("and ignored, .1", strength=0.1),
    Way("and ignored, .2", strength=0.2),
    Way("ignored 4 times, .1", strength=0.1, least=4),
)


@dataclass
class Person:
    """A simulated user: what was known, what will come, and what was shown and refused on the way."""

    past: History
    future: History
    dismissed: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    shown: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])

    def known(self, step: int, way: Way) -> History:
        """Give the history before the list number `step`."""
        taken = step * STEP if way.tells_taken else 0
        items = [*self.past.items_L.tolist(), *self.future.items_L[:taken].tolist()]
        times = [*self.past.times_L.tolist(), *self.future.times_L[:taken].tolist()]
        refused = self.dismissed if way.tells_dismissed else []
        rows = [(moment, place, item, TAKES) for place, (item, moment) in enumerate(zip(items, times, strict=True))]
        rows += [(moment, len(rows) + place, item, DISMISSES) for place, (item, moment) in enumerate(refused)]
        rows.sort()
        count = len(rows)
        return History(
            items_L=np.array([row[2] for row in rows], dtype=np.int32),
            times_L=np.array([row[0] for row in rows], dtype=np.float64),
            actions_L=np.array([row[3] for row in rows], dtype=np.int32),
            values_L=np.full(count, np.nan, dtype=np.float32),
            contexts_L=np.full(count, -1, dtype=np.int32),
            seqs_L=np.arange(count, dtype=np.int64),
        )


def people(log: EventLog, cut: float) -> list[Person]:
    """Give the users with events before and at least two lists' worth of them after the cut."""
    found: list[Person] = []
    for user in range(len(log.user_ids)):
        history = log.history(user)
        is_past_L = history.times_L < cut
        if is_past_L.any() and (~is_past_L).sum() >= 2 * STEP:
            found.append(Person(history.keep(is_past_L), history.keep(~is_past_L)))
    return found


def simulate(blend: Blend, persons: list[Person], vectors_VD: Floats, way: Way) -> tuple[Floats, NDArray[np.int64]]:
    """Give NDCG and hits [C, 2] of the lists after each person's first, and whose they are [C]."""
    for person in persons:
        person.dismissed, person.shown = [], []
    figures: list[tuple[float, float]] = []
    whose: list[int] = []
    steps = max(len(person.future) // STEP for person in persons)
    for step in range(steps):
        asked = [number for number, person in enumerate(persons) if len(person.future) >= (step + 1) * STEP]
        lists = _lists(blend, [persons[number] for number in asked], step, way)
        for number, items_K in zip(asked, lists, strict=True):
            person = persons[number]
            taken = person.future.items_L[step * STEP : (step + 1) * STEP]
            is_hit_K = np.isin(items_K, taken)
            if step:
                figures.append((_ndcg(is_hit_K, len(taken)), float(is_hit_K.any())))
                whose.append(number)
            _respond(person, items_K[~is_hit_K], float(person.future.times_L[step * STEP]), vectors_VD)
    return np.array(figures, dtype=np.float32), np.array(whose, dtype=np.int64)


def _lists(blend: Blend, persons: list[Person], step: int, way: Way) -> list[NDArray[np.int32]]:
    histories = [person.known(step, way) for person in persons]
    as_of_B: Times = np.array([person.future.times_L[step * STEP] for person in persons])
    batch = batch_histories(histories, as_of_B, WEIGHTS, blend.history_length)
    scores_PBV = blend.part_scores(batch)
    candidates_BV: Flags = np.ones(scores_PBV.shape[1:], dtype=np.bool_)
    for row, (person, history) in enumerate(zip(persons, histories, strict=True)):
        candidates_BV[row, history.items_L] = False
        candidates_BV[row, person.future.items_L[: step * STEP]] = False
    scores_BV = blend.combine(scores_PBV, candidates_BV, batch.lengths_B)
    if way.strength:
        for row, person in enumerate(persons):
            scores_BV[row] -= _discount(person, scores_BV[row], float(as_of_B[row]), way)
    return list(best(scores_BV, LIST_LENGTH))


def _discount(person: Person, scores_V: Floats, moment: float, way: Way) -> Floats:
    """Give what the showings that were ignored take off each item's score."""
    items_S = np.array([item for item, _ in person.shown], dtype=np.intp)
    ages_S = moment - np.array([shown for _, shown in person.shown], dtype=np.float64)
    sums_V = np.bincount(items_S, weights=0.5 ** (ages_S / HALF_LIFE_SECONDS), minlength=len(scores_V))
    counts_V = np.bincount(items_S, minlength=len(scores_V))
    spread = float(scores_V[np.isfinite(scores_V)].std())
    return np.where(counts_V >= way.least, way.strength * spread * sums_V, 0.0).astype(np.float32)


def _respond(person: Person, left_K: NDArray[np.int32], moment: float, vectors_VD: Floats) -> None:
    """Dismiss what will never be wanted and reads like what was rated low; the rest was ignored."""
    low, high = (person.past.items_L[chosen] for chosen in _rated(person.past))
    for item in left_K.tolist():
        person.shown.append((item, moment))
        if item in person.future.items_L or not len(low):
            continue
        likeness = [float((vectors_VD[group] @ vectors_VD[item]).max(initial=-1.0)) for group in (low, high)]
        if likeness[0] > likeness[1]:
            person.dismissed.append((item, moment))


def _rated(past: History) -> tuple[Flags, Flags]:
    return past.values_L <= LOW, past.values_L >= HIGH


def _ndcg(is_hit_K: Flags, target_count: int) -> float:
    gains_K = 1.0 / np.log2(np.arange(2, len(is_hit_K) + 2))
    return float(is_hit_K @ gains_K / gains_K[: min(target_count, len(gains_K))].sum())


def interval(differences_C: Floats, whose_C: NDArray[np.int64], seed: int) -> tuple[float, float, float]:
    """Give the mean and its 95 % interval by a bootstrap over users."""
    _, users_C = np.unique(whose_C, return_inverse=True)
    sums_U, counts_U = np.bincount(users_C, weights=differences_C), np.bincount(users_C)
    drawn = np.random.default_rng(seed).integers(0, len(sums_U), (DRAWS, len(sums_U)))
    means = sums_U[drawn].sum(axis=1) / counts_U[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(differences_C.mean()), float(low), float(high)


def rated_log(folder: Path) -> tuple[EventLog, dict[str, Item]]:
    """Read the ratings with their values, and the items."""
    known: dict[str, Item] = {}
    events: list[tuple[str, str, float, float]] = []
    for batch in open_history(folder, ImportOptions(now=datetime.now(UTC))).batches():
        known |= {item.item_id: item for item in batch.items}
        for event in batch.events:
            if event.item_id is not None:
                value = float("nan") if event.value is None else event.value
                events.append((event.user_id, event.item_id, event.time.timestamp(), value))
    users, items, times, values = zip(*events, strict=True)
    log = log_of(Rows(np.array(users), np.array(items), np.array(times)))
    return replace(log, values_N=np.array(values, dtype=np.float32)[log.seqs_N]), known


def fitted(log: EventLog, known: dict[str, Item], seed: int) -> tuple[Blend, Floats]:
    """Fit the recipe on what lies before the cut."""
    vectors_VD = text_vectors([known.get(item_id, Item(item_id)) for item_id in log.item_ids])
    data = FitData(log.before(quantile_cut(log)), vectors_VD, np.ones(1, dtype=np.float32))
    result = fit_recipe(data, Recipe(seed=seed), lambda done, phase: None)
    lengths_V = np.maximum(np.linalg.norm(vectors_VD, axis=1, keepdims=True), 1e-12)
    return result.blend, (vectors_VD / lengths_V).astype(np.float32)


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    log, known = rated_log(options.folder or movielens_100k())
    started = time.process_time()
    blend, vectors_VD = fitted(log, known, options.seed)
    persons = people(log, quantile_cut(log))
    found = {way.name: simulate(blend, persons, vectors_VD, way) for way in WAYS}
    base, whose = found[BASE.name]
    print(
        f"{len(persons)} users, {len(whose)} lists; seed {options.seed}, {time.process_time() - started:.0f} s of CPU"
    )
    print(f"{'':<20} {'NDCG@10':>8} {'HR@10':>7}  NDCG@10 and HR@10 less those of what was taken")
    for name, (figures, _) in found.items():
        print(f"{name:<20} {figures[:, 0].mean():8.4f} {figures[:, 1].mean():7.4f}  ", end="")
        leads = [interval(figures[:, place] - base[:, place], whose, options.seed) for place in (0, 1)]
        print("" if name == BASE.name else ", ".join("{:+.4f} ({:+.4f} to {:+.4f})".format(*lead) for lead in leads))


if __name__ == "__main__":
    main()
