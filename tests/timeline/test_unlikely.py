"""What a model held unlikely is out of the usual when it stays alone; else the timeline is silent."""

from dataclasses import replace

import numpy as np
import pytest

from temporec_mcp.domain.timeline import Anomaly
from temporec_mcp.timeline.inputs import Foreseen, TimelineInput
from temporec_mcp.timeline.narrate import anomaly_sentence
from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import START, Plain, history

COUNT, ODD, CHOICES = 60, 40, 1_000.0


def foreseen(places: dict[int, float] | None = None, asked: int = COUNT) -> Foreseen:
    """Put every event among the first hundred of a thousand, but for the given ones; only the newest are asked."""
    places_N = 1.0 + np.arange(COUNT) % 100
    for row, place in ({ODD: 941.0} if places is None else places).items():
        places_N[row] = place
    places_N[: COUNT - asked] = np.nan
    return Foreseen(places_N, np.full(COUNT, CHOICES))


def with_labels(kinds: dict[int, int] | None = None, categories: list[tuple[str, ...]] | None = None) -> TimelineInput:
    """Give a history of one event a day, with its own item each; all drama but for the given rows' labels."""
    kind_of = {ODD: 1} if kinds is None else kinds
    labels = categories or [(("drama", "war")[kind_of.get(row, 0)],) for row in range(COUNT)]
    titles = [f"Title {row}" for row in range(COUNT)]
    times = START + 86_400.0 * np.arange(COUNT) + 60.0 * np.arange(COUNT)
    return history(times, range(COUNT), Plain(titles=titles, categories=labels))


def surprises(data: TimelineInput, foreseen: Foreseen | None) -> list[Anomaly]:
    found = summarise(replace(data, foresee=lambda rows: foreseen)).anomalies
    return [anomaly for anomaly in found if anomaly.kind == "surprise"]


def test_an_item_that_the_model_held_unlikely_is_told_with_its_place_and_the_usual_one():
    (anomaly,) = surprises(with_labels(), foreseen())
    assert anomaly.facts == {
        "place": 941.0, "choices": 1_000.0, "usual_place": 55.0, "count": 59.0, "one_in": 60.0, "title": "Title 40",
    }  # fmt: skip
    assert anomaly_sentence(anomaly) == (
        "On 10 February 2024 “Title 40” was out of the usual: the model had it at place 941 of 1,000, and nine in ten "
        "of the other 59 at place 55 or better (by chance about one in 60)."
    )
    assert anomaly_sentence(anomaly, "zh") == (
        "2024年2月10日“Title 40”不同寻常：模型在1000项中把它排在第941位，其余59项有九成排在第55位或更前"
        "（偶然的可能约为60分之一）。"
    )


def test_the_order_of_the_events_does_not_matter():
    data, seen = with_labels(), foreseen()
    turned = replace(
        data, times_N=data.times_N[::-1], items_N=data.items_N[::-1],
        foresee=lambda rows: Foreseen(seen.places_N[::-1], seen.choices_N),
    )  # fmt: skip
    assert summarise(turned).anomalies == summarise(replace(data, foresee=lambda rows: seen)).anomalies


@pytest.mark.parametrize(
    ("kinds", "seen"),
    [
        ({}, foreseen()),
        ({ODD: 1, 3: 1, 50: 1}, foreseen()),
        (None, None),
        (None, foreseen(asked=29)),
        (None, foreseen({ODD: 240.0})),
        (None, foreseen({ODD: 941.0, 3: 800.0, 50: 700.0})),
        (None, foreseen({row: 500.0 + row for row in range(ODD - 9, ODD + 1)})),
    ],
    ids=["a usual theme", "a theme met again", "no model", "too few", "not deep", "a habit", "a usual place"],
)
def test_nothing_is_said(kinds: dict[int, int] | None, seen: Foreseen | None):
    assert surprises(with_labels(kinds), seen) == []


def test_without_labels_nothing_is_said():
    assert surprises(with_labels(categories=[()] * COUNT), foreseen()) == []


def test_the_model_is_asked_only_about_events_that_stay_alone():
    asked: list[list[int]] = []
    for kinds in ({}, {ODD: 1}):
        summarise(replace(with_labels(kinds), foresee=lambda rows: asked.append(rows.tolist())))
    assert asked == [[ODD]]
