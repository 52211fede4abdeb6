"""Between two trainings, what others take up now moves everybody's list, and nothing else of theirs is known."""

import random
from datetime import timedelta

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.ranking import RankRequest, Recommendation
from temporec_mcp.domain.requests import ExplainRequest, Protecting
from tests.app.conftest import NOW, no_progress, train

WEEKS = 12
READERS = 30
LATER = NOW + timedelta(hours=1)
BOOKS = [Item(f"b{week}-{number}", f"Hit {number} of week {week}") for week in range(WEEKS) for number in range(6)]


def fashion() -> list[Event]:
    """Give readers who each week take four of the six books that everybody reads in that week."""
    draw = random.Random(3)
    return [
        Event(f"u{reader}", f"b{week}-{number}", "read", NOW + timedelta(weeks=week - WEEKS, hours=9 * place + reader))
        for reader in range(READERS)
        for week in range(WEEKS - 1)
        for place, number in enumerate(draw.sample(range(6), 4))
    ]


def ask(app: App, user_id: str = "u0", at_hour: int = 2) -> Recommendation:
    at = NOW + timedelta(hours=at_hour)
    return app.recommend(RankRequest(user_id=user_id, recent_items=(), k=80, as_of=at), no_progress)


def scores(answer: Recommendation) -> dict[str, float]:
    return {item.item_id: item.score for item in answer.items}


def everybody(action: str, item_id: str) -> list[Event]:
    return [Event(f"u{user}", item_id, action, LATER) for user in range(1, READERS)]


@pytest.fixture
def far_off(app: App) -> str:
    """Train, and give a book of old that is far down the list of the one who is asked."""
    app.log_behavior(fashion(), BOOKS)
    assert train(app).status == "completed"
    return [item.item_id for item in ask(app).items if item.item_id < "b5"][-1]


def rank(answer: Recommendation, item_id: str) -> int:
    return next(item.rank for item in answer.items if item.item_id == item_id)


def test_what_others_take_up_after_a_training_rises_on_the_next_list(app: App, far_off: str) -> None:
    before = ask(app)
    app.log_behavior(everybody("read", far_off), [])
    after = ask(app)
    assert after.model_id == before.model_id
    assert rank(after, far_off) < rank(before, far_off) - 3


def test_what_others_refuse_does_not_rise(app: App, far_off: str) -> None:
    before = ask(app)
    app.log_behavior(everybody("dislike", far_off), [])
    assert scores(ask(app)) == pytest.approx(scores(before), abs=1e-5)


def test_what_others_did_long_ago_does_not_rise_when_it_comes_in_later(app: App, far_off: str) -> None:
    before = ask(app)
    old = [Event(f"new{user}", far_off, "read", NOW - timedelta(weeks=50, hours=user)) for user in range(READERS)]
    app.log_behavior(old, [])
    assert scores(ask(app)) == pytest.approx(scores(before), abs=1e-3)


def test_lists_as_of_everybodys_last_event_know_nothing_of_a_later_rise(app: App, far_off: str) -> None:
    app.log_behavior([Event(f"u{user}", "b10-0", "read", NOW - timedelta(days=1)) for user in range(READERS)], [])
    before = {(user, item.rank): item.item_id for user, item in app.recommend_all(40, "last", no_progress)}
    app.log_behavior([Event(f"new{user}", far_off, "read", NOW) for user in range(READERS)], [])
    after = {(user, item.rank): item.item_id for user, item in app.recommend_all(40, "last", no_progress)}
    assert {place: after[place] for place in before} == before


def test_a_moment_before_the_rise_knows_nothing_of_it(app: App, far_off: str) -> None:
    before = ask(app, at_hour=0)
    app.log_behavior(everybody("read", far_off), [])
    ask(app)
    assert scores(ask(app, at_hour=0)) == pytest.approx(scores(before), abs=1e-5)


def test_an_answer_from_before_the_rise_is_explained_as_it_was(app: App, far_off: str) -> None:
    app.log_behavior([Event("u1", "b10-0", "read", NOW)], [])
    before = ask(app)
    app.log_behavior(everybody("read", far_off), [])
    ask(app)
    why = app.explain(ExplainRequest(far_off, before.recommendation_id), no_progress)
    assert why.is_verified
    assert why.score == pytest.approx(scores(before)[far_off], abs=1e-5)


def test_a_rise_goes_with_those_who_made_it(app: App, far_off: str) -> None:
    before = ask(app)
    app.log_behavior([Event(f"new{user}", far_off, "read", LATER) for user in range(9)], [])
    assert rank(ask(app), far_off) < rank(before, far_off)
    for user in range(9):
        app.forget(f"new{user}", app.preview_forget(f"new{user}").confirm)
    assert scores(ask(app)) == pytest.approx(scores(before), abs=1e-5)


def test_a_home_that_learns_only_what_enough_users_share_follows_no_trend(app: App, far_off: str) -> None:
    app.protect(Protecting(min_users=10))
    before = ask(app)
    app.log_behavior(everybody("read", far_off), [])
    assert scores(ask(app)) == pytest.approx(scores(before), abs=1e-5)


def test_what_came_with_the_catalogue_after_the_training_rises_when_others_take_it_up(app: App, far_off: str) -> None:
    del far_off
    app.log_behavior([], [Item("new", "A hit to be")])
    before = ask(app)
    app.log_behavior(everybody("read", "new"), [])
    assert rank(ask(app), "new") < rank(before, "new") - 3
