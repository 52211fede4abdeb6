"""Measures what a model of one home is worth in another: trained on MovieLens 100K, asked about other people's films.

    python -m benchmarks.transfer FOLDER [--seed 0]

FOLDER holds the histories it is asked about, for instance MovieLens latest small. No id is shared. Either films are
known by their text alone (the nearest film of the model stands in a history for what it never saw, and a ridge from
texts predicts its scores), or those that title and year find in both are one, as an import matches them. The last film
of each person is asked for, among all films of FOLDER that the person has not had; five-core, seed for the fit and the
bootstrap over people. Popularity counts what the others of FOLDER used, which a home of one does not know.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import five_core, log_of, read
from examples.movielens import movielens_100k
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.importers.matching import TitleIndex
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData, Part
from temporec_mcp.models.text import TEXT
from temporec_mcp.pipeline.bridge import Bridge, build_bridge, learnt_items
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.fit import Recipe, fit_recipe
from temporec_mcp.pipeline.split import make_split

TRENDS = ("popularity", "recent_popularity")
"""Parts that say what was used most in the home that the model comes from."""
LIKES = np.ones(1, dtype=np.float32)
TOLD = {
    "carried by text": "the model, films known by text alone",
    "carried by text, no trend": "the same without what was popular where it comes from",
    "carried by title": "the model, films in both homes known by title and year, the others by text",
    "carried by title + popularity": "the same and popularity here, z-scores added",
    "carried by title + text": "the model and the nearest texts, z-scores added",
    "text": "nearest texts to the history; no model",
    "popularity there": "what was used most where the model comes from, by text",
    "popularity": "what was used most here, by the other people",
}


@dataclass(frozen=True)
class World:
    """A home's events and items."""

    log: EventLog
    items: list[Item]


def world_of(folder: Path, prefix: str) -> World:
    """Read and prepare a folder; ids get a prefix, so that none is shared."""
    rows, known = read(folder)
    log = log_of(five_core(rows))
    items = [known.get(item_id, Item(item_id)) for item_id in log.item_ids]
    return World(replace(log, item_ids=tuple(f"{prefix}{item_id}" for item_id in log.item_ids)), items)


def text_vectors(items: Sequence[Item]) -> Floats:
    """Encode what is known of the items."""
    from temporec_mcp.models.encoder import load_encoder
    from temporec_mcp.pipeline.encode import item_text

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return load_encoder("auto", "cpu", 1).encode([item_text(item) for item in items])


def known_by_title(there: World, here: World) -> list[str]:
    """Give an id for each item here: that of the one there which has its title and year, else its own."""
    index = TitleIndex(there.items)
    found = [index.find(replace(item, is_catalogue=False)) for item in here.items]
    return [
        there.log.item_ids[one.places[0]] if one.verdict == "matched" else item_id
        for one, item_id in zip(found, here.log.item_ids, strict=True)
    ]


def without(blend: Blend, names: Sequence[str]) -> Blend:
    """Give the blend with some parts silent."""
    return replace(blend, weights={**blend.weights, **dict.fromkeys(names, 0.0)})


def only(blend: Blend, names: Sequence[str]) -> Blend:
    """Give the blend with all other parts silent."""
    return replace(blend, weights={name: float(name in names) for name in blend.weights})


def z_of(scores_BV: Floats, candidates_BV: Flags) -> Floats:
    """Standardise each row over its candidates."""
    known_BV = np.where(candidates_BV, scores_BV, np.nan)
    mean_B1, deviation_B1 = np.nanmean(known_BV, axis=1, keepdims=True), np.nanstd(known_BV, axis=1, keepdims=True)
    return ((scores_BV - mean_B1) / np.maximum(deviation_B1, 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class Asked:
    """What answers a case, over the items of both homes."""

    blend: Blend
    by_text: Bridge
    by_title: Bridge
    text: Part
    popularity_V: Floats
    is_here_V: NDArray[np.bool_]

    def score(self, batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        """Give the scores of every way."""
        here_BV = candidates_BV & self.is_here_V
        found: dict[str, Floats] = {}
        for name, bridge in (("carried by text", self.by_text), ("carried by title", self.by_title)):
            scores_PBV = bridge.scores(self.blend.part_scores(bridge.histories(batch)))
            found[name] = self.blend.combine(scores_PBV, here_BV)
            if bridge is self.by_text:
                found[f"{name}, no trend"] = without(self.blend, TRENDS).combine(scores_PBV, here_BV)
                found["popularity there"] = only(self.blend, TRENDS[:1]).combine(scores_PBV, here_BV)
        popularity_BV = np.broadcast_to(self.popularity_V, here_BV.shape)
        both_BV = z_of(found["carried by title"], here_BV) + z_of(popularity_BV, here_BV)
        found["carried by title + popularity"] = both_BV
        found["text"] = self.text.score(batch)
        found["carried by title + text"] = z_of(found["carried by title"], here_BV) + z_of(found["text"], here_BV)
        found["popularity"] = popularity_BV
        return {name: np.where(here_BV, scores_BV, -np.inf) for name, scores_BV in found.items()}


def main() -> None:
    """Train there, ask here, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    there, here = world_of(movielens_100k(), "there:"), world_of(options.folder, "here:")
    vectors_VD = text_vectors([*there.items, *here.items])
    count = len(there.items)
    data = FitData(there.log, whiten(vectors_VD[:count]), LIKES, seed=options.seed)
    blend = fit_recipe(data, Recipe(seed=options.seed), lambda done, phase: None).blend
    item_ids = (*there.log.item_ids, *here.log.item_ids)
    titled = (*there.log.item_ids, *known_by_title(there, here))
    shared = sum(item_id.startswith("there:") for item_id in titled) - count
    print(f"{count} films there, {len(here.items)} here, {shared} "
          f"in both by title and year; {len(here.log.user_ids)} people, seed {options.seed}", flush=True)  # fmt: skip
    log = replace(here.log, item_ids=item_ids, items_N=(here.log.items_N + count).astype(np.int32))
    held = make_split(log, "leave-last-out", LIKES, keeps_seen=False)
    is_here_V = np.arange(len(item_ids)) >= count
    learnt_M = learnt_items(blend)
    asked = Asked(
        blend=blend,
        by_text=build_bridge(item_ids, there.log.item_ids, vectors_VD, learnt_M),
        by_title=build_bridge(titled, there.log.item_ids, vectors_VD, learnt_M),
        text=TEXT.fit(FitData(held.fit, whiten(vectors_VD), LIKES)),
        popularity_V=np.bincount(held.fit.items_N, minlength=len(item_ids)).astype(np.float32),
        is_here_V=is_here_V,
    )
    print_table(evaluate(asked.score, held, LIKES, blend.history_length), options.seed)


def print_table(found: dict[str, Evaluation], seed: int) -> None:
    """Print each way beside popularity, with the interval of its lead."""
    print(f"{'':<32} {'NDCG@10':>8} {'HR@10':>7}  lead over popularity (95 % over people)")
    for name in TOLD:
        lead = difference_interval(found[name], found["popularity"], seed)
        metrics = found[name].metrics
        print(f"{name:<32} {metrics.ndcg_at_10:8.4f} {metrics.hit_rate_at_10:7.4f}  "
              "{:+.4f} ({:+.4f} to {:+.4f})".format(*lead))  # fmt: skip
    print("\n".join(f"{name}: {words}" for name, words in TOLD.items()))


if __name__ == "__main__":
    main()
