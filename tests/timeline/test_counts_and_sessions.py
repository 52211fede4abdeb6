"""Counts, sessions and the wall clock."""

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.timeline.local_time import wall_seconds
from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import DAY, HOUR, START, Plain, history, moment


def test_no_events_are_refused_with_the_next_step():
    with pytest.raises(InvalidInputError, match="longer"):
        summarise(history([]))


def test_one_event_gives_counts_and_no_findings():
    timeline = summarise(history([START], [0]))
    assert (timeline.event_count, timeline.active_day_count, timeline.session_count) == (1, 1, 1)
    assert timeline.first == timeline.last == datetime.fromtimestamp(START, UTC)
    assert (timeline.interests, timeline.changes, timeline.anomalies, timeline.outlook) == ((), (), (), None)


def test_the_order_of_the_events_does_not_matter():
    random = np.random.default_rng(0)
    times, items = START + random.uniform(0, 90 * DAY, 200), random.integers(0, 4, 200)
    shuffled = random.permutation(200)
    assert summarise(history(times, items)) == summarise(history(times[shuffled], items[shuffled]))


def test_active_days_are_those_of_the_users_zone():
    times = [moment("2026-03-01T23:30:00+00:00"), moment("2026-03-02T00:30:00+00:00")]
    assert summarise(history(times)).active_day_count == 2
    assert summarise(history(times, rest=Plain("America/New_York"))).active_day_count == 1


def test_the_session_gap_is_the_valley_between_short_and_long_gaps():
    random = np.random.default_rng(1)
    gaps = random.uniform(20, 50, 300) * 60
    gaps[9::10] = random.uniform(20 * HOUR, 30 * HOUR, 30)
    timeline = summarise(history(START + np.cumsum(gaps)))
    assert 50 < timeline.session_gap_minutes <= 360
    assert timeline.session_count == 31


def test_gaps_without_a_valley_are_cut_by_the_convention():
    random = np.random.default_rng(2)
    assert summarise(history(START + np.cumsum(random.exponential(2 * HOUR, 300)))).session_gap_minutes == 30


def test_equal_times_are_no_gaps():
    times = np.repeat(START + DAY * np.arange(10), 5)
    timeline = summarise(history(times))
    assert (timeline.session_gap_minutes, timeline.session_count) == (30, 10)


def test_a_date_only_event_joins_the_session_of_its_day_or_is_a_day_of_its_own():
    noon = START + 12 * HOUR
    times, date_only = [START + 8 * HOUR, noon, noon + 3 * DAY, noon + 3 * DAY], [False, True, True, True]
    timeline = summarise(history(times, rest=Plain(date_only=date_only)))
    assert (timeline.session_count, timeline.active_day_count) == (2, 2)


def test_date_only_events_never_feed_the_hours():
    noon = START + 12 * HOUR
    days = noon + DAY * np.arange(60)
    timeline = summarise(history(days, rest=Plain(date_only=[True] * 60)))
    assert sum(timeline.rhythm.hours) == 0 and sum(timeline.rhythm.weekdays) == 60
    assert all(period.days != 1 for period in timeline.rhythm.periods)


def test_eight_in_the_morning_stays_eight_over_a_clock_change():
    zone = ZoneInfo("Europe/Paris")
    times = [datetime(2026, 3, 20 + n, 8, 15, tzinfo=zone).timestamp() for n in range(12)]
    hours = summarise(history(times, rest=Plain("Europe/Paris"))).rhythm.hours
    assert hours[8] == 12 == sum(hours)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-(10**9), 4 * 10**9), min_size=1, max_size=40),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_the_wall_clock_is_that_of_the_zone(seconds: list[int], zone: str):
    expected = [datetime.fromtimestamp(second, ZoneInfo(zone)).replace(tzinfo=UTC).timestamp() for second in seconds]
    assert wall_seconds(np.array(seconds, dtype=np.float64), zone).tolist() == expected


def test_every_quarter_hour_of_a_clock_change_is_told_right():
    start = moment("2026-10-24T20:00:00+00:00")
    seconds = [start + 900 * n for n in range(40)]
    shown = [datetime.fromtimestamp(s, ZoneInfo("Europe/Paris")).replace(tzinfo=UTC).timestamp() for s in seconds]
    assert wall_seconds(np.array(seconds), "Europe/Paris").tolist() == shown


def test_the_outlook_gives_the_quantiles_of_the_pauses():
    outlook = summarise(history(START + np.cumsum([0, *range(1, 12)]) * DAY)).outlook
    assert outlook is not None
    assert (outlook.low_gap_days, outlook.median_gap_days, outlook.high_gap_days) == pytest.approx((2, 6, 10))


def test_the_timeline_needs_neither_torch_nor_scipy_nor_duckdb():
    code = (
        "import sys, temporec_mcp.timeline.summary, temporec_mcp.timeline.narrate;"
        "print([name for name in ('torch', 'scipy', 'duckdb', 'mcp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
