"""Measures what a home of one person, with a catalogue that nobody else has used, can recommend.

    python -m benchmarks.lone FOLDER [--users 50] [--together 1] [--seed 0]

FOLDER holds events and titled items, for instance MovieLens latest small. Each home holds the first 80 % of the events
of some users (one, or several with --together; those with at least 20 events, drawn by the seed), a day apart as in an
export of dates, and all items. `quick` is trained on it and asked a day later; found are the user's next ten items,
among all that the user has not had. "predicted" is the same model whose unused items are predicted from the used ones,
as homes do in which most items were used.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.quality import Rows, log_of, read
from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import DAY_SECONDS, PADDING, EventLog, Flags, Floats
from temporec_mcp.models.encoder import load_encoder
from temporec_mcp.models.part import FitData
from temporec_mcp.models.zero_shot import zero_shot_blend
from temporec_mcp.pipeline.bridge import build_bridge, learnt_items
from temporec_mcp.pipeline.encode import item_text
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.fit import Recipe, fit_recipe
from temporec_mcp.pipeline.rank import CandidateRule, Question, Ranked, candidates
from temporec_mcp.pipeline.served import Served

LEAST_EVENTS = 20
HISTORY_SHARE = 0.8
TARGETS = 10
START = 1_700_000_000.0
LIKES = np.ones(1, dtype=np.float32)


@dataclass(frozen=True)
class Shelf:
    """The items of every home."""

    catalogue: Catalogue
    vectors_VD: Floats
    texts_VE: Floats
    """The vectors as training whitens them."""


@dataclass(frozen=True)
class Home:
    """What some users did, and what each did next."""

    log: EventLog
    targets: list[list[int]]


def shelf_of(known: dict[str, Item]) -> Shelf:
    """Read the texts of all items."""
    item_ids = tuple(sorted(known))
    titles = tuple(known[item_id].title or item_id for item_id in item_ids)
    texts = tuple(item_text(known[item_id]) for item_id in item_ids)
    none, all_V = tuple(() for _ in item_ids), np.ones(len(item_ids), dtype=np.bool_)
    vectors_VD = load_encoder("auto", "cpu", 1).encode(texts)
    return Shelf(Catalogue(item_ids, titles, none, none, texts, all_V, all_V), vectors_VD, whiten(vectors_VD))


def homes_of(rows: Rows, shelf: Shelf, user_count: int, together: int, seed: int) -> list[Home]:
    """Draw the users and cut their histories."""
    numbers = {item_id: number for number, item_id in enumerate(shelf.catalogue.item_ids)}
    taken: defaultdict[str, list[int]] = defaultdict(list)
    for row in np.argsort(rows.times, kind="stable").tolist():
        taken[str(rows.users[row])].append(numbers[str(rows.items[row])])
    long = sorted(user for user, items in taken.items() if len(items) >= LEAST_EVENTS)
    drawn = np.random.default_rng(seed).permutation(long)[:user_count].tolist()
    groups = [drawn[start : start + together] for start in range(0, len(drawn), together)]
    return [_home([taken[user] for user in group], shelf) for group in groups]


def _home(histories: list[list[int]], shelf: Shelf) -> Home:
    cuts = [int(len(items) * HISTORY_SHARE) for items in histories]
    users = [str(user) for user, cut in enumerate(cuts) for _ in range(cut)]
    places = [item for items, cut in zip(histories, cuts, strict=True) for item in items[:cut]]
    times = np.concatenate([START + DAY_SECONDS * np.arange(cut, dtype=np.float64) for cut in cuts])
    log = log_of(Rows(np.array(users), np.array(places), times))
    used = np.array(log.item_ids, dtype=np.int64)
    log = replace(log, item_ids=shelf.catalogue.item_ids, items_N=used[log.items_N].astype(np.int32))
    targets = [
        [item for item in items[cut : cut + TARGETS] if item not in items[:cut]]
        for items, cut in zip(histories, cuts, strict=True)
    ]
    return Home(log, targets)


def rankers(home: Home, shelf: Shelf, seed: int) -> dict[str, Served]:
    """Train, and give what ranks."""
    data = FitData(home.log, shelf.texts_VE, LIKES)
    blend = fit_recipe(data, Recipe(seed=seed), lambda done, phase: None).blend
    item_ids = shelf.catalogue.item_ids
    own = build_bridge(item_ids, item_ids, None)
    served = build_bridge(item_ids, item_ids, shelf.vectors_VD, learnt_items(blend))
    predicted = build_bridge(item_ids, item_ids, shelf.vectors_VD, _used(home.log))
    return {
        "trained": Served(shelf.catalogue, shelf.vectors_VD, blend, served, "trained"),
        "predicted": Served(shelf.catalogue, shelf.vectors_VD, blend, predicted, "predicted"),
        "no model": Served(shelf.catalogue, shelf.vectors_VD, zero_shot_blend(data), own, None),
    }


def _used(log: EventLog) -> Flags:
    return np.bincount(log.items_N, minlength=len(log.item_ids)) > 0


def places(served: Served, home: Home, user: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give the places of the user's next items in the list of everything, 0 for the first."""
    history = home.log.history(user)
    rule = CandidateRule(include_seen=False, excluded=frozenset(), categories=frozenset())
    question = Question(candidates(served.catalogue, history, LIKES, rule), LIKES, PADDING, None, 0.0)
    as_of = float(history.times_L.max()) + DAY_SECONDS
    scores_V = Ranked(served, question).score([history], np.array([as_of]))[0]
    place_V = np.empty(len(scores_V), dtype=np.int64)
    place_V[np.argsort(-scores_V, kind="stable")] = np.arange(len(scores_V))
    return place_V[home.targets[user]]


def main(argv: Sequence[str] | None = None) -> None:
    """Print, for each way, how many of the next ten are among the first 10 and 100, and their mean place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--together", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    rows, known = read(options.folder)
    shelf = shelf_of(known)
    found: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for home in homes_of(rows, shelf, options.users, options.together, options.seed):
        for name, served in rankers(home, shelf, options.seed).items():
            for user in (user for user, targets in enumerate(home.targets) if targets):
                place_T = places(served, home, user)
                share = float(place_T.mean()) / len(shelf.catalogue.item_ids)
                found[name].append((float((place_T < 10).mean()), float((place_T < 100).mean()), share))
    item_count = len(shelf.catalogue.item_ids)
    print(f"{options.together} in a home, {len(found['trained'])} users, {item_count} items, seed {options.seed}")
    print(f"chance: first 10 {10 / item_count:.4f}, first 100 {100 / item_count:.4f}, mean place 50.0 %")
    for name, figures in found.items():
        ten, hundred, share = np.mean(figures, axis=0)
        print(f"{name:10s} first 10 {ten:.4f}, first 100 {hundred:.4f}, mean place {100 * share:.1f} %")


if __name__ == "__main__":
    main()
