import numpy as np
import pytest

from temporec_mcp.domain.training import Split
from temporec_mcp.models.repeats import visit_numbers
from temporec_mcp.pipeline.split import (
    Cases,
    HeldOut,
    case_candidates,
    case_histories,
    case_targets,
    how_repeating,
    is_repeat,
    make_split,
    newcomer_cases,
    quantile_cut,
    repeat_share,
)
from tests.models.walks import ACTION_WEIGHTS, HOUR, chain, habits, routines, walk_log

SPLITS: tuple[Split, ...] = ("leave-last-out", "temporal", "temporal-static", "next-basket")


def split_of(name: Split, *, keeps_seen: bool = True) -> HeldOut:
    return make_split(habits(), name, ACTION_WEIGHTS, keeps_seen=keeps_seen)


def targets_of(cases: Cases, case: int) -> list[int]:
    return cases.targets_T[cases.target_starts_C[case] : cases.target_starts_C[case + 1]].tolist()


@pytest.mark.parametrize("name", SPLITS)
def test_a_history_holds_nothing_after_the_moment_asked_for(name: Split) -> None:
    held = split_of(name)
    batch = case_histories(held.log, held.cases, ACTION_WEIGHTS)
    assert len(held.cases) > 0
    assert (batch.times_BL <= batch.as_of_B[:, None]).all()


@pytest.mark.parametrize("name", ["temporal", "temporal-static", "next-basket"])
def test_nothing_after_the_cut_is_fitted_on(name: Split) -> None:
    held = split_of(name)
    assert held.fit.times_N.max() < held.cases.as_of_C.min()
    assert 0.8 < len(held.fit.items_N) / len(held.log.items_N) <= 0.9


def test_leave_last_out_asks_for_the_last_event_of_every_user() -> None:
    held = split_of("leave-last-out")
    assert held.cases.targets_T.tolist() == held.log.items_N[held.log.offsets_U[1:] - 1].tolist()
    assert len(held.fit.items_N) == len(held.log.items_N) - len(held.log.user_ids)


def test_rolling_cases_extend_the_history_as_it_happens() -> None:
    held = split_of("temporal")
    first, second = (case_histories(held.log, held.cases.take(np.array([case])), ACTION_WEIGHTS) for case in (0, 1))
    assert held.cases.users_C[0] == held.cases.users_C[1]
    assert second.items_BL[0, 0] == held.cases.targets_T[0]
    assert second.items_BL[0, 1 : first.items_BL.shape[1]].tolist() == first.items_BL[0, :-1].tolist()


def test_static_cases_freeze_the_history_at_the_cut_and_ask_for_all_later_items() -> None:
    held = split_of("temporal-static")
    assert len(np.unique(held.cases.users_C)) == len(held.cases)
    case, user = 0, int(held.cases.users_C[0])
    history = held.log.history(user)
    cut = held.cases.as_of_C[case]
    assert set(targets_of(held.cases, case)) == set(history.items_L[history.times_L >= cut].tolist())
    assert held.cases.ends_C[case] - held.cases.starts_C[case] == (history.times_L < cut).sum()


def test_a_next_basket_case_asks_for_all_items_of_one_visit() -> None:
    held = split_of("next-basket")
    visits_N = visit_numbers(held.log)
    for case in range(len(held.cases)):
        rows = np.flatnonzero(visits_N == visits_N[held.cases.ends_C[case]])
        assert set(targets_of(held.cases, case)) == set(held.log.items_N[rows].tolist())
        assert held.cases.ends_C[case] == rows[0]


def test_users_unknown_at_the_cut_are_no_case() -> None:
    log = walk_log([[0, 1, 2, 3, 4, 5, 6, 7, 8], [1]], 9)
    log.times_N[-1] = log.times_N.max() + HOUR
    held = make_split(log, "temporal", ACTION_WEIGHTS, keeps_seen=False)
    assert 1 not in held.cases.users_C


@pytest.mark.parametrize("name", ["temporal", "next-basket"])
def test_newcomers_cases_have_short_histories_after_the_cut_and_users_unknown_before_it(name: Split) -> None:
    log = walk_log([list(range(30)), list(range(6))], 30)
    log.times_N[30:] = log.times_N[27]
    held = make_split(log, name, ACTION_WEIGHTS, keeps_seen=False, fit_share=0.5)
    cases = newcomer_cases(held, ACTION_WEIGHTS, 18)
    assert set(cases.users_C.tolist()) == ({0, 1} if name == "temporal" else {0})
    assert (cases.ends_C - cases.starts_C).max() == 18
    assert (cases.as_of_C > held.fit.times_N.max()).all()
    assert set(held.cases.users_C.tolist()) == {0}


def test_disliked_events_are_never_targets() -> None:
    log = chain()
    log.actions_N[log.offsets_U[1:] - 1] = 1
    assert len(make_split(log, "leave-last-out", ACTION_WEIGHTS, keeps_seen=False).cases) == 0


def test_a_repeat_is_no_case_where_seen_items_are_no_candidates() -> None:
    log = walk_log([[0, 1, 0], [0, 1, 2]], 3)
    assert make_split(log, "leave-last-out", ACTION_WEIGHTS, keeps_seen=False).cases.users_C.tolist() == [1]
    assert make_split(log, "leave-last-out", ACTION_WEIGHTS, keeps_seen=True).cases.users_C.tolist() == [0, 1]


@pytest.mark.parametrize("keeps_seen", [True, False])
def test_the_whole_history_leaves_the_candidates_unless_it_is_kept(keeps_seen: bool) -> None:
    log = chain(user_count=8, event_count=130, item_count=400)
    held = make_split(log, "leave-last-out", ACTION_WEIGHTS, keeps_seen=keeps_seen)
    candidates_BV = case_candidates(held, held.cases)
    assert candidates_BV.sum(axis=1).tolist() == [400 if keeps_seen else 400 - 129] * 8
    assert (candidates_BV & case_targets(held.cases, 400)).any(axis=1).all()


def test_a_history_reads_newest_first_and_pads_behind() -> None:
    log = walk_log([[3, 1, 2], [4, 0]], 5)
    held = make_split(log, "leave-last-out", ACTION_WEIGHTS, keeps_seen=False)
    assert case_histories(log, held.cases, ACTION_WEIGHTS).items_BL.tolist() == [[1, 3], [4, -1]]


def test_taking_cases_keeps_each_with_its_targets() -> None:
    cases = split_of("next-basket").cases
    chosen = np.array([3, 0, 5])
    taken = cases.take(chosen)
    assert [targets_of(taken, place) for place in range(3)] == [targets_of(cases, int(case)) for case in chosen]


def test_a_sample_is_the_same_for_the_same_seed_and_keeps_the_order() -> None:
    cases = split_of("next-basket").cases
    once, again = cases.sample(10, seed=4), cases.sample(10, seed=4)
    assert len(once) == 10
    assert once.ends_C.tolist() == again.ends_C.tolist() == sorted(once.ends_C.tolist())


def test_the_repeat_share_counts_items_of_earlier_visits_only() -> None:
    viewed_and_bought = walk_log([[0, 0, 0, 1, 1]], 2, step_seconds=60.0)
    bought_again = walk_log([[0, 0, 1, 0]], 2, step_seconds=5 * HOUR)
    assert repeat_share(viewed_and_bought) == 0.0
    assert repeat_share(bought_again) == pytest.approx(2 / 3)
    assert is_repeat(bought_again).tolist() == [False, True, False, True]


def test_the_cut_lies_at_the_share_of_the_events() -> None:
    log = chain()
    assert (log.times_N < quantile_cut(log, 0.5)).mean() == pytest.approx(0.5, abs=0.02)
    assert quantile_cut(walk_log([[]], 2)) == float("inf")


@pytest.mark.parametrize("name", SPLITS)
@pytest.mark.parametrize("walks", [[[]], [[0]], [[0, 1]], [[], [1, 0, 2]]])
def test_the_smallest_logs_split_without_a_fault(name: Split, walks: list[list[int]]) -> None:
    held = make_split(walk_log(walks, 3), name, ACTION_WEIGHTS, keeps_seen=False)
    assert len(held.fit.items_N) <= len(held.log.items_N)


def test_what_is_taken_at_one_moment_again_and_again_is_baskets() -> None:
    assert how_repeating(habits()) == "baskets"


def test_what_is_done_step_by_step_again_and_again_is_sequences() -> None:
    assert how_repeating(routines()) == "sequences"


def test_what_is_hardly_done_twice_is_neither() -> None:
    assert how_repeating(chain()) == "none"
