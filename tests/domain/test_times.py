from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporec_mcp.domain.times import iso, parse_time, zone_named
from temporec_mcp.errors import InvalidInputError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
past = st.datetimes(datetime(1900, 1, 1), datetime(2026, 11, 24), timezones=st.just(UTC))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(past, offsets)
def test_a_time_written_in_iso_comes_back_from_any_zone(time: datetime, offset: timezone) -> None:
    assert parse_time(time.astimezone(offset).isoformat(), BERLIN, NOW).time == time
    assert parse_time(iso(time), BERLIN, NOW).time == time
    assert parse_time(time.astimezone(offset), BERLIN, NOW).time == time


@given(st.datetimes(datetime(1980, 1, 1), datetime(2026, 11, 24), timezones=st.just(UTC)))
def test_unix_seconds_milliseconds_and_microseconds_are_told_apart_by_size(time: datetime) -> None:
    microseconds = (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    for number, unit in [(microseconds, 1), (microseconds // 1_000, 1_000), (microseconds // 1_000_000, 1_000_000)]:
        expected = time - timedelta(microseconds=microseconds % unit)
        assert parse_time(number, BERLIN, NOW).time == expected
        assert parse_time(str(number), BERLIN, NOW).time == expected


@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_anything_is_either_a_moment_not_ahead_or_refused_with_the_next_step(value: str | float | int) -> None:
    try:
        moment = parse_time(value, BERLIN, NOW)
    except InvalidInputError as error:
        assert error.next_step and len(str(error)) < 400
    else:
        assert moment.time.utcoffset() == timedelta(0) and moment.time <= NOW + timedelta(days=1)


def test_a_time_without_zone_is_read_in_the_zone_given() -> None:
    assert parse_time("2026-07-01 12:00", BERLIN, NOW).time == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert parse_time(datetime(2026, 1, 1, 12), BERLIN, NOW).time == datetime(2026, 1, 1, 11, tzinfo=UTC)


def test_a_date_is_its_noon_in_the_zone_and_says_so() -> None:
    moment = parse_time("2026-03-01", BERLIN, NOW)
    assert moment.time == datetime(2026, 3, 1, 11, tzinfo=UTC) and moment.is_date_only
    assert parse_time("20260301", BERLIN, NOW) == moment
    assert not parse_time("2026-03-01T12:00", BERLIN, NOW).is_date_only


def test_the_hour_that_happens_twice_is_read_as_the_first() -> None:
    assert parse_time("2025-10-26T02:30", BERLIN, NOW).time == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def test_a_time_more_than_a_day_ahead_is_refused_with_both_times_in_the_message() -> None:
    assert parse_time(NOW + timedelta(days=1), UTC, NOW).time == NOW + timedelta(days=1)
    with pytest.raises(InvalidInputError, match=r"2026-11-26T12:00:00Z.*2026-11-24T12:00:00Z"):
        parse_time(NOW + timedelta(days=2), UTC, NOW)


@pytest.mark.parametrize("value", ["yesterday-ish", "", "2026-02-30", "31.01.26", True, float("nan"), float("inf")])
def test_what_is_no_time_is_refused_with_the_forms_that_are(value: str | float) -> None:
    with pytest.raises(InvalidInputError, match="Give ISO 8601 such as 2026-03-01T10:00:00Z"):
        parse_time(value, UTC, NOW)


def test_iso_is_in_utc_with_fractions_only_where_there_are_any() -> None:
    assert iso(datetime(2026, 3, 1, 11, tzinfo=BERLIN)) == "2026-03-01T10:00:00Z"
    assert iso(datetime(2026, 3, 1, 11, 0, 0, 250_000, BERLIN)) == "2026-03-01T10:00:00.250000Z"


def test_a_misspelt_zone_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(InvalidInputError, match="Did you mean Europe/Berlin"):
        zone_named("Europe/Berln")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "America", "a\0b", "x" * 10_000])
def test_what_is_no_zone_is_refused_in_a_short_message(name: str) -> None:
    with pytest.raises(InvalidInputError, match="There is no time zone") as error:
        zone_named(name)
    assert len(str(error.value)) < 300
