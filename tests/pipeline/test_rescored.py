from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.domain.log import History
from temporec_mcp.pipeline.bound import BoundHistory
from temporec_mcp.pipeline.rank import Ranked
from temporec_mcp.pipeline.rescored import OpenRows, Rescored
from temporec_mcp.pipeline.served import Served
from tests.pipeline.test_listing import ask, history_of, served

__all__ = ["served"]

DAY = 86_400.0


def fewer(history: History) -> list[History]:
    chance = np.random.default_rng(0)
    count = len(history)
    return [history.without(chance.choice(count, size, replace=False).tolist()) for size in range(0, count + 1, 2)]


def with_item(history: History, item: int) -> History:
    again = history.keep(np.append(np.arange(len(history)), len(history) - 1))
    again.items_L[-1] = item
    again.times_L[-1] += 10.0
    return again


QUESTIONS: dict[str, Callable[[History, float], tuple[list[History], list[float]]]] = {
    "every subset": lambda past, now: (fewer(past), [now] * 16),
    "other moments": lambda past, now: (fewer(past)[:3], [now, now + 7_200.0, now + DAY]),
    "moments before the last event learnt": lambda past, now: ([past, past], [now - 1e5, now - 2e5]),
    "the past moved": lambda past, now: ([replace(past, times_L=past.times_L - DAY)], [now - DAY]),
    "one more event of every item": lambda past, now: ([with_item(past, item) for item in range(9)], [now] * 9),
    "another's history": lambda past, now: ([replace(past, items_L=np.full(30, 1, dtype=np.int32))], [now]),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_scores_and_contributions_from_the_rows_are_those_of_a_full_scoring(served: Served, name: str) -> None:
    history = history_of(served)
    ranked, _, as_of = ask(served, history, include_seen=True)
    quick = Rescored(ranked, OpenRows(BoundHistory(served, history.keep(history.items_L > 8))))
    histories, moments = QUESTIONS[name](history, as_of)
    asked = histories, np.array(moments)
    np.testing.assert_allclose(quick.score(*asked), ranked.score(*asked), rtol=0, atol=2e-5)
    np.testing.assert_allclose(quick.score_items(*asked, [12, 3]), ranked.score(*asked)[:, [12, 3]], rtol=0, atol=2e-5)
    expected = ranked.added(*asked, [3, 12])
    found = quick.added(*asked, [3, 12])
    assert list(found) == list(expected)
    for part, added_BK in expected.items():
        np.testing.assert_allclose(found[part], added_BK, rtol=0, atol=2e-5, err_msg=part)


def test_items_asked_about_one_after_another_are_scored_from_rows_gathered_once(served: Served) -> None:
    history = history_of(served)
    ranked, _, as_of = ask(served, history, include_seen=True)
    rows = OpenRows(BoundHistory(served, history.keep(history.items_L > 20)))
    quick, moment = Rescored(ranked, rows), np.array([as_of])
    for item in range(21):
        asked = [with_item(history.keep(history.items_L > 20), item)], moment
        np.testing.assert_allclose(quick.score(*asked), ranked.score(*asked), rtol=0, atol=2e-5)
    bound = rows.bound
    quick.score([history], moment)
    assert rows.bound is bound


def test_more_items_than_rows_are_held_are_scored_in_full(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporec_mcp.pipeline.bound.MOST_ROWS", 12)
    history = history_of(served)
    ranked, _, as_of = ask(served, history, include_seen=True)
    rows = OpenRows(BoundHistory(served, history.keep(np.arange(30) < 8)))
    quick, moment = Rescored(ranked, rows), np.array([as_of])
    np.testing.assert_array_equal(quick.score([history], moment), ranked.score([history], moment))
    assert quick.contributions(history, as_of, 2) == ranked.contributions(history, as_of, 2)


def test_events_that_come_into_view_when_others_go_are_scored(served: Served) -> None:
    history = history_of(served, 300)
    ranked, _, as_of = ask(served, history, include_seen=True)
    quick, moment = Rescored(ranked, OpenRows(BoundHistory(served, history))), np.array([as_of])
    without = history.keep(np.arange(300) < 150)
    np.testing.assert_allclose(quick.score([without], moment), ranked.score([without], moment), rtol=0, atol=2e-5)


def test_what_the_words_asked_for_add_is_counted_once(served: Served) -> None:
    history = history_of(served)
    plain, _, as_of = ask(served, history, include_seen=True)
    assert served.vectors_VD is not None
    ranked = Ranked(served, replace(plain.question, query_D=served.vectors_VD[5]))
    quick, moment = Rescored(ranked, OpenRows(BoundHistory(served, history))), np.array([as_of])
    scores_V = quick.score([history], moment)[0]
    np.testing.assert_allclose(scores_V, ranked.score([history], moment)[0], rtol=0, atol=2e-5)
    assert np.abs(scores_V - plain.score([history], moment)[0]).max() > 0.1
    assert sum(quick.contributions(history, as_of, 5).values()) == pytest.approx(scores_V[5], abs=1e-4)
    assert quick.score_items([history], moment, [5])[0, 0] == pytest.approx(scores_V[5], abs=1e-4)
