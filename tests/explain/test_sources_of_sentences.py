"""The build fails when a sentence holds a fact without a source.

`narrate` leaves such a sentence out, so what it tells is clean whatever the templates say; here each is read before.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from temporec_mcp.domain.ranking import Explanation, TimeEffect
from temporec_mcp.domain.reasons import Exclusion, Lift, MomentEffect, PeriodEffect
from temporec_mcp.explain import Telling, explain, narrate, tell_change, unsupported
from temporec_mcp.explain.narrate import sentences
from temporec_mcp.explain.words import Language
from tests.explain.rankers import history_of, noisy_world
from tests.explain.worlds import TARGET, TELLINGS, varied_world

FIRST = datetime(2026, 2, 3, tzinfo=UTC)
BARS: tuple[Exclusion, ...] = get_args(Exclusion)


def varied_explanations() -> list[Explanation]:
    """Give what there are words for, some of it made up: sentences are held against facts, not against a model."""
    found = [
        explain(world.ranker, world.target(TARGET if seed % 2 else world.best(1 + seed % 7), world.best(3)))
        for seed, world in ((seed, varied_world(seed)) for seed in range(60))
    ]
    moments = tuple(MomentEffect(kind, 0.4, 3, 4, 7, 12.5) for kind in ("weekday", "hour", "pause"))
    periods = tuple(
        PeriodEffect(unit, FIRST, FIRST, 4, label, is_return, 0.5, 3, 12)
        for unit in ("month", "week", "day")
        for label, is_return in (("Drama", True), ("Drama", False), (None, False))
    )
    lift = Lift("i9", "Film 9 (1959)", "watch", 9, 2)
    temporal = tuple(TimeEffect(days, -0.1, 2, 7) for days in (0.5, 1.0, 7.0))
    one = found[1]
    alone = noisy_world(4)
    alone.history = history_of([])
    popular = noisy_world(4, noise=0.0)
    popular.strategy = "popular"
    return [
        *found,
        explain(alone.ranker, alone.target(alone.best())),
        explain(popular.ranker, popular.target(popular.best())),
        *(replace(one, moments=(moment,)) for moment in moments),
        *(replace(one, periods=(period,), k=10) for period in periods),
        replace(one, temporal=temporal, lift=lift, grouped_count=12, rank_unfiltered=8),
        replace(one, is_verified=False, components={"text": 1.0}, strategy="zero_shot"),
        *(replace(one, excluded_by=(bar,)) for bar in BARS),
        replace(one, excluded_by=BARS),
    ]


@pytest.mark.parametrize("telling", TELLINGS)
def test_no_sentence_has_a_fact_without_a_source(telling: Telling) -> None:
    openings: Counter[str] = Counter()
    for explanation in varied_explanations():
        changes = (*explanation.periods, *explanation.moments, *explanation.temporal)
        told = [tell_change(change, explanation, telling) for change in changes]
        for sentence in (*sentences(explanation, telling), *told):
            assert unsupported(sentence, explanation, telling) == (), sentence
            openings[re.sub(r'"[^"]*"|“[^”]*”|[\d.+-]+', "", sentence)[:12]] += 1
    assert len(openings) > 25, openings


PLANTED: list[tuple[Language, str]] = [
    ("en", "You watched it 3 times."),
    ("en", "You watched it twice, or even three times."),
    ("en", "It is by Tarkovsky."),
    ("en", "It won it in June 1972."),
    ("en", 'It is much like "Mirror".'),
    ("en", "No set of up to seven items was found whose absence would take it off the list."),
    ("zh", "您看过3遍。"),
    ("zh", "您看过三次。"),
    ("zh", "它是Tarkovsky的作品。"),
    ("zh", "它在1972年6月获奖。"),
    ("zh", "它很像“镜子”。"),
    ("zh", "没有找到七项以内、去掉后会使它离开列表的内容。"),
]


@pytest.mark.parametrize(("language", "sentence"), PLANTED)
def test_a_fact_that_is_planted_in_a_sentence_is_found(language: Language, sentence: str) -> None:
    explanation = varied_explanations()[1]
    assert unsupported(sentence, explanation, Telling(language))
    assert unsupported(f"{narrate(explanation, Telling(language))} {sentence}", explanation, Telling(language))
