from dataclasses import replace

import numpy as np

from temporec_mcp.domain.log import EventLog, Floats
from temporec_mcp.models.factors import item_factors
from tests.models.chains import chain_log

WIDTH = 8


def two_worlds() -> EventLog:
    """Give users of whom every other one walks among the items 6 to 11, the others among 0 to 5; 12 is never used."""
    log = chain_log(item_count=6)
    items_N = log.items_N + 6 * (log.users_N % 2)
    return replace(log, items_N=items_N.astype(np.int32), item_ids=tuple(f"i{item}" for item in range(13)))


def likeness(vectors_VD: Floats) -> Floats:
    unit_VD = vectors_VD / np.linalg.norm(vectors_VD, axis=1, keepdims=True)
    return unit_VD @ unit_VD.T


def test_items_that_are_used_near_each_other_begin_alike() -> None:
    like_VV = likeness(item_factors(two_worlds(), WIDTH)[:12])

    assert like_VV[:6, :6].mean() > 0.5
    assert like_VV[6:, 6:].mean() > 0.5
    assert abs(like_VV[:6, 6:]).max() < 0.1


def test_what_follows_begins_more_alike_than_what_is_far_off_unless_the_order_is_chance() -> None:
    count = 60
    items_V = np.arange(count)
    leads: list[float] = []
    for is_shuffled in (False, True):
        like_VV = likeness(item_factors(chain_log(item_count=count, is_shuffled=is_shuffled), WIDTH))
        nexts, far = like_VV[items_V, (items_V + 1) % count], like_VV[items_V, (items_V + count // 2) % count]
        leads.append(float(nexts.mean() - far.mean()))

    assert leads[0] > 0.8
    assert abs(leads[1]) < 0.2


def test_the_start_has_the_size_that_a_net_learns_from_and_an_unused_item_has_none() -> None:
    vectors_VD = item_factors(two_worlds(), WIDTH)

    assert np.isclose((vectors_VD[:12] ** 2).mean(), 1.0 / WIDTH)
    assert not vectors_VD[12].any()


def test_a_catalogue_smaller_than_the_vectors_leaves_the_rest_of_them_empty() -> None:
    vectors_VD = item_factors(chain_log(item_count=3), WIDTH)

    assert vectors_VD.shape == (3, WIDTH)
    assert vectors_VD[:, :2].any(axis=0).all()
    assert not vectors_VD[:, 2:].any()


def test_users_of_one_event_each_say_nothing() -> None:
    assert not item_factors(chain_log(event_count=1), WIDTH).any()
