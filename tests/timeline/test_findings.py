"""Planted habits, shifts and anomalies are found; histories without them stay silent."""

from datetime import date, timedelta

import numpy as np
import pytest

from temporec_mcp.timeline.narrate import describe
from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import (
    DAY,
    HOUR,
    SHAPES,
    START,
    Plain,
    evenings,
    false_finding_share,
    found,
    history,
    moment,
    poisson,
)


@pytest.mark.parametrize("shape", SHAPES)
def test_histories_without_a_signal_give_few_findings(shape: str):
    assert false_finding_share(shape) <= 0.05


def fridays(random: np.random.Generator, count: int) -> np.ndarray:
    """Once a week, 70 % within three hours of Friday 19:00 UTC."""
    place = np.where(
        random.random(count) < 0.7,
        4 * DAY + 19 * HOUR + random.uniform(-3 * HOUR, 3 * HOUR, count),
        random.uniform(0, 7 * DAY, count),
    )
    return START + 7 * DAY * np.arange(count) + place


def test_a_weekday_habit_is_found_from_60_sessions():
    random = np.random.default_rng(3)
    hits = 0
    for _ in range(30):
        timeline = summarise(history(fridays(random, 60)))
        hits += any(period.weekdays == (4,) for period in timeline.rhythm.periods)
    assert hits >= 27


def test_a_weekday_habit_states_the_share_of_the_sessions_and_no_echo():
    timeline = summarise(history(fridays(np.random.default_rng(4), 80)))
    (period,) = [period for period in timeline.rhythm.periods if period.days >= 3]
    on_fridays = timeline.rhythm.weekdays[4]  # one event a session
    assert (period.days, period.weekdays, period.share) == (7.0, (4,), on_fridays / 80)


def test_a_weekday_with_most_of_the_days_is_named_even_when_another_one_is_close():
    weeks = np.arange(22)
    timeline = summarise(history(START + (7 * weeks + (weeks >= 12)) * DAY + 19 * HOUR))
    (period,) = [period for period in timeline.rhythm.periods if period.days == 7]
    assert (period.weekdays, period.share) == ((0,), 12 / 22)


def test_two_weekdays_that_lead_are_both_named_with_the_share_of_the_sessions():
    random = np.random.default_rng(15)
    days = np.array([day for day in range(7 * 40) if random.random() < (0.7 if day % 7 >= 5 else 0.1)])
    timeline = summarise(history(START + days * DAY + random.uniform(9, 20, len(days)) * HOUR))
    (period,) = [period for period in timeline.rhythm.periods if period.days == 7]
    share = int((days % 7 >= 5).sum()) / len(days)
    assert (period.weekdays, period.share) == ((5, 6), share)
    part = f"{100 * share:.0f}%"
    assert f"Saturday and Sunday are a firm habit: {part} of the sessions begin on these days." in describe(timeline)
    assert f"星期六和星期日是稳定的习惯：{part}的活动从这两天开始。" in describe(timeline, "zh")


def test_every_second_friday_is_two_weeks_and_not_one():
    random = np.random.default_rng(5)
    times = START + 14 * DAY * np.arange(60) + 4 * DAY + random.uniform(18, 20, 60) * HOUR
    assert found(summarise(history(times))) == {"period 14"}


def test_working_days_are_a_weekly_rhythm_without_a_weekday():
    random = np.random.default_rng(6)
    days = np.array([day for day in range(300) if day % 7 < 3 and random.random() < 0.8])
    timeline = summarise(history(START + days * DAY + 9 * HOUR))
    (period,) = [p for p in timeline.rhythm.periods if p.days > 1]
    assert (period.days, period.weekdays, period.share) == (7.0, (), None)
    assert "days of the week" not in describe(timeline, detail="full")
    assert "一周" not in describe(timeline, "zh", "full")


def test_evening_hours_are_told_in_the_users_zone():
    times = evenings(np.random.default_rng(7), 80)
    (period,) = [p for p in summarise(history(times, rest=Plain("Asia/Shanghai"))).rhythm.periods if p.days == 1]
    assert period.hour_from in (1, 2, 3) and period.share == 1.0  # 19:00 to 21:00 UTC is 3:00 to 5:00


@pytest.mark.parametrize(("clock", "hours"), [(23.5, (21, 1)), (9.9, (8, 12)), (18.1, (16, 20))])
def test_the_favourite_hours_lie_about_an_hour_that_is_always_the_same(clock: float, hours: tuple[int, int]):
    (period,) = [
        p for p in summarise(history(START + DAY * np.arange(60) + clock * HOUR)).rhythm.periods if p.days == 1
    ]
    assert (period.hour_from, period.hour_to, period.share) == (*hours, 1.0)


def test_a_planted_silence_is_found_with_its_dates():
    times = poisson(np.random.default_rng(8), 120)
    times[60:] += 90 * DAY
    (anomaly,) = summarise(history(times)).anomalies
    assert anomaly.kind == "silence"
    assert anomaly.date == day_of(times[59]) and anomaly.facts["until"] == day_of(times[60]).isoformat()
    assert anomaly.facts["days"] == pytest.approx((times[60] - times[59]) / DAY)


def test_a_silence_that_lasts_is_told_as_open():
    times = poisson(np.random.default_rng(9), 100)
    (anomaly,) = summarise(history(times, rest=Plain(now=float(times[-1]) + 120 * DAY))).anomalies
    assert (anomaly.kind, anomaly.date) == ("silence", day_of(times[-1])) and "until" not in anomaly.facts


def test_one_week_left_out_of_a_weekly_habit_is_no_silence():
    times = START + 7 * DAY * np.delete(np.arange(60), 30) + np.random.default_rng(10).uniform(0, HOUR, 59)
    times[30:] += DAY  # 15 days are twice the longest other pause, and far beyond its tail
    assert "silence" not in found(summarise(history(times)))


def test_a_planted_burst_is_found_with_its_count():
    random = np.random.default_rng(11)
    sizes = 1 + random.poisson(4, 100)
    sizes[40] = 90
    starts = START + DAY * np.arange(100)
    times = np.concatenate([start + 30.0 * np.arange(size) for start, size in zip(starts, sizes, strict=True)])
    (anomaly,) = summarise(history(times)).anomalies
    assert (anomaly.kind, anomaly.date, anomaly.facts["events"]) == ("burst", day_of(starts[40]), 90)
    assert anomaly.facts["usual_events"] == np.median(sizes)


def test_an_unheard_of_hour_is_found():
    times = evenings(np.random.default_rng(12), 80)
    times[50] -= 11.5 * HOUR
    (anomaly,) = summarise(history(times)).anomalies
    assert (anomaly.kind, anomaly.date) == ("hour", day_of(times[50]))
    assert anomaly.facts["hour"] == times[50] % DAY // HOUR and anomaly.facts["sessions"] == 80


@pytest.mark.parametrize(
    ("action", "usual", "odd"), [("purchase", (4.0, 30.0), 5_000.0), ("watch", (600.0, 7_000.0), 400_000.0)]
)
def test_an_unusual_amount_is_found(action: str, usual: tuple[float, float], odd: float):
    random = np.random.default_rng(13)
    values = random.uniform(*usual, 100).tolist()
    values[70] = odd
    times = poisson(random, 100)
    rest = Plain(actions=[action] * 100, values=values, titles=["The thing"], categories=[()])
    (anomaly,) = summarise(history(times, [0] * 100, rest)).anomalies
    assert (anomaly.kind, anomaly.date, anomaly.facts["title"]) == ("value", day_of(times[70]), "The thing")
    assert anomaly.facts["value"] == odd
    assert anomaly.facts["usual_value"] == pytest.approx(np.median(values), rel=1e-6)


def test_the_only_low_rating_among_high_ones_is_found_and_a_habit_of_low_ones_is_not():
    random = np.random.default_rng(14)
    ratings = random.choice([4.0, 4.5, 5.0], 120, p=[0.3, 0.3, 0.4])
    ratings[60] = 0.5
    times = poisson(random, 120)
    rest = Plain(actions=["rate"] * 120, values=ratings.tolist())
    assert found(summarise(history(times, rest=rest))) == {"value"}
    ratings[::30] = 0.5
    assert "value" not in found(summarise(history(times, rest=Plain(actions=["rate"] * 120, values=ratings.tolist()))))


def day_of(time: float) -> date:
    return date(1970, 1, 1) + timedelta(days=int(time // DAY))


def test_dates_of_anomalies_are_those_of_the_users_zone():
    times = evenings(np.random.default_rng(12), 80)
    times[50] = moment(f"{day_of(times[50])}T02:00:00+00:00")
    (anomaly,) = summarise(history(times, rest=Plain("America/Los_Angeles"))).anomalies
    assert anomaly.date == day_of(times[50] - 8 * HOUR)


@pytest.mark.parametrize("passed", [0.0, 120 * DAY])
def test_an_anomaly_tells_how_rare_it_is(passed: float):
    times = poisson(np.random.default_rng(8), 120)
    times[60:] += 90 * DAY - (passed and 90 * DAY)
    (anomaly,) = summarise(history(times, rest=Plain(now=float(times[-1]) + passed))).anomalies
    assert anomaly.kind == "silence"
    assert 166 <= float(anomaly.facts["one_in"]) <= 10_000


def test_one_session_of_a_theme_that_is_foreign_to_all_others_is_a_surprise():
    random = np.random.default_rng(15)
    items = random.integers(0, 3, 160)
    items[90] = 3  # the only romance
    times = poisson(random, 160)
    (anomaly,) = summarise(history(times, items, Plain(titles=["A", "B", "C", "Pride"]))).anomalies
    assert (anomaly.kind, anomaly.date, anomaly.facts["title"]) == ("surprise", day_of(times[90]), "Pride")
    assert (anomaly.facts["label"], anomaly.facts["label_events"], anomaly.facts["events"]) == ("romance", 1, 160)


def test_a_theme_that_is_met_now_and_then_is_no_surprise():
    random = np.random.default_rng(16)
    items = random.choice(4, 160, p=[0.5, 0.3, 0.17, 0.03])
    assert found(summarise(history(poisson(random, 160), items))) == set()
