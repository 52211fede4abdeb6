from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from temporec_mcp.domain.log import EventLog, HistoryBatch, batch_histories
from temporec_mcp.errors import TrainingError
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.linear import DenseSquare, SparseSquare
from temporec_mcp.models.own_transitions import CONTEXT_TRANSITIONS, OWN_TRANSITIONS
from temporec_mcp.models.pairs import keep_strongest, most_used
from temporec_mcp.models.popularity import RECENT_POPULARITY
from temporec_mcp.models.recency import Recency
from temporec_mcp.models.registry import KINDS, UNSCALED_PARTS
from temporec_mcp.models.repeats import FREQUENCY
from temporec_mcp.models.ridge import EASE, co_use, neighbourhood, zero_diagonal_ridge
from temporec_mcp.models.text import TEXT
from temporec_mcp.models.transitions import ITEM_TRANSITIONS, ROOT_TRANSITIONS
from tests.models.walks import ACTION_WEIGHTS, HOUR, START, ask, chain, data_of, habits, walk_log

FOLLOWING = (
    "local_ridge",
    "root_transitions",
    "directed_transitions",
    "directed_ridge",
    "item_transitions",
    "next_transitions",
)


def padded(batch: HistoryBatch, width: int) -> HistoryBatch:
    def wider(values_BL: np.ndarray, fill: float) -> np.ndarray:
        return np.pad(values_BL, ((0, 0), (0, width)), constant_values=fill)

    return HistoryBatch(
        wider(batch.items_BL, -1),
        wider(batch.times_BL, 0.0),
        wider(batch.weights_BL, 0.0),
        wider(batch.values_BL, np.nan),
        wider(batch.actions_BL, 0),
        wider(batch.contexts_BL, -1),
        batch.as_of_B,
    )


@pytest.mark.parametrize("name", KINDS)
def test_a_part_made_from_its_tensors_scores_equal_to_the_bit(name: str) -> None:
    log = habits()
    part = KINDS[name].fit(data_of(log))
    loaded = KINDS[name].load({key: value.copy() for key, value in part.tensors().items()})
    batch = ask(log, range(5))
    assert np.array_equal(part.score(batch), loaded.score(batch))
    assert part.score(batch).shape == (5, len(log.item_ids))
    assert part.score(batch).dtype == np.float32


@pytest.mark.parametrize("name", KINDS)
def test_more_padding_changes_no_score(name: str) -> None:
    log = habits()
    part, batch = KINDS[name].fit(data_of(log)), ask(log, range(3))
    np.testing.assert_allclose(part.score(batch), part.score(padded(batch, 9)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_a_history_scores_alone_as_it_scores_in_a_batch(name: str) -> None:
    log = chain()
    part = KINDS[name].fit(data_of(log))
    alone = np.concatenate([part.score(ask(log, [user])) for user in range(20)])
    np.testing.assert_allclose(part.score(ask(log, range(20))), alone, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("log", [walk_log([[0, 1, 2] * 4], 3), walk_log([[0]], 1), walk_log([[], [1]], 4)])
def test_a_tiny_log_gives_finite_scores(name: str, log: EventLog) -> None:
    part = KINDS[name].fit(data_of(log))
    assert np.isfinite(part.score(ask(log, range(len(log.user_ids))))).all()


@pytest.mark.parametrize("name", FOLLOWING)
def test_what_follows_in_a_chain_is_ranked_first(name: str) -> None:
    log = chain()
    batch = ask(log, range(20), later_seconds=HOUR)
    scores_BV = KINDS[name].fit(data_of(log)).score(batch)
    following_B = (batch.items_BL[:, 0] + 1) % len(log.item_ids)
    seen_BV = np.zeros_like(scores_BV, dtype=np.bool_)
    np.put_along_axis(seen_BV, batch.items_BL, True, axis=1)
    best_B = np.where(seen_BV, -np.inf, scores_BV).argmax(axis=1)
    assert (best_B == following_B).mean() > 0.9


def test_a_disliked_event_pushes_down_what_resembles_it() -> None:
    log = chain()
    part = ROOT_TRANSITIONS.fit(data_of(log))
    liked = ask(log, [0])
    disliked = replace(liked, weights_BL=-liked.weights_BL)
    assert part.score(liked).max() > 0.0
    np.testing.assert_allclose(part.score(disliked), -part.score(liked), rtol=1e-5)


def test_events_that_speak_against_their_item_are_not_learnt_from() -> None:
    log = chain()
    log.actions_N[::2] = 1
    kept = log.keep(log.actions_N == 0)
    batch = ask(log, range(4))
    assert np.array_equal(EASE.fit(data_of(log)).score(batch), EASE.fit(data_of(kept)).score(batch))


def test_recent_popularity_knows_nothing_of_what_comes_after_the_moment_asked_for() -> None:
    log = habits()
    moment = START + 6.3 * 24 * HOUR
    part = RECENT_POPULARITY.fit(data_of(log))
    half_life_days = part.half_life_seconds / (24 * HOUR)
    earlier = replace(RECENT_POPULARITY, half_life_days=half_life_days).fit(data_of(log.before(moment)))
    batch = batch_histories([log.history(0)], np.array([moment]), ACTION_WEIGHTS)
    np.testing.assert_allclose(part.score(batch), earlier.score(batch), rtol=1e-4, atol=1e-5)


def test_recent_popularity_prefers_what_is_used_now() -> None:
    log = walk_log([[0] * 30 + [1] * 10], 2)
    scores_BV = RECENT_POPULARITY.fit(data_of(log)).score(ask(log, [0]))
    assert scores_BV[0, 1] > scores_BV[0, 0]


def test_personal_frequency_counts_old_events_less() -> None:
    log = walk_log([[0, 0, 1, 1, 1]], 3, step_seconds=200 * 24 * HOUR)
    scores_V = FREQUENCY.fit(data_of(log)).score(ask(log, [0]))[0]
    assert scores_V[1] > scores_V[0] > scores_V[2] == 0.0


def test_a_habit_counts_by_how_often_it_is_done_however_many_others_the_user_has() -> None:
    few, many = [0] * 16, [item for item in range(40) for _ in range(16)]
    log = walk_log([few, many], 60, step_seconds=60.0)
    kinds = (KINDS["frequency"], KINDS["habit"])
    blend = Blend(tuple(kind.fit(data_of(log)) for kind in kinds), {"frequency": 1.0, "habit": 1.0}, UNSCALED_PARTS)
    as_of_B = np.full(2, log.times_N.max() + HOUR)
    batch = batch_histories([log.history(user) for user in range(2)], as_of_B, ACTION_WEIGHTS, 1_000)
    shown = blend.combine(blend.part_scores(batch), np.ones((2, 60), dtype=np.bool_))
    added = blend.contributions(blend.part_scores(batch), np.ones((2, 60), dtype=np.bool_), np.array([0]))
    one, other = ({name: float(added_BK[row, 0]) for name, added_BK in added.items()} for row in range(2))
    assert np.isfinite(shown).all()
    assert one["frequency"] > 5.0 * other["frequency"]
    assert 1.0 < one["habit"] / other["habit"] < 4.0


def test_what_followed_in_the_own_history_comes_again() -> None:
    log = walk_log([[5, 1, 2, 3, 7, 8, 1, 2]], 10)
    scores_V = OWN_TRANSITIONS.fit(data_of(log)).score(ask(log, [0]))[0]
    assert scores_V.argmax() == 3


def test_a_longer_stretch_that_is_alike_says_more_than_two_shorter_ones() -> None:
    log = walk_log([[1, 2, 3, 0, 7, 2, 5, 0, 1, 2]], 10)
    scores_V = OWN_TRANSITIONS.fit(data_of(log)).score(ask(log, [0]))[0]
    assert scores_V[3] > scores_V[5] > 0.0


def test_only_events_in_the_context_asked_for_vote_for_it() -> None:
    log = walk_log([[1, 2, 0, 1, 3, 0, 1]], 10)
    part, batch = CONTEXT_TRANSITIONS.fit(data_of(log)), ask(log, [0])
    contexts_BL = np.array([[1, 1, 1, 1, 0, 0, 0]], dtype=np.int32)
    votes = [
        part.score(replace(batch, contexts_BL=contexts_BL, asked_B=asked_B))[0]
        for asked_B in (np.array([0], dtype=np.int32), np.array([1], dtype=np.int32), None)
    ]
    assert [int(vote_V.argmax()) for vote_V in votes[:2]] == [2, 3]
    assert not votes[2].any()


def test_the_neighbourhood_sum_equals_the_sum_over_every_moment() -> None:
    log, decay, size = chain(user_count=5, item_count=9), 0.2, 9
    expected = np.zeros((size, size))
    for user in range(5):
        state = np.zeros(size)
        for item in log.history(user).items_L:
            state = np.exp(-decay) * state + np.eye(size)[item]
            expected += np.outer(state, state)
    np.testing.assert_allclose(neighbourhood(log, np.arange(9, dtype=np.int32), decay), expected, rtol=1e-9)


def test_ease_is_the_ridge_with_a_zero_diagonal_of_its_own_counts() -> None:
    log = chain()
    items_M = np.arange(len(log.item_ids), dtype=np.int32)
    together_MM = co_use(log, items_M)
    expected = zero_diagonal_ridge(together_MM, together_MM, EASE.penalty)
    np.testing.assert_allclose(EASE.fit(data_of(log)).square.tensors()["weights"], expected, atol=1e-6)


def test_text_scores_nothing_for_items_without_text() -> None:
    log = chain()
    data = data_of(log)
    assert data.vectors_VD is not None
    data.vectors_VD[7] = 0.0
    scores_BV = TEXT.fit(data).score(ask(log, range(5)))
    assert (scores_BV[:, 7] == 0.0).all()
    assert (np.delete(scores_BV, 7, axis=1) > 0.0).all()


def test_text_without_vectors_is_refused_with_the_next_step() -> None:
    with pytest.raises(TrainingError, match="encode the items' texts first"):
        TEXT.fit(data_of(chain(), has_vectors=False))


def test_for_the_coming_weeks_older_events_count_nearly_as_much_as_new_ones() -> None:
    log = chain()
    batch = ask(log, [0])
    next_BL, weeks_BL = (
        ROOT_TRANSITIONS.fit(data_of(log, horizon=horizon)).recency.weights(batch) for horizon in ("next", "weeks")
    )
    assert weeks_BL[0, -1] / weeks_BL[0, 0] > 0.8 > 0.2 > next_BL[0, -1] / next_BL[0, 0]


def test_an_age_window_counts_only_the_events_inside_it() -> None:
    batch = ask(walk_log([[0, 1, 2]], 3), [0], later_seconds=10.0)
    weights_BL = Recency(low_seconds=3 * HOUR).weights(batch)
    assert weights_BL.tolist() == [[0.0, 0.0, 1.0]]


def test_a_sparse_square_gives_the_same_by_either_way_of_multiplying() -> None:
    square = ITEM_TRANSITIONS.fit(data_of(chain())).square
    assert isinstance(square, SparseSquare)
    items_U = np.arange(square.item_count)
    weights_BU = np.random.default_rng(2).normal(size=(64, square.item_count)).astype(np.float32)
    expected = weights_BU @ square.weights_VV.toarray()
    np.testing.assert_allclose(square.apply(items_U, weights_BU), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(square.apply(items_U, weights_BU[:1]), expected[:1], rtol=1e-4, atol=1e-5)


def test_only_the_strongest_followers_of_each_item_are_kept() -> None:
    square = sparse.csr_array(np.array([[0.0, 3.0, 1.0], [2.0, 0.0, 5.0], [0.0, 0.0, 0.0]]))
    assert keep_strongest(square, 1).toarray().tolist() == [[0.0, 3.0, 0.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]]


def test_beyond_the_dense_limit_only_the_most_used_items_count() -> None:
    log = walk_log([[0, 1, 2, 2, 3, 3, 3]], 5)
    assert most_used(log, limit=2).tolist() == [2, 3]
    assert most_used(log).tolist() == [0, 1, 2, 3]


def test_items_outside_a_dense_square_neither_give_nor_get() -> None:
    square = DenseSquare(5, np.array([1, 3], dtype=np.int32), np.array([[0.0, 2.0], [4.0, 0.0]], dtype=np.float32))
    sums_BV = square.apply(np.array([0, 1, 4]), np.array([[7.0, 1.0, 7.0]], dtype=np.float32))
    assert sums_BV.tolist() == [[0.0, 0.0, 0.0, 2.0, 0.0]]
