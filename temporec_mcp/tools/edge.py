"""The edge of the tools: names, ids, zones and times as they are given become what the application takes."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from temporec_mcp.domain.times import parse_time, zone_named
from temporec_mcp.tools.use_cases import UseCases

LAST_MOMENT_OF_DAY = timedelta(hours=12) - timedelta(microseconds=1)
"""From the noon that stands for a day to the end of that day."""
FIRST_MOMENT_OF_DAY = timedelta(hours=-12)

Timestamp = str | int | float


def zone_for(app: UseCases, user_id: str | None, timezone: str | None) -> tzinfo:
    """Give the zone that times without one are read in: the one named, else the user's, else UTC."""
    if timezone is not None:
        return zone_named(timezone)
    return app.user_zone(user_id) if user_id else UTC


def moment(value: Timestamp, zone: tzinfo, now: datetime, edge: Literal["first", "last"] = "last") -> datetime:
    """Read a time; a day alone stands for its first or last moment in `zone`, whichever includes the whole day."""
    read = parse_time(value, zone, now)
    if not read.is_date_only:
        return read.time
    noon = read.time.astimezone(zone).replace(tzinfo=None)
    local = noon + (FIRST_MOMENT_OF_DAY if edge == "first" else LAST_MOMENT_OF_DAY)
    return local.replace(tzinfo=zone).astimezone(UTC)
