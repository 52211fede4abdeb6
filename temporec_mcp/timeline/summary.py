"""The summary of one user's timeline: arrays in, facts out.

Axes: N events in time order.
"""

from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import DAY_SECONDS
from temporec_mcp.domain.timeline import Timeline
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.timeline.anomalies import Observed, find_anomalies
from temporec_mcp.timeline.changes import find_changes
from temporec_mcp.timeline.inputs import Foreseen, TimelineInput
from temporec_mcp.timeline.interests import find_interests, session_shares
from temporec_mcp.timeline.labels import label_events
from temporec_mcp.timeline.local_time import date_of, days_of, wall_seconds
from temporec_mcp.timeline.outlook import look_ahead
from temporec_mcp.timeline.rhythm import find_rhythm
from temporec_mcp.timeline.sessions import find_sessions
from temporec_mcp.timeline.stream import measure_stream


def summarise(data: TimelineInput) -> Timeline:
    """Find what one user's timeline shows; whatever the data do not carry stays empty.

    Raises:
        InvalidInputError: there are no events.
    """
    if len(data.times_N) == 0:
        raise InvalidInputError("There are no events in this span.", "Ask for a longer one.")
    order = np.argsort(data.times_N, kind="stable")
    times_N, date_only_N, items_N = data.times_N[order], data.date_only_N[order], data.items_N[order]
    wall_N = wall_seconds(times_N, data.timezone)
    sessions = find_sessions(times_N, wall_N, date_only_N)
    labelled = label_events(data, items_N)
    by_session = session_shares(labelled, sessions)
    interests = find_interests(labelled, by_session)
    wall_now = float(wall_seconds(np.array([data.now.timestamp()]), data.timezone)[0])
    days_N = days_of(wall_N)
    seen = Observed(
        wall_N=wall_N,
        actions_N=data.actions_N[order],
        action_names=data.action_names,
        values_N=data.values_N[order].astype(np.float64),
        items_N=items_N,
        title_of=data.title_of,
        sessions=sessions,
        wall_now=wall_now,
        foresee=lambda rows: _in_order(data, order, rows),
    )
    return Timeline(
        user_id=data.user_id,
        timezone=data.timezone,
        first=_moment(times_N[0]),
        last=_moment(times_N[-1]),
        event_count=len(times_N),
        active_day_count=len(np.unique(days_N)),
        session_count=len(sessions.starts_S),
        session_gap_minutes=sessions.gap_minutes,
        action_counts=_action_counts(data),
        interests=interests,
        interest_source=labelled.source,
        changes=find_changes(by_session, sessions),
        rhythm=find_rhythm(wall_N, date_only_N, sessions, int(wall_now // DAY_SECONDS)),
        anomalies=find_anomalies(seen, labelled),
        outlook=look_ahead(sessions, by_session, interests, data.now.timestamp()),
        stream=measure_stream(labelled, [interest.label for interest in interests], days_N),
        calendar=_calendar(days_N),
    )


def _in_order(data: TimelineInput, order: NDArray[np.int64], rows: NDArray[np.int64]) -> Foreseen | None:
    foreseen = data.foresee(order[rows]) if data.foresee is not None else None
    return None if foreseen is None else Foreseen(foreseen.places_N[order], foreseen.choices_N[order])


def _action_counts(data: TimelineInput) -> dict[str, int]:
    counts = np.bincount(data.actions_N, minlength=len(data.action_names)).tolist()
    ranked = sorted(zip(data.action_names, counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return {name: count for name, count in ranked if count}


def _calendar(days_N: NDArray[np.int64]) -> tuple[tuple[date, int], ...]:
    days_D, counts_D = np.unique(days_N, return_counts=True)
    return tuple((date_of(day), count) for day, count in zip(days_D.tolist(), counts_D.tolist(), strict=True))


def _moment(time: float) -> datetime:
    return datetime.fromtimestamp(float(time), UTC)
