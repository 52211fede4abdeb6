"""summarize_user_timeline: when, what and how one person's history goes."""

from typing import Literal

from pydantic import Field

from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.text import check_id
from temporec_mcp.domain.timeline import AnomalyKind, Change, ChangeKind, Timeline, Trend
from temporec_mcp.domain.times import iso
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.edge import Timestamp, moment, zone_for
from temporec_mcp.tools.pictures import timeline_pictures
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted

Detail = Literal["brief", "full"]
Language = Literal["en", "zh"]
DETAIL = "brief, or full for more of the facts in words"
LANGUAGE = "Of the sentences"


class TimelineRequest(Request):
    """Whose timeline, and which part of it."""

    user_id: str | None = Field(default=None, description="me when left out")
    since: Timestamp | None = Field(default=None, description="First moment, ISO 8601 or Unix time")
    until: Timestamp | None = Field(default=None, description="Last moment, ISO 8601 or Unix time")
    timezone: str | None = Field(default=None, description="IANA zone for hours and days; the user's own when left out")
    detail: Detail = Field(default="brief", description=DETAIL)
    language: Language = Field(default="en", description=LANGUAGE)


class InterestFields(Part):
    """A theme of the history."""

    label: str
    share: float = Field(description="Part of the events, 0 to 1")
    trend: Trend


class ChangeFields(Part):
    """Taste or activity changed for good."""

    date: str
    before: str = Field(serialization_alias="from")
    after: str = Field(serialization_alias="to")
    kind: ChangeKind = "interest"
    strength: float = 1.0
    until: str | None = None

    def line(self) -> str:
        """Give the change in a line."""
        when = f"on {self.date}" if self.until is None else f"from {self.date} to {self.until}"
        return f"change {when} ({self.kind}, strength {self.strength:.2f}): from {self.before} to {self.after}"


class PeriodFields(Part):
    """A habit that repeats."""

    days: float
    strength: float

    def line(self) -> str:
        """Give the habit in a line; a cycle of a day says at which hours they come, not that they come daily."""
        return f"rhythm: cycle of {self.days:g} {'day' if self.days == 1 else 'days'}, strength {self.strength:.2f}"


class RhythmFields(Part):
    """When the user is active."""

    hours: tuple[int, ...] = Field(description="24 counts from midnight")
    weekdays: tuple[int, ...] = Field(description="7 counts from Monday")
    periods: tuple[PeriodFields, ...]


class AnomalyFields(Part):
    """Something out of the user's own habit."""

    date: str
    kind: AnomalyKind
    detail: str


class TimelineReply(Reply):
    """The summary of one user's timeline."""

    how_to_narrow = "Narrow with since and until."

    events: int
    active_days: int
    sessions: int
    interests: tuple[InterestFields, ...]
    changes: tuple[ChangeFields, ...]
    rhythm: RhythmFields
    anomalies: tuple[AnomalyFields, ...]
    outlook: str | None = Field(default=None, description="When the user is likely back")
    user_id: str
    timezone: str
    first: str = Field(serialization_alias="from", description="Time of the first event")
    last: str = Field(serialization_alias="to", description="Time of the last event")

    def lines(self) -> list[str]:
        """Give a line per finding."""
        days, sessions = counted(self.active_days, "day"), counted(self.sessions, "session")
        head = f"user_id {self.user_id}: {counted(self.events, 'event')} on {days} in {sessions}, "
        return [
            f"{head}{self.first} to {self.last}, hours and days in {self.timezone}",
            *(f"interest: {entry.label}, {entry.share:.0%} of events, {entry.trend}" for entry in self.interests),
            *(entry.line() for entry in self.changes),
            *(entry.line() for entry in self.rhythm.periods),
            *(f"{entry.kind} on {entry.date}: {entry.detail}" for entry in self.anomalies),
            *([f"outlook: {self.outlook}"] if self.outlook else []),
        ]


def summarize_user_timeline(app: UseCases, request: TimelineRequest, call: Call) -> TimelineReply:
    """Summarise the timeline between two moments."""
    from temporec_mcp.timeline.narrate import anomaly_sentence, describe
    from temporec_mcp.timeline.phrases import SHARE_DIGITS

    user_id = DEFAULT_USER if request.user_id is None else check_id(request.user_id, "user_id")
    zone = zone_for(app, user_id, request.timezone)
    timeline = app.timeline(
        user_id,
        None if request.since is None else moment(request.since, zone, call.now, "first"),
        None if request.until is None else moment(request.until, zone, call.now, "last"),
        request.timezone,
    )
    return TimelineReply(
        summary=describe(timeline, request.language, request.detail),
        events=timeline.event_count,
        active_days=timeline.active_day_count,
        sessions=timeline.session_count,
        interests=tuple(
            InterestFields(
                label=entry.label,
                share=round(entry.share, SHARE_DIGITS),
                trend=entry.trend,
            )
            for entry in timeline.interests
        ),
        changes=tuple(_change(entry, request.language) for entry in timeline.changes),
        rhythm=_rhythm(timeline),
        anomalies=tuple(
            AnomalyFields(
                date=entry.date.isoformat(), kind=entry.kind, detail=anomaly_sentence(entry, request.language)
            )
            for entry in timeline.anomalies
        ),
        outlook=_outlook(timeline, request.language),
        user_id=user_id,
        timezone=timeline.timezone,
        first=iso(timeline.first),
        last=iso(timeline.last),
        pictures=timeline_pictures(timeline),
    )


def _change(change: Change, language: Language) -> ChangeFields:
    from temporec_mcp.timeline.narrate import change_ends

    before, after = change_ends(change, language)
    return ChangeFields(
        date=change.date.isoformat(),
        before=before,
        after=after,
        kind=change.kind,
        strength=round(change.strength, 3),
        until=None if change.until is None else change.until.isoformat(),
    )


def _outlook(timeline: Timeline, language: Language) -> str | None:
    from temporec_mcp.timeline.chinese import Chinese
    from temporec_mcp.timeline.english import English

    return (Chinese() if language == "zh" else English()).outlook(timeline) or None


def _rhythm(timeline: Timeline) -> RhythmFields:
    rhythm = timeline.rhythm
    return RhythmFields(
        hours=rhythm.hours,
        weekdays=rhythm.weekdays,
        periods=tuple(PeriodFields(days=entry.days, strength=round(entry.strength, 3)) for entry in rhythm.periods),
    )


TOOL = make_tool(
    About(
        name="summarize_user_timeline",
        title="Summarise a timeline",
        description="When a user is active, what interests them and how that changed, what was out of habit, and when "
        "they are likely back. Every statement is a computed fact; what the data cannot show is left out.",
        is_read_only=True,
        is_idempotent=True,
    ),
    TimelineRequest,
    TimelineReply,
    summarize_user_timeline,
)
