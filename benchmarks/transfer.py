"""Measures what a model of one home is worth in another, by the functions that `temporec-mcp carry` calls.

    python -m benchmarks.transfer ASKED [--learnt FOLDER] [--preset quick] [--seed 0]

The model learns from the histories in FOLDER (MovieLens 100K when left out) and is asked about those in ASKED, for
instance MovieLens latest small. No id is shared: films are one where title and year say so. The last film of each
person is asked for, of those that the person has not had. Twice: among all films of ASKED, as where a home has a
catalogue of its own, and among the films of FOLDER, as where a home has none and gets that of the model. Five-core,
one seed for the fit and the bootstrap over people. Popularity counts what the others of ASKED used, which a home of
one does not know.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.quality import five_core, log_of, read
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import CarriedFrom, Preset, TrainRequest
from temporec_mcp.importers.matching import same_items
from temporec_mcp.models.checkpoint import Checkpoint
from temporec_mcp.models.part import FitData
from temporec_mcp.models.popularity import POPULARITY
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.zero_shot import TEXT_WEIGHT
from temporec_mcp.pipeline.carry import Here, carried_scorer, packed, settled
from temporec_mcp.pipeline.evaluate import Evaluation, Scorer, difference_interval, evaluate
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.split import HeldOut, make_split
from temporec_mcp.pipeline.train import train_order
from temporec_mcp.pipeline.workfolder import WorkOrder

LIKES = np.ones(1, dtype=np.float32)
TOLD = {
    "carried": "what `carry` brings",
    "carried, texts as there": "the same, its texts weighing no more than they did there",
    "carried, texts as before": "the same, its texts weighing as much more as they do before any training",
    "text": "nearest texts to the history; no model",
    "popularity": "what was used most by the other people of ASKED",
}


@dataclass(frozen=True)
class World:
    """A home's events and items."""

    log: EventLog
    items: list[Item]
    vectors_VD: Floats


def world_of(folder: Path, prefix: str) -> World:
    """Read and prepare a folder; ids get a prefix, so that none is shared."""
    rows, known = read(folder)
    log = log_of(five_core(rows))
    items = [replace(known.get(item_id, Item(item_id)), item_id=f"{prefix}{item_id}") for item_id in log.item_ids]
    return World(replace(log, item_ids=tuple(item.item_id for item in items)), items, text_vectors(items))


def text_vectors(items: Sequence[Item]) -> Floats:
    """Encode what is known of the items."""
    from temporec_mcp.models.encoder import load_encoder
    from temporec_mcp.pipeline.encode import item_text

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return load_encoder("auto", "cpu", 1).encode([item_text(item) for item in items])


def learnt_there(there: World, request: TrainRequest) -> Checkpoint:
    """Train as a home does, and pack the model for another."""
    order = WorkOrder(request, there.log, there.vectors_VD, "auto", LIKES, device="cpu")
    trained = train_order(order, lambda done, phase: None).checkpoint
    counts = CarriedFrom(len(there.log.user_ids), len(there.log.items_N), len(there.items))
    return packed(trained, there.log.item_ids, counts)


def known_as(model: Checkpoint, ids: dict[str, str]) -> Checkpoint:
    """Give the model with its films under other ids, those without one under their own."""
    item_ids = tuple(ids.get(item_id, item_id) for item_id in model.card.item_ids)
    return replace(model, card=replace(model.card, item_ids=item_ids))


def with_text(model: Checkpoint, weight: float) -> Checkpoint:
    """Give the model with another weight of its texts, for all users."""
    card = model.card
    newcomers = card.newcomer_weights and card.newcomer_weights | {TEXT.name: weight}
    return replace(model, card=replace(card, weights=card.weights | {TEXT.name: weight}, newcomer_weights=newcomers))


@dataclass(frozen=True)
class Question:
    """Which films may be recommended to the people of ASKED."""

    log: EventLog
    vectors_VD: Floats
    offered_V: Flags


def own_catalogue(there: World, here: World, model: Checkpoint) -> tuple[Question, Checkpoint]:
    """Offer all films of ASKED."""
    ids = same_items(there.items, here.items)
    question = Question(here.log, here.vectors_VD, np.ones(len(here.items), dtype=np.bool_))
    return question, settled(known_as(model, ids), here.log.item_ids, here.vectors_VD)


def models_catalogue(there: World, here: World, model: Checkpoint) -> tuple[Question, Checkpoint]:
    """Offer the films of FOLDER; those of a history that are not among them are known by their text alone."""
    ids = {own: known for known, own in same_items(there.items, here.items).items()}
    numbers = {item_id: number for number, item_id in enumerate(there.log.item_ids)}
    alone = [place for place, item in enumerate(here.items) if item.item_id not in ids]
    numbers |= {here.items[place].item_id: len(there.items) + n for n, place in enumerate(alone)}
    to_V = np.array([numbers[ids.get(item_id, item_id)] for item_id in here.log.item_ids], dtype=np.int32)
    item_ids = (*there.log.item_ids, *(here.items[place].item_id for place in alone))
    vectors_VD = np.concatenate((there.vectors_VD, here.vectors_VD[alone]))
    log = replace(here.log, item_ids=item_ids, items_N=to_V[here.log.items_N])
    question = Question(log, vectors_VD, np.arange(len(item_ids)) < len(there.items))
    return question, settled(model, there.log.item_ids, there.vectors_VD)


def measured(question: Question, ways: dict[str, Checkpoint]) -> dict[str, Evaluation]:
    """Ask every way for the last film of each person, where that is offered."""
    held = make_split(question.log, "leave-last-out", LIKES, keeps_seen=False)
    is_offered_C = question.offered_V[held.log.items_N[held.cases.ends_C]]
    held = replace(held, cases=held.cases.take(np.flatnonzero(is_offered_C)))
    return evaluate(_scorer(question, held, ways), held, LIKES)


def _scorer(question: Question, held: HeldOut, ways: dict[str, Checkpoint]) -> Scorer:
    here = Here(question.log, question.vectors_VD, LIKES, "cpu")
    scorers = {name: carried_scorer(model, here) for name, model in ways.items()}
    data = FitData(held.fit, whiten(question.vectors_VD), LIKES)
    parts = {"text": TEXT.fit(data), "popularity": POPULARITY.fit(data)}

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        offered_BV = candidates_BV & question.offered_V
        found = {name: scorer(batch, offered_BV)[""] for name, scorer in scorers.items()}
        found |= {name: part.score(batch) for name, part in parts.items()}
        return {name: np.where(offered_BV, scores_BV, -np.inf) for name, scores_BV in found.items()}

    return score


def main() -> None:
    """Train there, ask here, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("asked", type=Path)
    parser.add_argument("--learnt", type=Path)
    parser.add_argument("--preset", choices=("quick", "balanced"), default="quick")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    preset: Preset = options.preset
    there, here = world_of(options.learnt or movielens_100k(), "there:"), world_of(options.asked, "here:")
    model = learnt_there(there, TrainRequest(preset, seed=options.seed))
    shared = len(same_items(there.items, here.items))
    print(f"{len(there.items)} films there, {len(here.items)} here, {shared} in both by title and year; "
          f"{len(here.log.user_ids)} people, {preset}, seed {options.seed}", flush=True)  # fmt: skip
    text = model.card.weights.get(TEXT.name, 0.0)
    for told, offer in (("all films here", own_catalogue), ("the films there", models_catalogue)):
        question, brought = offer(there, here, model)
        ways = {
            "carried": brought,
            "carried, texts as there": with_text(brought, text),
            "carried, texts as before": with_text(brought, text + TEXT_WEIGHT),
        }
        print_table(told, measured(question, ways), options.seed)
    print("\n".join(f"{name}: {words}" for name, words in TOLD.items()))


def print_table(told: str, found: dict[str, Evaluation], seed: int) -> None:
    """Print each way beside popularity, with the interval of its lead."""
    print(f"\namong {told}, {len(found['popularity'])} people")
    print(f"{'':<26} {'NDCG@10':>8} {'HR@10':>7}  lead over popularity (95 % over people)")
    for name in TOLD:
        lead = difference_interval(found[name], found["popularity"], seed)
        metrics = found[name].metrics
        print(f"{name:<26} {metrics.ndcg_at_10:8.4f} {metrics.hit_rate_at_10:7.4f}  "
              "{:+.4f} ({:+.4f} to {:+.4f})".format(*lead), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
