from dataclasses import replace

import numpy as np

from temporec_mcp.pipeline.bound import BoundHistory
from temporec_mcp.pipeline.rank import Ranked, Served
from temporec_mcp.pipeline.rescored import Rescored, rescored
from tests.pipeline.test_listing import ask, history_of, served

__all__ = ["served"]


def test_every_subset_another_moment_and_a_foreign_event_score_as_in_a_full_scoring(served: Served) -> None:
    history = history_of(served)
    ranked, _, as_of = ask(served, history, include_seen=True)
    quick = rescored(ranked, BoundHistory(served, history), as_of)
    assert isinstance(quick, Rescored)
    chance = np.random.default_rng(0)
    fewer = [history.without(chance.choice(30, size, replace=False).tolist()) for size in range(0, 31, 2)]
    foreign = replace(history, items_L=np.full(30, 1, dtype=np.int32))
    for histories, moments in (
        (fewer, np.full(len(fewer), as_of)),
        (fewer[:3], np.array([as_of, as_of + 7_200.0, as_of + 90_000.0])),
        ([history.without([0]), foreign], np.full(2, as_of)),
        ([history], np.array([as_of])),
    ):
        expected = ranked.score(histories, moments)
        np.testing.assert_allclose(quick.score(histories, moments), expected, rtol=0, atol=2e-5)


def test_a_history_longer_than_its_rows_reach_is_scored_in_full(served: Served) -> None:
    history = history_of(served, 300)
    ranked, _, as_of = ask(served, history, include_seen=True)
    assert type(rescored(ranked, BoundHistory(served, history), as_of)) is Ranked
    assert type(rescored(ranked, None, as_of)) is Ranked
