"""A rating is told as what it was, no low one as if it were liking, and the day of several events once."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from temporec_mcp.domain.events import Event
from temporec_mcp.domain.ranking import Explanation
from temporec_mcp.explain import Telling, explain, narrate, unsupported
from temporec_mcp.explain.words import Detail, Language
from tests.explain.rankers import ACTIONS, history_of, noisy_world
from tests.explain.readers import Readers, entries
from tests.explain.worlds import TARGET

LOW_NOTE: dict[Language, str] = {"en": "What was rated counts as used here", "zh": "评过分的都算用过"}


def rated(rating: float, effect: float = 2.0, top: float | None = 5.0) -> Explanation:
    """Explain an item that one rated event speaks for, or against."""
    world = noisy_world(1, noise=0.0)
    world.history = history_of([3, 4], [ACTIONS.index("rate")] * 2)
    world.history = replace(world.history, values_L=np.array([rating, np.nan], dtype=np.float32))
    world.ranker.popularity_V[TARGET] = 4.0 if effect < 0 else 0.5
    world.ranker.weights_VV[3, TARGET] = effect
    return explain(world.ranker, replace(world.target(TARGET), rating_top=top))


@pytest.mark.parametrize(
    ("rating", "top", "english", "chinese"),
    [
        (4.5, 5.0, 'because you rated "Film 3 (1953)" 4.5 of 5 on ', "因为您给“Film 3 (1953)”评了4.5/5分（"),
        (3.0, None, 'because you rated "Film 3 (1953)" at 3 on ', "因为您给“Film 3 (1953)”评了3分（"),
        (1.0, 5.0, 'because you tried "Film 3 (1953)", though you rated it 1 of 5 on ', "虽然只评了1/5分（"),
    ],
)
@pytest.mark.parametrize("detail", ["brief", "full"])
def test_the_rating_of_a_cause_is_told(
    rating: float, top: float | None, english: str, chinese: str, detail: Detail
) -> None:
    found = rated(rating, top=top)
    assert found.is_verified
    said: dict[Language, str] = {"en": english, "zh": chinese}
    for language, words in said.items():
        told = narrate(found, Telling(language, detail))
        assert words in told
        assert (LOW_NOTE[language] in told) == (rating == 1.0)


def test_of_somebody_else_it_is_said_that_they_rated_it_low() -> None:
    told = narrate(replace(rated(1.0), user_id="u7"))
    assert 'the user tried "Film 3 (1953)", though they rated it 1 of 5' in told


def test_a_low_rating_that_speaks_against_an_item_is_no_surprise() -> None:
    found = rated(2.0, effect=-1.0)
    assert 'Holding it back: you tried "Film 3 (1953)", which you rated 2 of 5 on' in narrate(found)
    assert "对它不利的是您试过“Film 3 (1953)”，只评了2/5分（" in narrate(found, Telling("zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_another_rating_or_another_middle_is_not_accepted(language: Language) -> None:
    low, high = rated(1.0), rated(4.0)
    telling = Telling(language)
    told_low, told_high = narrate(low, telling), narrate(high, telling)
    assert unsupported(told_low, low, telling) == unsupported(told_high, high, telling) == ()
    assert unsupported(told_low.replace("1 of 5", "2 of 5").replace("1/5分", "2/5分"), low, telling)
    assert unsupported(told_high.replace("4 of 5", "5 of 5").replace("4/5分", "5/5分"), high, telling)
    assert unsupported(told_low, high, telling)
    as_if_low = told_high.replace(" 4 of 5", ", though you rated it 4 of 5").replace("给“Film 3", "试过“Film 3")
    assert unsupported(as_if_low, high, telling)


def ratings_told(readers: Readers, user: str, count: int) -> list[str]:
    """Log so many ratings of a new user, from 1 to 8, and give those of the reasons."""
    events = [
        Event(
            user_id=user,
            item_id=f"{number // 5}-{number % 5}",
            action="rate",
            time=datetime(2026, 1, 2 + number, tzinfo=UTC),
            value=float(1 + number % 8),
        )
        for number in range(count)
    ]
    readers.app.log_behavior(events, [])
    found = readers.ask("explain_recommendation", user_id=user, item_id=readers.ids(user)[0])
    return [str(reason["rating"]) for reason in entries(found, "reasons")]


def test_the_scale_is_the_users_own_once_enough_ratings_tell(readers: Readers) -> None:
    told, few = ratings_told(readers, "rates much", 10), ratings_told(readers, "rates little", 4)
    assert told
    assert few
    assert all(rating.endswith("/10") for rating in told)
    assert all("/" not in rating for rating in few)


def test_the_day_of_several_events_is_told_once_and_no_other_is_accepted() -> None:
    world = noisy_world(1, noise=0.0)
    world.history = history_of([3, 4, 5], [1, 0, 1], gap_days=0.01)
    world.history = replace(world.history, values_L=np.array([4.0, np.nan, 2.0], dtype=np.float32))
    world.ranker.popularity_V[TARGET] = 0.0
    world.ranker.weights_VV[[3, 4, 5], TARGET] = (1.0, 0.9, 0.8)
    found = explain(world.ranker, world.target(TARGET))
    told, told_zh = narrate(found, Telling(detail="full")), narrate(found, Telling("zh", "full"))
    assert (
        'because you rated "Film 3 (1953)" 4 of 5 (+1.00), watched "Film 4 (1954)" (+0.90) '
        'and tried "Film 5 (1955)", though you rated it 2 of 5 (+0.80), all on 20 March 2026.'
    ) in told
    assert "（+1.00），还看过“Film 4 (1954)”（+0.90）" in told_zh
    assert "，都在2026年3月20日" in told_zh
    assert unsupported(told.replace("all on 20 March", "all on 21 March"), found, Telling(detail="full"))
    assert unsupported(told_zh.replace("都在2026年3月20日", "都在2026年3月21日"), found, Telling("zh", "full"))
    assert unsupported(told.replace("+0.90", "+1.00"), found, Telling(detail="full"))


def test_the_note_on_ratings_comes_only_with_a_low_one_that_is_told() -> None:
    world = noisy_world(1, noise=0.0)
    world.history = history_of([3, 4, 5], [0, 0, 1])
    world.history = replace(world.history, values_L=np.array([np.nan, np.nan, 1.0], dtype=np.float32))
    world.ranker.popularity_V[TARGET] = 0.0
    world.ranker.weights_VV[[3, 4, 5], TARGET] = (1.0, 0.9, 0.8)
    titles = [f"A film with a very long title, number {number}" for number in range(60)]
    found = explain(world.ranker, replace(world.target(TARGET), titles=titles))
    told = narrate(found, Telling("zh"))
    assert "只评了1/5分" not in told
    assert LOW_NOTE["zh"] not in told
    short = explain(world.ranker, world.target(TARGET))
    assert LOW_NOTE["en"] in narrate(short, Telling(detail="full"))
