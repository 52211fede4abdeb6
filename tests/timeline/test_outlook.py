"""When the next session is likely, and what it is likely about."""

from datetime import UTC, datetime

import numpy as np
import pytest

from temporec_mcp.domain.timeline import Outlook
from temporec_mcp.timeline.narrate import describe
from temporec_mcp.timeline.outlook import foretell
from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import DAY, START, Plain, history, poisson

PAUSES = {
    "exponential": lambda random, count: random.exponential(2, count),
    "heavy": lambda random, count: 0.2 * (1 + random.pareto(1.3, count)),
    "two kinds": lambda random, count: np.where(random.random(count) < 0.2, 14, 1) * random.gamma(4, 0.25, count),
    "lengthening": lambda random, count: random.exponential(np.geomspace(1, 3, count)),
}


def outlook_of(times: np.ndarray, items=None, now: float | None = None) -> Outlook:
    outlook = summarise(history(times, items, Plain(now=now))).outlook
    assert outlook is not None
    return outlook


@pytest.mark.parametrize("kind", PAUSES)
@pytest.mark.parametrize("passed", [0.0, 0.3])
def test_eight_in_ten_pauses_end_inside_what_is_foretold(kind: str, passed: float):
    random = np.random.default_rng(1)
    inside: list[bool] = []
    for _ in range(500):
        pauses = PAUSES[kind](random, int(random.integers(11, 60)))
        silence = passed * float(np.median(pauses))
        if pauses[-1] > silence:
            low, middle, high = foretell(pauses[:-1], silence)
            assert silence <= low <= middle <= high
            inside.append(low <= pauses[-1] <= high)
    assert 0.75 <= np.mean(inside) <= 0.86


@pytest.mark.parametrize("kind", PAUSES)
def test_eight_in_ten_pauses_end_inside_what_is_foretold_at_a_moment_at_random(kind: str):
    """A moment at random falls into a pause with a chance that grows with it, anywhere in it."""
    random = np.random.default_rng(1)
    pauses, inside = list[float](), list[bool]()
    for _ in range(1_500):
        earlier = PAUSES[kind](random, int(random.integers(11, 60)))
        pause = float(earlier[-1])
        low, _, high = foretell(np.asarray(earlier[:-1], dtype=np.float64), random.uniform(0.0, pause))
        pauses.append(pause)
        inside.append(low <= pause <= high)
    assert 0.78 <= np.average(inside, weights=pauses) <= 0.85


def test_what_is_foretold_moves_on_while_the_silence_lasts():
    times = poisson(np.random.default_rng(2), 60)
    at_once = outlook_of(times)
    later = outlook_of(times, now=float(times[-1]) + 3 * DAY)
    assert at_once.next_low is not None and later.next_low is not None
    assert at_once.next_low < later.next_low >= datetime.fromtimestamp(float(times[-1]) + 3 * DAY, UTC)
    assert (at_once.pause_count, at_once.median_gap_days) == (59, later.median_gap_days)


def test_a_silence_beyond_all_measure_is_not_foretold():
    times = poisson(np.random.default_rng(3), 60)
    lapsed = outlook_of(times, now=float(times[-1]) + 400 * DAY)
    assert lapsed.next_low is None and lapsed.next_median is None and lapsed.next_high is None
    assert lapsed.median_gap_days > 0


def test_nothing_is_foretold_further_ahead_than_the_history_is_long():
    times = START + np.cumsum(np.append(np.random.default_rng(4).exponential(2 * DAY, 60), [1_000 * DAY, 2 * DAY]))
    assert outlook_of(times, now=float(times[-1]) + 1 * DAY).next_high is not None
    assert outlook_of(times, now=float(times[-1]) + 900 * DAY).next_high is None


def test_ten_pauses_are_needed():
    assert summarise(history(START + DAY * np.arange(10))).outlook is None
    assert outlook_of(START + DAY * np.arange(11)).next_median == datetime.fromtimestamp(START + 11 * DAY, UTC)


def test_what_comes_next_is_what_came_lately():
    outlook = outlook_of(START + DAY * np.arange(100), [0] * 60 + [1] * 40)
    assert outlook.doing == "comedy" and outlook.doing_share is not None and outlook.doing_share > 0.6


def test_the_outlook_is_said_with_its_days_and_interest():
    times = START + DAY * np.arange(40)
    text = describe(summarise(history(times, [0] * 40)), detail="full")
    assert "with a chance of eight in ten the next begins on 10 February 2024, most likely about drama." in text


def test_no_interest_is_likeliest_where_another_one_is_as_likely():
    outlook = summarise(history(START + DAY * np.arange(60), [0, 1] * 30)).outlook
    assert outlook is not None and (outlook.doing, outlook.doing_share) == (None, None)
