"""Times as they enter and leave: ISO 8601 or Unix numbers in, aware UTC inside, ISO 8601 in UTC out."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from temporec_mcp.domain.text import shown
from temporec_mcp.errors import InvalidInputError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = time(12)
SECONDS_BELOW = 1e11
"""A smaller Unix number counts seconds."""
MILLISECONDS_BELOW = 1e14
"""A smaller Unix number, from SECONDS_BELOW on, counts milliseconds; a larger one microseconds."""
LONGEST_AHEAD = timedelta(days=1)
"""Clocks and zones differ by less; a later event cannot have happened."""
NEXT_STEP = "Give ISO 8601 such as 2026-03-01T10:00:00Z or 2026-03-01, or Unix seconds, milliseconds or microseconds."

_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,9})?")
_COMPACT_DATE = re.compile(r"(?:19|20)\d{6}")
_UTC_WORD = re.compile(r"\s*(?:UTC|GMT)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was given."""

    time: datetime
    """Aware, in UTC. For a date only: noon of that day in the zone it was read in."""
    is_date_only: bool


def parse_time(value: str | int | float | datetime, zone: tzinfo, now: datetime) -> Moment:
    """Give the moment of `value`, which must not lie more than LONGEST_AHEAD after `now`.

    Strings are ISO 8601 or a Unix number; numbers are Unix seconds, milliseconds or microseconds by their size.
    A time without zone is read in `zone`; where clocks are turned back, the first of the two readings is taken.

    Raises:
        InvalidInputError: no such form, no such day, or too far ahead.
    """
    moment = read_time(value, zone)
    if is_ahead(moment.time, now):
        raise InvalidInputError(
            f"The time {shown(value)} is {iso(moment.time)}, more than a day after now ({iso(now)}).",
            "Give the time at which it happened; Unix numbers below 10^11 are seconds, below 10^14 milliseconds.",
        )
    return moment


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Tell whether `moment` lies too far after `now` to have happened."""
    return moment - now > LONGEST_AHEAD


def read_time(value: str | int | float | datetime, zone: tzinfo) -> Moment:
    """Give the moment of `value` as `parse_time` does, wherever it lies."""
    try:
        if isinstance(value, str):
            return _read_text(value.strip(), zone)
        if isinstance(value, datetime):
            return Moment(_in_utc(value, zone), False)
        return Moment(_from_unix(value), False)
    except (ValueError, OverflowError):
        # The parser's own words name codes and offsets that help nobody.
        raise InvalidInputError(f"The time {shown(value)} cannot be read.", NEXT_STEP) from None


def noon(day: date, zone: tzinfo) -> Moment:
    """Give the moment of a day without hour: its noon in `zone`.

    Raises:
        InvalidInputError: that noon lies outside the years 1 to 9999 in UTC.
    """
    try:
        return Moment(_in_utc(datetime.combine(day, NOON), zone), True)
    except OverflowError:
        raise InvalidInputError(f"The date {shown(day)} cannot be read.", NEXT_STEP) from None


def zone_named(name: str) -> ZoneInfo:
    """Give the time zone of that IANA name.

    Raises:
        InvalidInputError: no such zone; the nearest names are told.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name, sorted(available_timezones()), n=3)
        raise InvalidInputError(
            f"There is no time zone {shown(name)}.",
            f"Did you mean {' or '.join(near)}?" if near else "Give an IANA name such as Europe/Berlin or UTC.",
        ) from None


def iso(moment: datetime) -> str:
    """Give an aware time as ISO 8601 in UTC, such as 2026-03-01T10:00:00Z, with fractions only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_text(text: str, zone: tzinfo) -> Moment:
    if _NUMBER.fullmatch(text) and not _COMPACT_DATE.fullmatch(text):
        return Moment(_from_unix(float(text) if "." in text else int(text)), False)
    try:
        return noon(date.fromisoformat(text), zone)
    except ValueError:
        return Moment(_in_utc(datetime.fromisoformat(_UTC_WORD.sub("+00:00", text)), zone), False)


def _from_unix(number: int | float) -> datetime:
    if isinstance(number, bool) or not math.isfinite(number):
        raise ValueError(number)
    size = abs(number)
    if size < SECONDS_BELOW:
        return EPOCH + timedelta(seconds=number)
    if size < MILLISECONDS_BELOW:
        return EPOCH + timedelta(milliseconds=number)
    return EPOCH + timedelta(microseconds=number)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
