"""What is told of other moments, missing periods and one more event is what asking anew gives."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from temporec_mcp.domain.log import DAY_SECONDS, History
from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.explain import Telling, explain, narrate, unsupported
from temporec_mcp.explain.words import MONTHS
from tests.explain.rankers import AS_OF, PlantedRanker, World, history_of, noisy_world
from tests.explain.worlds import TARGET

NOW = AS_OF.timestamp()


def rank_of(ranker: PlantedRanker, history: History, as_of: float, item: int) -> int:
    scores = ranker.score([history], np.array([as_of]))[0]
    return 1 + int((scores > scores[item]).sum())


def with_event(history: History, item: int) -> History:
    more = history_of([item])
    columns = [np.append(getattr(history, name), getattr(more, name)) for name in History.__dataclass_fields__]
    longer = History(*columns)
    longer.times_L[-1] = NOW
    return longer


def told(world: World, item: int, language: str = "en", compare_item: int | None = None) -> tuple[str, Explanation]:
    explanation = explain(world.ranker, world.target(item, compare_item))
    telling = Telling(language, "full")  # type: ignore[arg-type]
    text = narrate(explanation, telling)
    assert explanation.is_verified
    assert unsupported(text, explanation, telling) == ()
    return text, explanation


def test_one_more_event_brings_the_item_up_to_the_rank_that_is_told() -> None:
    checked = 0
    for seed in range(30):
        world = noisy_world(seed, noise=0.3)
        item = world.best(2 + seed % 15)
        text, explanation = told(world, item)
        match = re.search(r'If you also \w+ "Film (\d+) \(\d+\)", it would be at rank (\d+) instead of (\d+)', text)
        assert (match is None) == (explanation.lift is None), text
        if match:
            film, then, now = map(int, match.groups())
            ranker = replace(world.ranker, seen=world.ranker.seen | {film})
            assert then == rank_of(ranker, with_event(world.history, film), NOW, item) < now
            assert now == rank_of(world.ranker, world.history, NOW, item)
            checked += 1
    assert checked >= 20


def test_the_item_that_helps_most_is_the_one_that_is_named() -> None:
    world = noisy_world(1, noise=0.02)
    world.ranker.weights_VV[44, TARGET] = world.ranker.weights_VV[TARGET, 44] = 2.0
    text, explanation = told(world, TARGET)
    assert explanation.lift is not None
    assert explanation.lift.item_id == "i44"
    assert '"Film 44 (1994)"' in text
    assert "还" in told(world, TARGET, "zh")[0]


def test_the_first_of_a_list_needs_no_help() -> None:
    world = noisy_world(2)
    assert explain(world.ranker, world.target(world.best())).lift is None


@pytest.mark.parametrize(("kind", "which"), [("weekday", AS_OF.weekday()), ("hour", AS_OF.hour)])
def test_weekday_and_hour_are_told_where_only_they_change_the_rank(kind: str, which: int) -> None:
    world = noisy_world(3)
    item = world.best(9)
    assert not {moment.kind for moment in explain(world.ranker, world.target(item)).moments}
    world.ranker.calendar.append((item, kind, which, 2.0))
    text, explanation = told(world, item)
    (moment,) = explanation.moments
    assert (moment.kind, moment.rank_now, moment.best_then) == (kind, 1, 9)
    assert moment.effect == pytest.approx(2.0, abs=1e-5)
    words = "That it is Friday matters" if kind == "weekday" else "The hour, 18:00, matters"
    assert f"{words}: at other hours" in text or f"{words}: on other weekdays" in text
    assert "it would be at rank 9 instead of 1 (+2.00)" in text
    assert "第9位，而不是第1位（+2.00）" in told(world, item, "zh")[0]


def test_a_drift_of_the_world_is_not_taken_for_a_weekday() -> None:
    world = noisy_world(4)

    class Drifting(PlantedRanker):
        def _parts(self, history: History, as_of: float) -> dict[str, np.ndarray]:
            drift = np.zeros_like(self.popularity_V)
            drift[TARGET] = (as_of - NOW) / DAY_SECONDS
            return {**super()._parts(history, as_of), "recent popularity": drift}

    world.ranker = Drifting(world.ranker.weights_VV, world.ranker.popularity_V, world.ranker.seen)
    assert explain(world.ranker, world.target(TARGET)).moments == ()


def test_a_pause_is_told_with_its_days_where_asking_at_once_gives_another_rank() -> None:
    world = noisy_world(5, noise=0.02)
    world.history = history_of(world.history.items_L.tolist(), gap_days=8.0)
    world.ranker.half_life = 1.0
    world.ranker.weights_VV[int(world.history.items_L[-1]), TARGET] = 3.0
    world.ranker.popularity_V[TARGET] = 0.2
    text, explanation = told(world, TARGET)
    moment = next(moment for moment in explanation.moments if moment.kind == "pause")
    at_once = rank_of(world.ranker, world.history, float(world.history.times_L[-1]) + 60, TARGET)
    assert (moment.best_then, moment.pause_days) == (at_once, 4.0)
    assert "The pause of 4.0 days matters: without one it would be at rank 1 instead of" in text


def test_a_period_is_told_with_its_events_and_the_rank_without_them() -> None:
    checked = 0
    for seed in range(20):
        world = noisy_world(seed, noise=0.4)
        world.history = history_of(world.history.items_L.tolist(), gap_days=(0.6, 3.0, 20.0)[seed % 3])
        item = world.best(1 + seed % 7)
        text, explanation = told(world, item)
        found = re.search(r"without these (\d+) events.* at rank (\d+) instead of (\d+)", text)
        for period in explanation.periods:
            assert found is not None or len(text.split()) > 80, text
            times = world.history.times_L
            places = np.flatnonzero((times >= period.first.timestamp()) & (times <= period.last.timestamp())).tolist()
            assert len(places) == period.event_count
            assert rank_of(world.ranker, world.history.without(places), NOW, item) == period.rank_then
            if period.unit == "month":
                stamps = [datetime.fromtimestamp(time, UTC) for time in times.tolist()]
                month = (period.first.year, period.first.month)
                assert places == [place for place, when in enumerate(stamps) if (when.year, when.month) == month]
                assert MONTHS[month[1] - 1] in text or found is None
            checked += 1
    assert checked >= 6


def test_coming_back_to_a_theme_is_said_only_after_a_pause_from_it() -> None:
    world = noisy_world(6, length=30, items=80, noise=0.01)
    old, between, back = [0, 3, 6], [1, 4, 7, 10], [9, 12, 15, 18]
    world.history = history_of([*old, *between, *back], gap_days=25.0)
    world.history.times_L[:3] -= 200 * DAY_SECONDS
    world.history.times_L[3:7] -= 90 * DAY_SECONDS
    world.history.times_L[-4:] = np.linspace(NOW - 4 * DAY_SECONDS, NOW - DAY_SECONDS, 4)
    world.ranker.seen = frozenset(range(30))
    world.ranker.weights_VV[back, 40] = 0.6
    text, explanation = told(world, 40)
    (period,) = explanation.periods
    assert (period.label, period.is_return, period.event_count) == ("Genre 0", True, 4)
    assert 'You came back to "Genre 0" in March 2026: without these 4 events' in text
    assert "又回到“Genre 0”" in told(world, 40, "zh")[0]


def test_an_item_beyond_the_list_is_held_against_the_last_listed_one() -> None:
    world = noisy_world(7)
    item, last = world.best(12), world.best(5)
    text, explanation = told(world, item)
    assert explanation.comparison is not None
    assert explanation.comparison.item_id == f"i{last}"
    assert f'below that of "Film {last} ({1950 + last})" (rank 5)' in text


def test_what_the_calendar_does_since_the_last_event_is_not_called_the_pause() -> None:
    world = noisy_world(5, noise=0.02)
    world.history = history_of(world.history.items_L.tolist(), gap_days=8.0)
    world.ranker.calendar.append((TARGET, "weekday", AS_OF.weekday(), 3.0))
    last = datetime.fromtimestamp(float(world.history.times_L[-1]), UTC)
    assert last.weekday() != AS_OF.weekday()
    assert rank_of(world.ranker, world.history, last.timestamp() + 60, TARGET) > 1
    _, explanation = told(world, TARGET)
    assert [moment.kind for moment in explanation.moments] == ["weekday"]


@pytest.mark.parametrize(
    ("language", "expected", "other"),
    [
        ("en", 'If you watched "Film 3 (1953)" again, it would be at rank', 'If you also watched "Film 3 (1953)"'),
        ("zh", "如果您又看过“Film 3 (1953)”", "如果您还看过“Film 3 (1953)”"),
    ],
)
def test_what_was_had_and_would_help_is_told_as_once_more(language: str, expected: str, other: str) -> None:
    world = noisy_world(1, noise=0.02)
    world.history = replace(world.history, actions_L=0 * world.history.actions_L)
    world.ranker.seen = frozenset()
    world.ranker.half_life = 1.0
    world.ranker.weights_VV[3, TARGET] = 40.0
    world.ranker.popularity_V[TARGET] = -1.0
    world.ranker.popularity_V[3] = 3.0
    text, explanation = told(world, TARGET, language)
    assert explanation.lift is not None
    assert explanation.lift.item_id == "i3"
    assert expected in text
    assert unsupported(text.replace(expected, other), explanation, Telling(language, "full"))  # type: ignore[arg-type]


def test_another_moment_is_told_only_where_the_item_is_listed_now_or_then() -> None:
    checked = 0
    for seed in range(40):
        world = noisy_world(seed, noise=0.3)
        world.ranker.half_life = 1.5
        text, explanation = told(world, world.best(6 + seed))
        for moment in explanation.temporal:
            is_far = min(moment.rank_now, moment.rank_then) > explanation.k
            checked += is_far
            assert not (is_far and f"later it would be at rank {moment.rank_then} instead of {moment.rank_now}" in text)
    assert checked > 20


def test_a_weekday_that_lifts_others_more_is_not_told_as_lifting_the_item() -> None:
    world = noisy_world(3)
    rival = world.best(1)
    own = world.best(2)
    for item, gain in ((own, 2.0), (rival, 2.0), (world.best(3), 6.0)):
        world.ranker.calendar.append((item, "weekday", AS_OF.weekday(), gain))
    explanation = explain(world.ranker, world.target(own))
    assert explanation.rank == 3
    assert explanation.moments == ()
