"""A blend over as many items as wanted, its numbers drawn and not learnt: for the time that ranking takes.

Axes: V items, M items of the dense squares, D text width.
"""

import numpy as np
from scipy import sparse

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import PADDING, History
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.linear import DenseSquare, LinearPart, SparseSquare
from temporec_mcp.models.pairs import DENSE_ITEMS
from temporec_mcp.models.part import Part
from temporec_mcp.models.popularity import PopularityPart
from temporec_mcp.models.recency import Recency
from temporec_mcp.models.ridge import EASE, LOCAL_RIDGE
from temporec_mcp.models.text import TEXT, TextPart, unit_rows
from temporec_mcp.models.transitions import GAP_TRANSITIONS, ROOT_TRANSITIONS, SQUARE_CELLS
from temporec_mcp.pipeline.bridge import build_bridge
from temporec_mcp.pipeline.rank import CandidateRule, Question, Ranked, candidates
from temporec_mcp.pipeline.served import Served

TEXT_WIDTH = 64
EVENTS = 100
ONE = np.ones(1, dtype=np.float32)


def large_question(item_count: int, seed: int = 0) -> tuple[Ranked, History, float]:
    """Give a ranker over `item_count` items, a history of 100 events, and the moment to ask for."""
    chance = np.random.default_rng(seed)
    ids = tuple(f"item-{number}" for number in range(item_count))
    everything_V = np.ones(item_count, dtype=np.bool_)
    nothing = ((),) * item_count
    catalogue = Catalogue(ids, ids, nothing, nothing, ids, everything_V, everything_V)
    parts = _parts(item_count, chance)
    blend = Blend(parts, dict.fromkeys((part.name for part in parts), 0.1))
    served = Served(catalogue, None, blend, build_bridge(ids, ids, None), "drawn")
    history = History(
        items_L=chance.integers(0, item_count, EVENTS).astype(np.int32),
        times_L=np.sort(chance.uniform(0.0, 90 * 86_400.0, EVENTS)),
        actions_L=np.zeros(EVENTS, dtype=np.int32),
        values_L=np.full(EVENTS, np.nan, dtype=np.float32),
        contexts_L=np.full(EVENTS, PADDING, dtype=np.int32),
        seqs_L=np.arange(EVENTS, dtype=np.int64),
    )
    allowed_V = candidates(catalogue, history, ONE, CandidateRule(include_seen=False))
    return Ranked(served, Question(allowed_V, ONE)), history, 90 * 86_400.0


def _parts(item_count: int, chance: np.random.Generator) -> tuple[Part, ...]:
    """As many numbers as a training keeps: the most transitions, the largest dense squares."""
    square = _sparse(item_count, chance)
    dense = _dense(item_count, chance)
    vectors_VD = unit_rows(chance.standard_normal((item_count, TEXT_WIDTH), dtype=np.float32))
    return (
        LinearPart(LOCAL_RIDGE.name, dense, LOCAL_RIDGE.next_recency),
        LinearPart(EASE.name, dense, EASE.next_recency),
        LinearPart(ROOT_TRANSITIONS.name, square, ROOT_TRANSITIONS.next_recency),
        *(LinearPart(kind.name, square, kind.next_recency) for kind in GAP_TRANSITIONS),
        LinearPart("directed_transitions", square, Recency(power=1.0)),
        LinearPart("directed_ridge", dense, LOCAL_RIDGE.next_recency),
        TextPart(TEXT.name, vectors_VD, TEXT.sharpness, TEXT.next_recency),
        PopularityPart("popularity", chance.random(item_count, dtype=np.float32)),
    )


def _sparse(item_count: int, chance: np.random.Generator) -> SparseSquare:
    each = max(1, SQUARE_CELLS // item_count)
    columns = chance.integers(0, item_count, item_count * each).astype(np.int32)
    values = chance.random(len(columns), dtype=np.float32)
    starts = np.arange(0, len(columns) + 1, each, dtype=np.int64)
    return SparseSquare(sparse.csr_array((values, columns, starts), shape=(item_count, item_count)))


def _dense(item_count: int, chance: np.random.Generator) -> DenseSquare:
    items_M = np.sort(chance.choice(item_count, min(DENSE_ITEMS, item_count), replace=False)).astype(np.int32)
    return DenseSquare(item_count, items_M, chance.standard_normal((len(items_M), len(items_M)), dtype=np.float32))
