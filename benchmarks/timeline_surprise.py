"""Prints how many planted odd items the timeline tells by the trained model, and how many of its claims were planted.

    python -m benchmarks.timeline_surprise [FOLDER] [--seed 3] [--users 300]

Without FOLDER: made-up users who each take items of three of 24 themes (50 items a theme, Zipf), 80 each, in sessions
of a theme or two. With FOLDER: events and items as in `benchmarks.quality`, say MovieLens 100K. Into a third of
the histories of at least 40 events one item is put, drawn from those of which the user has no label, somewhere in the
second half of the later events. `quick` (the closed-form parts, no texts) learns from the first half of every user's
events; the second half is what a timeline asks it about. A claim is right when it names what was planted. Two minutes.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import Rows, log_of, read
from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import DAY_SECONDS, EventLog
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.bridge import build_bridge
from temporec_mcp.pipeline.fit import Recipe, fit_recipe
from temporec_mcp.pipeline.served import Served
from temporec_mcp.pipeline.standing import LEAST_SCORED, standings
from temporec_mcp.timeline.inputs import Foreseen, TimelineInput
from temporec_mcp.timeline.summary import summarise

THEMES, ITEMS_A_THEME, OWN_THEMES, EVENTS = 24, 50, 3, 80
PLANTED_SHARE, LEAST_EVENTS, FIRST_PLACE = 0.35, 40, 0.75
LIKES = np.ones(1, dtype=np.float32)
START = 1_700_000_000.0
Labels = dict[str, tuple[str, ...]]
Random = np.random.Generator


@dataclass(frozen=True)
class Planted:
    """A log, the labels of its items, and the odd item of each user who has one."""

    log: EventLog
    labels: Labels
    odd: dict[str, str]


def made_up(random: Random, user_count: int) -> tuple[Rows, Labels]:
    """Give users of three themes each; from one session to the next the theme may be another of them."""
    chances = 1 / np.arange(1, ITEMS_A_THEME + 1) ** 0.8
    users: list[str] = []
    items: list[str] = []
    times: list[float] = []
    for user in range(user_count):
        own, mixture = random.choice(THEMES, OWN_THEMES, replace=False), random.dirichlet(np.full(OWN_THEMES, 2.0))
        now, theme, taken = START + random.uniform(0, 200) * DAY_SECONDS, int(own[0]), set[str]()
        while len(taken) < EVENTS:
            if random.random() < 0.3:
                theme, now = int(random.choice(own, p=mixture)), now + random.exponential(1.5 * DAY_SECONDS)
            now += 600.0
            number = int(random.choice(ITEMS_A_THEME, p=chances / chances.sum()))
            item = f"{theme * ITEMS_A_THEME + number:05d}"
            theme = int(random.choice(own, p=mixture)) if item in taken and random.random() < 0.2 else theme
            if item not in taken:
                taken.add(item)
                users.append(str(user))
                items.append(item)
                times.append(now)
    labels = {f"{item:05d}": (f"theme {item // ITEMS_A_THEME}",) for item in range(THEMES * ITEMS_A_THEME)}
    return Rows(np.array(users), np.array(items), np.array(times)), labels


def plant(random: Random, rows: Rows, labels: Labels) -> Planted:
    """Put one odd item into a third of the histories."""
    known = [item for item in np.unique(rows.items).tolist() if labels.get(item)]
    added: list[tuple[str, str, float]] = []
    for user in np.unique(rows.users).tolist():
        own = np.flatnonzero(rows.users == user)
        if len(own) < LEAST_EVENTS or random.random() > PLANTED_SHARE:
            continue
        mine = {label for item in rows.items[own].tolist() for label in labels.get(item, ())}
        foreign = [item for item in known if not mine.intersection(labels[item])]
        if foreign:
            place = int(random.uniform(FIRST_PLACE, 1.0) * (len(own) - 1))
            moment = float(np.sort(rows.times[own])[place]) + 1.0
            added.append((user, foreign[int(random.integers(len(foreign)))], moment))
    users, items, times = zip(*added, strict=True)
    whole = Rows(
        np.concatenate([rows.users, users]), np.concatenate([rows.items, items]), np.concatenate([rows.times, times])
    )
    return Planted(log_of(whole), labels, {user: item for user, item, _ in added})


def learn(log: EventLog, seed: int) -> Served:
    """Train on a log."""
    none, all_V = tuple(() for _ in log.item_ids), np.ones(len(log.item_ids), dtype=np.bool_)
    catalogue = Catalogue(log.item_ids, log.item_ids, none, none, log.item_ids, all_V, all_V)
    blend = fit_recipe(FitData(log, None, LIKES), Recipe(seed=seed), lambda done, phase: None).blend
    return Served(catalogue, None, blend, build_bridge(log.item_ids, log.item_ids, None), "model")


def claims_of(planted: Planted, served: Served, user: int, is_later_N: NDArray[np.bool_]) -> list[str] | None:
    """Give what the timeline of a user says the model held unlikely; None where there is too little to ask about."""
    log, rows = planted.log, slice(int(planted.log.offsets_U[user]), int(planted.log.offsets_U[user + 1]))
    found = standings(served, log.history(user), LIKES, is_later_N[rows])
    if len(found.rows_R) < LEAST_SCORED:
        return None
    places_N, choices_N = (np.full(rows.stop - rows.start, np.nan) for _ in range(2))
    places_N[found.rows_R], choices_N[found.rows_R] = found.places_R, found.choices_R
    data = TimelineInput(
        user_id=log.user_ids[user],
        timezone="UTC",
        times_N=log.times_N[rows],
        items_N=log.items_N[rows],
        actions_N=log.actions_N[rows],
        action_names=log.action_names,
        values_N=log.values_N[rows],
        date_only_N=log.date_only_N[rows],
        titles=log.item_ids,
        categories=[planted.labels.get(item_id, ()) for item_id in log.item_ids],
        now=datetime.fromtimestamp(float(log.times_N[rows][-1]), UTC),
        foresee=lambda lone: Foreseen(places_N, choices_N),
    )
    return [str(entry.facts["title"]) for entry in summarise(data).anomalies if "place" in entry.facts]


def main(argv: Sequence[str] | None = None) -> None:
    """Print one line of figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--users", type=int, default=300)
    options = parser.parse_args(argv)
    random = np.random.default_rng(options.seed)
    if options.folder is None:
        rows, labels = made_up(random, options.users)
    else:
        rows, known = read(options.folder)
        labels = {item_id: item.categories for item_id, item in known.items()}
    planted = plant(random, rows, labels)
    log = planted.log
    middles_U = np.array([np.median(times) for times in np.split(log.times_N, log.offsets_U[1:-1])])
    is_later_N = log.times_N > middles_U[log.users_N]
    served = learn(log.keep(~is_later_N), options.seed)
    asked = planted_count = claims = right = 0
    for user, user_id in enumerate(log.user_ids):
        told = claims_of(planted, served, user, is_later_N)
        if told is not None:
            asked, planted_count = asked + 1, planted_count + (user_id in planted.odd)
            claims, right = claims + len(told), right + (planted.odd.get(user_id) in told)
    print(f"{options.folder or 'made up'}, seed {options.seed}, {len(log.user_ids)} users, {len(log.item_ids)} items")
    print(f"{asked} users with at least {LEAST_SCORED} later first uses, {planted_count} of them with an odd item")
    print(f"{claims} claims, {right} right: precision {right / max(claims, 1):.3f}, found {right / planted_count:.3f}")


if __name__ == "__main__":
    main()
