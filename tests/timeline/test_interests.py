"""Themes with their share and trend, and the days on which the leading one changed."""

from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import DAY, START, Plain, history, poisson

ODD = ("Alien Dawn", "The Alien Returns", "Alien: Night", "Quiet River", "River of Gold", "Blue Door", "Tea House")


def test_an_event_of_two_labels_is_split_evenly():
    categories = [("drama", "comedy"), ("drama",)]
    timeline = summarise(history(START + DAY * np.arange(6), [0, 0, 0, 0, 1, 1], Plain(categories=categories)))
    assert {interest.label: interest.share for interest in timeline.interests} == pytest.approx(
        {"drama": 4 / 6, "comedy": 2 / 6}
    )
    assert timeline.interest_source == "labels"


def test_shares_are_parts_of_the_labelled_events():
    random = np.random.default_rng(1)
    items = random.integers(0, 30, 200)
    categories = [(f"label {item % 9}", f"label {item % 4}") for item in range(30)]
    counted: dict[str, float] = {}
    for item in items.tolist():
        labels = set(categories[item])
        counted |= {label: counted.get(label, 0.0) + 1 / len(labels) / 200 for label in labels}
    timeline = summarise(history(poisson(random, 200), items.tolist(), Plain(categories=categories)))
    top = sorted(counted.values(), reverse=True)[: len(timeline.interests)]
    assert [interest.share for interest in timeline.interests] == pytest.approx(top)
    assert all(interest.share == pytest.approx(counted[interest.label]) for interest in timeline.interests)


def test_events_without_a_label_count_among_the_events():
    timeline = summarise(history(START + DAY * np.arange(8), [0, 0, 0, 0, 0, 0, 1, 1], Plain(categories=[("a",), ()])))
    assert [(interest.label, interest.share) for interest in timeline.interests] == [("a", 6 / 8)]


def test_words_of_the_titles_are_used_without_labels():
    timeline = summarise(history(START + DAY * np.arange(7), range(7), Plain(titles=ODD, categories=[()] * 7)))
    assert timeline.interest_source == "words"
    assert [interest.label for interest in timeline.interests] == ["alien", "river"]


def test_chinese_titles_give_words_too():
    titles = ["三国演义", "新三国演义", "三国志", "红楼梦", "红楼春秋", "茶馆", "雷雨"]
    timeline = summarise(history(START + DAY * np.arange(7), range(7), Plain(titles=titles, categories=[()] * 7)))
    assert {interest.label for interest in timeline.interests} == {"三国", "三国演义", "红楼"}


def test_items_that_come_back_are_used_when_words_are_not_shared():
    rest = Plain(titles=["Solaris", "Stalker", "Mirror"], categories=[()] * 3)
    timeline = summarise(history(START + DAY * np.arange(8), [0, 0, 0, 1, 1, 0, 1, 2], rest))
    assert timeline.interest_source == "items"
    assert [interest.label for interest in timeline.interests] == ["Solaris", "Stalker"]


def test_ids_that_stand_in_for_titles_give_no_words_but_may_come_back():
    ids = ["song-1", "song-2", "song-3"]
    rest = Plain(titles=ids, item_ids=ids, categories=[()] * 3)
    timeline = summarise(history(START + DAY * np.arange(6), [0, 1, 0, 0, 2, 0], rest))
    assert timeline.interest_source == "items"
    assert [(interest.label, interest.share) for interest in timeline.interests] == [("song-1", 4 / 6)]


def test_searches_have_no_interests():
    assert summarise(history(START + DAY * np.arange(20))).interests == ()


def planted(random: np.random.Generator, shares: np.ndarray):
    items = [int(random.choice(4, p=share)) for share in shares]
    return history(poisson(random, len(items)), items)


def test_a_theme_that_grows_is_rising_and_its_place_taker_fading():
    random = np.random.default_rng(2)
    grown = np.linspace(0.02, 0.9, 150)
    shares = np.stack([grown, 0.96 - grown, np.full(150, 0.02), np.full(150, 0.02)], axis=1)
    timeline = summarise(planted(random, shares))
    trends = {interest.label: interest.trend for interest in timeline.interests}
    assert (trends["drama"], trends["comedy"]) == ("rising", "fading")
    assert timeline.outlook is not None and timeline.outlook.rising == "drama"


def test_few_sessions_show_no_trend_and_no_change():
    timeline = summarise(history(START + DAY * np.arange(10), [0] * 5 + [1] * 5))
    assert timeline.changes == () and {interest.trend for interest in timeline.interests} == {"steady"}


def grouped(random: np.random.Generator, titles: list[str], kinds: list[int]) -> tuple[list[str], np.ndarray]:
    """Vectors of items that lie around one direction for each kind."""
    centres = np.eye(8, dtype=np.float32)[: max(kinds) + 1]
    noise = random.normal(0, 0.1, (len(kinds), 8)).astype(np.float32)
    vectors = centres[kinds] + noise
    return titles, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def kinds_of_titles() -> tuple[list[str], list[int]]:
    titles = [f"Red candle {word}" for word in ("small", "tall", "round", "long", "odd", "fine", "deep", "warm")]
    titles += [f"{word} garden spade" for word in ("Iron", "Steel", "Light", "Heavy", "Short", "Wide", "Bent")]
    titles += [f"Tin {word} lunch box" for word in ("apple", "rocket", "kitten", "sailor", "circus")]
    return titles, [0] * 8 + [1] * 7 + [2] * 5


def test_items_with_text_vectors_are_grouped_and_named_after_their_words_from_twenty_events():
    kinds_titles, kinds = kinds_of_titles()
    titles, vectors = grouped(np.random.default_rng(1), kinds_titles, kinds)
    data = replace(
        history(START + DAY * np.arange(20), range(20), Plain(titles=titles, categories=[()] * 20)),
        vectors_of=lambda items: (np.ones(len(items), dtype=np.bool_), vectors[items]),
    )
    timeline = summarise(data)
    assert timeline.interest_source == "clusters"
    assert [(interest.label, interest.share) for interest in timeline.interests] == [
        ("candle, red", 8 / 20), ("garden, spade", 7 / 20), ("box, lunch", 5 / 20)
    ]  # fmt: skip
    assert summarise(data) == timeline


@pytest.mark.parametrize("seed", range(1, 6))
def test_texts_that_fall_into_no_clear_groups_are_summarised_too(seed: int):
    titles = [f"Thing {number}" for number in range(40)]
    vectors = np.random.default_rng(seed).normal(size=(40, 3)).astype(np.float32)
    data = replace(
        history(START + DAY * np.arange(40), range(40), Plain(titles=titles, categories=[()] * 40)),
        vectors_of=lambda items: (np.ones(len(items), dtype=np.bool_), vectors[items]),
    )
    timeline = summarise(data)
    assert sum(interest.share for interest in timeline.interests) <= 1 + 1e-9
    assert all(interest.label for interest in timeline.interests)


def test_items_without_a_vector_leave_words_to_speak():
    titles, _ = kinds_of_titles()
    data = replace(
        history(START + DAY * np.arange(20), range(20), Plain(titles=titles, categories=[()] * 20)),
        vectors_of=lambda items: (np.zeros(len(items), dtype=np.bool_), np.zeros((len(items), 0), dtype=np.float32)),
    )
    assert summarise(data).interest_source == "words"


def test_the_short_term_taste_is_told_beside_the_long_term_one():
    interests = summarise(history(START + DAY * np.arange(100), [0] * 70 + [1] * 30)).interests
    assert [(entry.label, entry.share, entry.recent) for entry in interests] == [
        ("drama", 0.7, 0.0), ("comedy", 0.3, 1.0)
    ]  # fmt: skip
    assert all(entry.recent is None for entry in summarise(history(START + DAY * np.arange(20), [0] * 20)).interests)
