from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from temporec_mcp.domain.requests import DateOrder
from tests.importers.conftest import FIXTURES, read, write

FORMS: dict[DateOrder, str] = {"dmy": "{d}.{m}.{y:02}", "mdy": "{m}/{d}/{y:02}", "ymd": "{y:02}-{m:02}-{d:02}"}


def in_order(day: date, order: DateOrder) -> str:
    return FORMS[order].format(d=day.day, m=day.month, y=day.year % 100)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(list(FORMS)),
    st.lists(st.dates(date(1995, 1, 1), date(2026, 11, 24)), min_size=1, max_size=5),
)
def test_dates_are_read_right_or_asked_about_but_never_read_wrong(
    tmp_path: Path, order: DateOrder, days: list[date]
) -> None:
    path = write(tmp_path / "log.csv", ["item,date", *(f"i,{in_order(day, order)}" for day in days)])
    history = read(path)
    right = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in days]
    assert history.questions or [event.time for event in history.events] == right
    assert [event.time for event in read(path, date_order=order).events] == right


def test_one_day_above_twelve_decides_for_the_whole_column() -> None:
    history = read(FIXTURES / "netflix_slim_daymonth.csv")
    assert [event.time.date() for event in history.events] == [date(2026, 1, 31), date(2026, 1, 5)]
    assert "Dates were read as day, month, year." in history.notes and not history.questions


def test_an_order_that_stays_open_becomes_a_question_with_both_readings() -> None:
    history = read(FIXTURES / "hostile_titles.csv")
    assert history.questions == ("Is 1/5/26 the day 2026-05-01 (dmy) or 2026-01-05 (mdy)? Say it with date_order.",)
    assert history.dropped == {"unclear_date": 4} and not history.events


@pytest.mark.parametrize(("text", "day"), [("11/12/2026", date(2026, 11, 12)), ("12/10/2026", date(2026, 10, 12))])
def test_an_order_by_which_a_date_would_lie_ahead_is_out(tmp_path: Path, text: str, day: date) -> None:
    path = write(tmp_path / "log.csv", ["item,date", f"i,{text}"])
    assert [event.time.date() for event in read(path).events] == [day]


def test_days_that_are_the_same_in_every_order_raise_no_question(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", ["item,date", "i,05/05/2026"])
    assert [event.time.date() for event in read(path).events] == [date(2026, 5, 5)]


def test_a_corrupt_date_does_not_hide_the_order_of_the_others(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", ["item,date", "i,31/01/2026", "i,99/99/2026", "i,01/02/2026"])
    history = read(path)
    assert [event.time.date() for event in history.events] == [date(2026, 1, 31), date(2026, 2, 1)]
    assert history.dropped == {"bad_time": 1}


def test_the_decisive_date_may_come_late_in_the_file(tmp_path: Path) -> None:
    lines = ["item,date", *["i,01/02/2026"] * 3_000, "i,31/01/2026"]
    history = read(write(tmp_path / "log.csv", lines))
    assert {event.time.date() for event in history.events} == {date(2026, 2, 1), date(2026, 1, 31)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/31/2010 8:26", datetime(2010, 12, 31, 8, 26)),
        ("12/31/2010 8:26:05 PM", datetime(2010, 12, 31, 20, 26, 5)),
        ("12/31/2010 12:05 am", datetime(2010, 12, 31, 0, 5)),
        ("2010/12/31 08:26:05.25", datetime(2010, 12, 31, 8, 26, 5, 250_000)),
        ("21 Jul 2026, 06:01", datetime(2026, 7, 21, 6, 1)),
        ("July 21, 2026 6:01 PM", datetime(2026, 7, 21, 18, 1)),
        ("12/31/2010 8:26 p.m.", datetime(2010, 12, 31, 20, 26)),
        ("2026年7月1日 18:01", datetime(2026, 7, 1, 18, 1)),
        ("2013-10-01 00:00:00 UTC", datetime(2013, 10, 1)),
    ],
)
def test_times_as_people_and_spreadsheets_write_them(tmp_path: Path, text: str, expected: datetime) -> None:
    [event] = read(write(tmp_path / "log.csv", ["item,time", f'i,"{text}"'])).events
    assert event.time == expected.replace(tzinfo=UTC) and not event.is_date_only


def test_times_without_zone_are_read_in_the_zone_given_and_dates_at_its_noon(tmp_path: Path) -> None:
    path = write(
        tmp_path / "log.csv",
        ["item,time", "i,2026-07-01 12:00", "i,2026-07-01", "i,2026-07-01T12:00:00Z", "i,2026年7月1日"],
    )
    times = [event.time for event in read(path, timezone="Europe/Berlin").events]
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert times == [noon - timedelta(hours=2), noon - timedelta(hours=2), noon, noon - timedelta(hours=2)]
