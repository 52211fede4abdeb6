"""A description is told as a person would tell it, of histories that are easily told wrong."""

import re
from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.pages.words import say
from temporec_mcp.timeline.narrate import LanguageName, describe
from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import DAY, HOUR, START, Plain, history, poisson


def test_days_without_hours_are_sessions_of_their_own_and_no_pause_is_named():
    times = START + DAY * np.arange(5) + 12 * HOUR
    timeline = summarise(history(times, rest=Plain(date_only=[True] * 5)))
    english, chinese = describe(timeline, detail="full"), describe(timeline, "zh", "full")
    assert "No event has a time of day, so each day counts as one session." in english
    assert "minutes" not in english and "每一天算作一次活动" in chinese and "分钟" not in chinese


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [(25.0, "25 minutes", "25分钟"), (119.0, "119 minutes", "119分钟"), (332.0, "5.5 hours", "5.5小时")],
)
def test_the_pause_that_parts_sessions_is_told_in_hours_from_two_hours_on(minutes: float, english: str, chinese: str):
    timeline = replace(summarise(history(poisson(np.random.default_rng(23), 40))), session_gap_minutes=minutes)
    assert f"A pause of more than {english} starts a new session." in describe(timeline, detail="full")
    assert f"停顿超过{chinese}算作新的一次活动。" in describe(timeline, "zh", "full")


def test_one_event_and_two_days_are_told_as_a_person_would():
    one, two = summarise(history([START])), summarise(history([START, START + DAY]))
    assert describe(one) == "Your timeline holds 1 viewing on 1 January 2024."
    assert describe(one, "zh") == "您在2024年1月1日共有1次观看。"
    assert describe(two) == "Your timeline holds 2 viewings on 1 January 2024 and 2 January 2024, in 2 sessions."
    assert describe(two, "zh") == "您在2024年1月1日和2024年1月2日共有2次观看，分属2次活动。"


def test_an_interest_is_no_main_theme_where_one_left_out_is_as_large():
    equal = summarise(history([START] * 40, [0, 1, 2, 3] * 10))
    assert describe(equal) == "Your timeline holds 40 viewings on 1 January 2024, in a single session."
    assert "兴趣" not in describe(equal, "zh")
    leading = summarise(history([START] * 25, [0] * 10 + [1, 2, 3] * 5))
    assert "Its main theme is drama (40%)." in describe(leading)
    assert "主要兴趣是drama（40%）。" in describe(leading, "zh")


def test_long_names_that_differ_at_their_ends_are_told_apart():
    ids = [f"urn:example:catalogue:shelf:{'7' * 60}:{number}" for number in range(4)]
    items = [0, 1, 0, 2, 0, 3] * 10
    rest = Plain(categories=[()] * 4, titles=ids, item_ids=ids)
    text = describe(summarise(history(poisson(np.random.default_rng(24), 60), items, rest)))
    assert "“urn:example:catalogue:shelf…7777777777:0” (50%)" in text and text.count("…") == 1
    rest = Plain(categories=[(name,) for name in ids])
    text = describe(summarise(history(poisson(np.random.default_rng(24), 60), [0, 1, 0, 2, 0, 1] * 10, rest)))
    assert "7777777777:0 (50%)" in text and "7777777777:1 (33%)" in text and "7777777777:2 (17%)" in text


@pytest.mark.parametrize(
    ("language", "facts", "name"),
    [
        ("en", (" are ", " rose from ", "most likely about"), "a day or two in the old part of town by"),
        (
            "zh",
            ("主要兴趣是", "的比重从", "最可能的内容是"),
            "人民文学出版社世界文学名著典藏版插图本系列丛书精装修订珍藏本第一辑全套共十",
        ),
    ],
)
def test_long_names_are_cut_before_facts_are_left_out(language: LanguageName, facts: tuple[str, ...], name: str):
    random = np.random.default_rng(25)
    times = np.repeat(poisson(random, 120), 4) + 20.0 * np.tile(np.arange(4), 120)
    items = [0, 0, 0, 1] * 60 + [2, 2, 2, 3] * 60
    rest = Plain(categories=[(f"{letter} {name}",) for letter in "ABCD"])
    text = describe(summarise(history(times, items, rest)), language, "full")
    assert all(fact in text for fact in facts) and "…" in text


def test_no_chance_is_told_as_certain():
    timeline = summarise(history(poisson(np.random.default_rng(24), 40), [0] * 40))
    english, chinese = describe(timeline, detail="full"), describe(timeline, "zh", "full")
    assert "most likely about drama." in english and english.count("100%") == 1
    assert "最可能的内容是drama。" in chinese and chinese.count("100%") == 1


def test_active_days_are_not_told_as_the_length_of_the_span():
    timeline = summarise(history(START + 10 * DAY * np.arange(3)))
    assert describe(timeline, "zh").startswith("您在2024年1月1日至2024年1月21日间的3个活跃日里共有3次观看")


def test_a_sentence_rounds_a_share_as_its_field_does():
    timeline = summarise(history(START + DAY * np.arange(20), [0] * 20))
    nearly = replace(timeline.interests[0], share=0.27499999999999997)
    assert "drama (28%)" in describe(replace(timeline, interests=(nearly,)))


def test_me_is_addressed_and_others_are_not_named():
    times = [1_770_000_000.0]
    assert describe(summarise(history(times))).startswith("Your timeline holds 1 viewing on 2 February 2026")
    other = describe(summarise(history(times, rest=Plain(user_id="4711"))))
    assert other.startswith("This user's timeline") and "4711" not in other
    assert describe(summarise(history(times)), "zh").startswith("您在2026年2月2日共有1次观看")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_and_pictures_call_a_session_by_one_word(language: LanguageName):
    timeline = summarise(history(poisson(np.random.default_rng(23), 40)))
    in_pictures = say(language, "sessions", timeline.session_count).replace(" ", "")
    assert in_pictures in describe(timeline, language, "full").replace(" ", "")
    assert say(language, "pauses").lower() in {"pauses between sessions", "活动间隔"}


def test_a_silence_that_lasts_is_told_with_the_usual_pause_once():
    times = START + DAY * np.arange(60) * np.tile([1.0, 1.01], 30)
    silent = summarise(history(times, [0] * 60, Plain(now=START + 1_000 * DAY)))
    english, chinese = describe(silent, detail="full"), describe(silent, "zh", "full")
    assert english.count("usual pause") == 1 and "Before the silence eight in ten pauses lasted between" in english
    assert chinese.count("通常") == 1 and "沉寂之前，停顿十次中有八次在" in chinese


def test_words_of_titles_are_told_without_a_share_as_titles_share_their_words():
    titles = ["red bag", "red bag", "red paper", "red paper bag"]
    words = summarise(
        history(poisson(np.random.default_rng(26), 40), [0, 1, 2, 3] * 10, Plain(categories=[()] * 4, titles=titles))
    )
    assert words.interest_source == "words"
    assert re.search(r"Words that keep returning in the titles: “\w+”, “\w+” and “\w+”\.", describe(words))
    assert re.search(r"标题中反复出现的词是“\w+”、“\w+”和“\w+”。", describe(words, "zh"))
