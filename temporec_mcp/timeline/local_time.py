"""The user's wall clock for many moments at once, over daylight-saving changes.

Axes: N moments. Wall-clock seconds count from 1970-01-01 00:00 as the clock on the wall would show it.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import DAY_SECONDS, Times

HOUR_SECONDS = 3_600.0
# Zones change their offset on whole quarter hours of UTC.
_QUARTER_SECONDS = 900.0
_EPOCH = date(1970, 1, 1)
EPOCH_WEEKDAY = 3
"""The first day of 1970 was a Thursday."""


def wall_seconds(times_N: Times, timezone: str) -> Times:
    """Give the wall-clock seconds of moments in UTC seconds.

    The offset is looked up once a UTC day, and once a quarter hour only on days on which it changes.
    """
    zone = ZoneInfo(timezone)
    days_D, day_of_N = np.unique(np.floor(times_N / DAY_SECONDS), return_inverse=True)
    first_D = _offsets(days_D * DAY_SECONDS, zone)
    is_changing_D = first_D != _offsets((days_D + 1) * DAY_SECONDS, zone)
    offsets_N = first_D[day_of_N]
    changing_N = np.flatnonzero(is_changing_D[day_of_N])
    quarters_Q, quarter_of = np.unique(np.floor(times_N[changing_N] / _QUARTER_SECONDS), return_inverse=True)
    offsets_N[changing_N] = _offsets(quarters_Q * _QUARTER_SECONDS, zone)[quarter_of]
    return times_N + offsets_N


def days_of(wall_N: Times) -> NDArray[np.int64]:
    """Give the local day of each moment as days since 1970."""
    return np.floor(wall_N / DAY_SECONDS).astype(np.int64)


def hours_of(wall_N: Times) -> NDArray[np.int64]:
    """Give the hour on the wall clock, 0 to 23."""
    return np.floor(wall_N % DAY_SECONDS / HOUR_SECONDS).astype(np.int64)


def weekdays_of(wall_N: Times) -> NDArray[np.int64]:
    """Give the local weekday, 0 is Monday."""
    return (days_of(wall_N) + EPOCH_WEEKDAY) % 7


def date_of(day: int) -> date:
    """Give the date of a day counted from 1970."""
    return _EPOCH + timedelta(days=day)


def _offsets(times_N: Times, zone: ZoneInfo) -> Times:
    seconds = (datetime.fromtimestamp(time, zone).utcoffset() or timedelta() for time in times_N.tolist())
    return np.array([offset.total_seconds() for offset in seconds], dtype=np.float64)
