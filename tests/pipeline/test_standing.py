"""Axes: B histories, V items."""

import numpy as np

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import PADDING, Floats, History, HistoryBatch
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import Tensors
from temporec_mcp.pipeline.bridge import build_bridge
from temporec_mcp.pipeline.served import Served
from temporec_mcp.pipeline.standing import LEAST_SCORED, standings

ITEMS, NEW = 60, 59
LIKES = np.array([1.0, -1.0], dtype=np.float32)


class NextInLine:
    """Puts the item after the newest one first, the one after that second, and so on."""

    name = "next"

    def score(self, batch: HistoryBatch) -> Floats:
        newest_B1 = batch.items_BL[:, :1]
        return (-((np.arange(NEW)[None, :] - newest_B1 - 1) % ITEMS)).astype(np.float32)

    def tensors(self) -> Tensors:
        return {}


def served() -> Served:
    ids = tuple(f"i{number:02d}" for number in range(ITEMS))
    none, all_V = tuple(() for _ in ids), np.ones(ITEMS, dtype=np.bool_)
    catalogue = Catalogue(ids, ids, none, none, ids, all_V, all_V)
    return Served(catalogue, None, Blend((NextInLine(),), {"next": 1.0}), build_bridge(ids, ids[:NEW], None), "m")


def history(items: list[int], dismissed: tuple[int, ...] = ()) -> History:
    count = len(items)
    return History(
        items_L=np.array(items, dtype=np.int32),
        times_L=1e9 + np.arange(count, dtype=np.float64),
        actions_L=np.array([int(item in dismissed) for item in items], dtype=np.int32),
        values_L=np.full(count, np.nan, dtype=np.float32),
        contexts_L=np.full(count, PADDING, dtype=np.int32),
        seqs_L=np.arange(count, dtype=np.int64),
    )


def test_each_first_use_is_ranked_among_what_was_not_used_before_by_what_came_before():
    items = [*range(20), 50, *range(20, 40)]
    found = standings(served(), history(items), LIKES, np.ones(len(items), dtype=np.bool_))
    assert found.rows_R.tolist() == list(range(len(items)))
    # After 19 the next in line is 20, so 50 is the 31st of those left; after 50 come 51 to 58, then 20.
    assert found.places_R[1:].tolist() == [*[1.0] * 19, 31.0, 9.0, *[1.0] * 19]
    assert found.choices_R.tolist() == [float(NEW - row) for row in range(len(items))]


def test_what_was_used_before_refused_or_never_learnt_is_not_ranked():
    items = [*range(LEAST_SCORED), 3, 40, NEW, 41]
    found = standings(served(), history(items, dismissed=(40,)), LIKES, np.ones(len(items), dtype=np.bool_))
    assert found.rows_R.tolist() == [*range(LEAST_SCORED), len(items) - 1]


def test_only_events_asked_for_are_ranked_and_too_few_are_not():
    items = list(range(50))
    is_asked_N = np.arange(50) >= 50 - LEAST_SCORED
    assert standings(served(), history(items), LIKES, is_asked_N).rows_R.tolist() == list(range(20, 50))
    is_asked_N[20] = False
    assert len(standings(served(), history(items), LIKES, is_asked_N).rows_R) == 0
