"""Pauses, days in a row, the calendar, the heat map and the stream of interests."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import DAY, HOUR, START, Plain, history, poisson


def test_the_longest_run_of_days_and_the_present_one_are_told():
    days = [0, 1, 2, 3, 4, 10, 11, 20, 21, 22]
    times = [START + day * DAY + 9 * HOUR for day in days]
    streak = summarise(history(times)).rhythm.streak
    assert streak is not None
    assert (streak.days, streak.first, streak.current) == (5, date(2024, 1, 1), 3)
    later = summarise(history(times, rest=Plain(now=times[-1] + 3 * DAY))).rhythm.streak
    assert later is not None and later.current == 0


def test_pauses_are_told_by_quartiles_and_counted_in_bins():
    times = START + np.cumsum([0.0, *([0.5] * 10), *([4.0] * 10)]) * DAY
    pace = summarise(history(times)).rhythm.pace
    assert pace is not None
    assert (pace.low, pace.median, pace.high) == (0.5, 2.25, 4.0)
    assert pace.bins == ((0.5, 10), (1.0, 0), (2.0, 0), (3.0, 0), (5.0, 10))


@pytest.mark.parametrize(("last", "trend"), [(8.0, "lengthening"), (1.0, "steady"), (0.125, "shortening")])
def test_pauses_that_grow_or_shrink_have_a_trend(last: float, trend: str):
    random = np.random.default_rng(1)
    times = START + np.cumsum(random.exponential(np.geomspace(1.0, last, 100) * DAY))
    pace = summarise(history(times)).rhythm.pace
    assert pace is not None and pace.trend == trend


def test_the_grid_and_the_calendar_count_every_event_once_over_clock_changes():
    zone = ZoneInfo("America/New_York")
    local = [
        datetime(2025, 10, 27, 1, 30, tzinfo=zone) + timedelta(days=day) for day in range(14)
    ]  # back on 2 November
    timeline = summarise(history([moment.timestamp() for moment in local], rest=Plain("America/New_York")))
    assert [row[1] for row in timeline.rhythm.grid] == [2] * 7
    assert timeline.calendar == tuple((moment.date(), 1) for moment in local)
    assert timeline.rhythm.streak is not None and timeline.rhythm.streak.days == 14


@pytest.mark.parametrize(("days", "unit"), [(100, "week"), (1_000, "month"), (3_000, "quarter"), (9_000, "year")])
def test_the_stream_counts_each_event_once_in_spans_that_fit_the_length(days: int, unit: str):
    random = np.random.default_rng(2)
    times = START + np.sort(random.uniform(0, days * DAY, 300))
    items = random.integers(0, 4, 300).tolist()
    stream = summarise(history(times, items)).stream
    assert stream is not None and stream.unit == unit
    assert sum(map(sum, stream.events)) + sum(stream.others) == pytest.approx(300)
    starts = np.array([datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() for day in stream.starts])
    drama = stream.labels.index("drama")
    counted = np.bincount(np.searchsorted(starts, times, side="right") - 1, np.array(items) == 0, len(starts))
    assert list(stream.events[drama]) == counted.tolist()


def test_a_history_without_interests_has_no_stream():
    assert summarise(history(poisson(np.random.default_rng(3), 40))).stream is None
