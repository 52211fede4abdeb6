from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.domain.log import PADDING
from temporec_mcp.models.moving import moved
from temporec_mcp.models.registry import KINDS
from tests.models.walks import ask, data_of, habits


@pytest.mark.parametrize("name", KINDS)
def test_a_part_over_other_items_scores_those_of_both_as_before(name: str) -> None:
    log = habits()
    count = len(log.item_ids)
    part, batch = KINDS[name].fit(data_of(log)), ask(log, range(5))
    earlier = [f"item {number}" for number in range(count)]
    shuffled = [earlier[number] for number in np.random.default_rng(0).permutation(count)]
    item_ids = ["a new one", *shuffled, "another"]
    there = KINDS[name].load(moved({name: part.tensors()}, earlier, item_ids, None)[name])
    to_V = np.array([item_ids.index(item_id) for item_id in earlier], dtype=np.int32)
    items_BL = np.where(batch.items_BL == PADDING, PADDING, to_V[batch.items_BL]).astype(np.int32)
    scores_BV = there.score(replace(batch, items_BL=items_BL))
    assert scores_BV.shape == (5, count + 2)
    np.testing.assert_allclose(scores_BV[:, to_V], part.score(batch), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_a_part_over_fewer_items_holds_nothing_of_the_others(name: str) -> None:
    log = habits()
    part, batch = KINDS[name].fit(data_of(log)), ask(log, range(5))
    earlier = [f"item {number}" for number in range(len(log.item_ids))]
    fewer = KINDS[name].load(moved({name: part.tensors()}, earlier, earlier[:3], None)[name])
    inside_BL = (batch.items_BL >= 0) & (batch.items_BL < 3)
    known = replace(batch, items_BL=np.where(inside_BL, batch.items_BL, PADDING).astype(np.int32))
    known = replace(known, weights_BL=np.where(inside_BL, batch.weights_BL, 0.0).astype(np.float32))
    assert fewer.score(known).shape == (5, 3)
    assert np.isfinite(fewer.score(known)).all()
