"""Dates as people and spreadsheets write them; the order of day and month comes from the whole column."""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import combinations
from typing import get_args

from temporec_mcp.domain.requests import DateOrder
from temporec_mcp.domain.times import Moment, is_ahead, noon, read_time
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.cells import DroppedRowError, text_of

ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
_YEAR_DIGITS = 4
_CENTURY_TURN = 69
"""Two-digit years below it are 20xx, the others 19xx, as POSIX reads them."""
_TIME = (
    r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm])?\.?)?"
)
_NUMERIC = re.compile(rf"(?P<a>\d{{1,4}})(?P<mark>[./-])(?P<b>\d{{1,2}})(?P=mark)(?P<c>\d{{1,4}}){_TIME}")
_DAY_MONTH = re.compile(rf"(?P<day>\d{{1,2}})\.? (?P<month>[A-Za-z]{{3,9}})\.?,? (?P<year>\d{{4}}){_TIME}")
_MONTH_DAY = re.compile(rf"(?P<month>[A-Za-z]{{3,9}})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_TIME}")
_HAN_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDER_WORDS: dict[DateOrder, str] = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}


class DateSurvey:
    """Looks at every date of a column and finds the one order in which they make sense.

    An order that makes more of the dates impossible, or lets more of them lie ahead, than another one is out.
    """

    def __init__(self, now: datetime) -> None:
        """Start with no date seen; `now` bounds what can have happened."""
        self._latest = now.date() + timedelta(days=1)
        self._failures: Counter[DateOrder] = Counter()
        self._count = 0
        self._questions: dict[tuple[DateOrder, DateOrder], str] = {}

    def see(self, cell: object) -> None:
        """Take one cell of the column into account."""
        match = _NUMERIC.match(cell.strip()) if isinstance(cell, str) else None
        if match is None or len(match["a"]) == _YEAR_DIGITS:
            return
        self._count += 1
        days = {order: self._day(match, order) for order in ORDERS}
        for order in ORDERS:
            self._failures[order] += days[order] is None
        for pair in combinations(ORDERS, 2):
            first, second = days[pair[0]], days[pair[1]]
            if pair not in self._questions and first and second and first != second:
                choice = f"{first} ({pair[0]}) or {second} ({pair[1]})"
                self._questions[pair] = f"Is {match.group().strip()} the day {choice}? Say it with date_order."

    def _day(self, match: re.Match[str], order: DateOrder) -> date | None:
        day = _ordered_day(match["a"], match["b"], match["c"], order)
        return day if day is not None and day <= self._latest else None

    @property
    def order(self) -> DateOrder | None:
        """The order of the column; None when there is nothing to order or it stays open."""
        return None if not self._count or self.question else next(iter(self._possible()), None)

    @property
    def note(self) -> str | None:
        """Say which order was found, if one was needed."""
        return f"Dates were read as {_ORDER_WORDS[self.order]}." if self.order else None

    @property
    def question(self) -> str | None:
        """Ask for the order, if more than one makes sense and they differ."""
        open_pairs = combinations(self._possible(), 2)
        return next((self._questions[pair] for pair in open_pairs if pair in self._questions), None)

    def _possible(self) -> list[DateOrder]:
        fewest = min(self._failures[order] for order in ORDERS)
        return [order for order in ORDERS if self._failures[order] == fewest < max(1, self._count)]


def read_cell_time(cell: object, order: DateOrder | None, zone: tzinfo) -> Moment:
    """Give the moment that a cell names.

    Raises:
        DroppedRowError: no_time, when it is empty; unclear_date, when the order of day and month is not known.
        InvalidInputError, ValueError, OverflowError: it names none.
    """
    if text_of(cell) is None:
        raise DroppedRowError("no_time")
    if isinstance(cell, str):
        return _read_text(cell.strip(), order, zone)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return noon(cell, zone)
    if isinstance(cell, int | float | datetime):
        return read_time(cell, zone)
    raise ValueError(cell)


def checked_moment(cell: object, order: DateOrder | None, zone: tzinfo, now: datetime) -> Moment:
    """Give the moment of a cell as `read_cell_time` does.

    Raises:
        DroppedRowError: no_time, unclear_date, bad_time, or future_time when it lies too far after `now`.
    """
    try:
        moment = read_cell_time(cell, order, zone)
    except (InvalidInputError, ValueError, OverflowError):
        raise DroppedRowError("bad_time") from None
    if is_ahead(moment.time, now):
        raise DroppedRowError("future_time")
    return moment


def _read_text(text: str, order: DateOrder | None, zone: tzinfo) -> Moment:
    if text.isdecimal():
        return read_time(text, zone)
    text = _HAN_DAY.sub(r"\1-\2-\3 ", text).rstrip()
    if match := _NUMERIC.fullmatch(text):
        known = "ymd" if len(match["a"]) == _YEAR_DIGITS else order
        if known is None:
            raise DroppedRowError("unclear_date")
        day = _ordered_day(match["a"], match["b"], match["c"], known)
    elif match := _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text):
        day = date(int(match["year"]), _MONTHS.index(match["month"][:3].lower()) + 1, int(match["day"]))
    else:
        return read_time(text, zone)
    if day is None:
        raise ValueError(text)
    return noon(day, zone) if match["hour"] is None else read_time(datetime.combine(day, _clock(match)), zone)


def _clock(match: re.Match[str]) -> time:
    hour = int(match["hour"])
    if half := match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    microsecond = int((match["fraction"] or "")[:6].ljust(6, "0"))
    return time(hour, int(match["minute"]), int(match["second"] or 0), microsecond)


@lru_cache(maxsize=20_000)
def _ordered_day(a: str, b: str, c: str, order: DateOrder) -> date | None:
    day, month, year = {"dmy": (a, b, c), "mdy": (b, a, c), "ymd": (c, b, a)}[order]
    if len(year) not in (2, _YEAR_DIGITS) or len(day) > 2 or len(month) > 2:
        return None
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < _CENTURY_TURN else 1900
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
