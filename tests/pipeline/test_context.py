"""Axes: B histories, L positions."""

import numpy as np
import pytest

from temporec_mcp.domain.log import PADDING, Floats
from temporec_mcp.pipeline.context import MOST_CONTEXT_WEIGHT, in_context
from tests.models.walks import ask, walk_log


def weights(contexts: list[int], asked: int) -> Floats:
    """Give the weights of one history's events whose contexts are as told, newest first."""
    log = walk_log([list(range(len(contexts)))], len(contexts))
    log.contexts_N[:] = contexts[::-1]
    return in_context(ask(log, [0]), np.array([asked], dtype=np.int32)).weights_BL[0]


def test_what_was_done_in_the_context_asked_for_counts_three_times() -> None:
    assert weights([0, 1, 1, 0, 0, 0], 0).tolist() == [3.0, 1.0, 1.0, 3.0, 3.0, 3.0]


def test_without_a_context_all_events_count_the_same() -> None:
    assert weights([0, 1, PADDING], PADDING).tolist() == [1.0, 1.0, 1.0]


def test_a_context_that_the_history_does_not_hold_changes_nothing() -> None:
    assert weights([0, 1, PADDING], 7).tolist() == [1.0, 1.0, 1.0]


def test_a_rare_context_is_not_drowned_by_the_others() -> None:
    weights_L = weights([1] * 60 + [0] * 20, 0)
    assert weights_L[60:].sum() > 2.0 * weights_L[:60].sum()


def test_a_single_event_does_not_count_without_bounds() -> None:
    assert weights([0] + [1] * 99, 0)[0] == pytest.approx(MOST_CONTEXT_WEIGHT)
