"""Causes that are known because they were planted in the data that a model learnt from."""

from datetime import UTC, datetime

import numpy as np

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import PADDING, EventLog, History
from temporec_mcp.explain import ExplainTarget
from temporec_mcp.explain.attribute import attribute, removal_order
from temporec_mcp.explain.rescoring import Rescorer
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData
from temporec_mcp.models.registry import blend_kinds, default_weights
from temporec_mcp.pipeline.bridge import build_bridge
from temporec_mcp.pipeline.rank import Question, Ranked
from temporec_mcp.pipeline.served import Served

EFFECTS = 20
"""Items that only follow their causes; each has two causes that stand in for each other."""
NOISE_ITEMS = 200
USERS = 600
EVENTS = 30
START = 1.7e9
STEP = 3_600.0


def planted(seed: int) -> None:
    """Print how often the planted cause comes first, and both of a redundant pair in the first two."""
    rng = np.random.default_rng(seed)
    ranker = _learnt(rng)
    single = [_first(ranker, rng, effect, 1) for effect in range(EFFECTS) for _ in range(10)]
    pairs = [_first(ranker, rng, effect, 2) for effect in range(EFFECTS) for _ in range(10)]
    print(f"\nplanted in learnt data, seed {seed}: {len(single)} single causes first {np.mean(single):.1%}, ", end="")
    print(f"{len(pairs)} redundant pairs both in the first two {np.mean(pairs):.1%}", flush=True)


def _causes(effect: int) -> tuple[int, int]:
    return EFFECTS + 2 * effect, EFFECTS + 2 * effect + 1


def _noise(rng: np.random.Generator, count: int) -> list[int]:
    return (3 * EFFECTS + rng.choice(NOISE_ITEMS, count, replace=False)).tolist()


def _learnt(rng: np.random.Generator) -> Ranked:
    """Fit the closed-form parts on users in whose noise a cause is always followed by its effect."""
    item_count = 3 * EFFECTS + NOISE_ITEMS
    items: list[int] = []
    for _ in range(USERS):
        row = _noise(rng, EVENTS)
        for place in rng.choice(EVENTS // 2, 3, replace=False) * 2:
            effect = int(rng.integers(EFFECTS))
            row[place : place + 2] = [_causes(effect)[int(rng.integers(2))], effect]
        items += row
    count = len(items)
    log = EventLog(
        user_ids=tuple(f"u{user}" for user in range(USERS)),
        item_ids=tuple(f"i{item}" for item in range(item_count)),
        action_names=("watch",),
        context_names=(),
        offsets_U=np.arange(0, count + 1, EVENTS, dtype=np.int64),
        items_N=np.array(items, dtype=np.int32),
        times_N=START + STEP * np.arange(count, dtype=np.float64) % (EVENTS * STEP),
        actions_N=np.zeros(count, dtype=np.int32),
        values_N=np.full(count, np.nan, dtype=np.float32),
        contexts_N=np.full(count, PADDING, dtype=np.int32),
        seqs_N=np.arange(count, dtype=np.int64),
        date_only_N=np.zeros(count, dtype=np.bool_),
    )
    weights = np.ones(1, dtype=np.float32)
    kinds = blend_kinds(has_vectors=False, repeats="none", horizon="next")
    parts = tuple(kind.fit(FitData(log, None, weights)) for kind in kinds)
    blend = Blend(parts, default_weights(tuple(part.name for part in parts), "none"))
    everything_V = np.ones(item_count, dtype=np.bool_)
    catalogue = Catalogue(
        item_ids=log.item_ids,
        titles=log.item_ids,
        categories=((),) * item_count,
        labels=((),) * item_count,
        texts=("",) * item_count,
        public_V=everything_V,
        available_V=everything_V,
    )
    bridge = build_bridge(log.item_ids, log.item_ids, None)
    return Ranked(Served(catalogue, None, blend, bridge, "planted"), Question(everything_V, weights))


def _first(ranker: Ranked, rng: np.random.Generator, effect: int, cause_count: int) -> bool:
    """Plant causes into noise and say whether they are the first reasons for their effect."""
    causes = list(_causes(effect))[:cause_count]
    items = np.array(rng.permutation([*_noise(rng, 14), *causes]), dtype=np.int32)
    count = len(items)
    history = History(
        items_L=items,
        times_L=START + STEP * np.arange(count, dtype=np.float64),
        actions_L=np.zeros(count, dtype=np.int32),
        values_L=np.full(count, np.nan, dtype=np.float32),
        contexts_L=np.full(count, PADDING, dtype=np.int32),
        seqs_L=np.arange(count, dtype=np.int64),
    )
    as_of = datetime.fromtimestamp(float(history.times_L[-1]) + STEP, UTC)
    titles = ranker.item_ids
    target = ExplainTarget(effect, 5, "u", "m", "trained", history, ("watch",), titles, as_of)
    rescorer = Rescorer(ranker, target)
    found = attribute(rescorer)
    first = removal_order(rescorer, found, found.supporters(0.0), cause_count)
    return {found.units[unit].item for unit in first} == set(causes)
