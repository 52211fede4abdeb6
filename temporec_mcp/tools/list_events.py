"""list_events: a user's own events and imports, page by page, with the references by which they are corrected."""

import re
from datetime import UTC, datetime, tzinfo

from pydantic import Field

from temporec_mcp.domain.action_names import canonical_action
from temporec_mcp.domain.events import DEFAULT_USER, TITLE_LENGTH
from temporec_mcp.domain.seeing import EventPage, EventQuestion, SeenEvent, SeenImport
from temporec_mcp.domain.text import check_id, clean_text
from temporec_mcp.domain.times import iso
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.edge import Timestamp, moment, zone_for
from temporec_mcp.tools.fit import RESULT_LENGTH, fit
from temporec_mcp.tools.references import event_ref, import_ref
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, sentences

LONGEST_PAGE = 100
TEXT_SHOWN = 200
"""Characters of an event's words that are listed."""
CURSOR_LENGTH = 100
"""Room kept in a page for the way to the next one."""
_CURSOR = re.compile(r"(-?\d{1,18})\.(\d{1,18})")


class ListEventsRequest(Request):
    """Which events."""

    user_id: str | None = Field(default=None, description="Whose; me when left out")
    since: Timestamp | None = Field(default=None, description="First moment or day")
    until: Timestamp | None = Field(default=None, description="Last moment or day")
    item_id: str | None = Field(default=None, description="Only with this item")
    action: str | None = Field(default=None, description="Only this action")
    query: str | None = Field(default=None, description="Only with these words in title, item_id or text")
    recommendation_id: str | None = Field(default=None, description="Only the events behind this answer")
    imports: bool = Field(default=False, description="true lists the imports instead, for undo_import")
    limit: int = Field(default=20, ge=1, le=LONGEST_PAGE, description="1 to 100")
    cursor: str | None = Field(default=None, description="next of the page before")


class EventFields(Part):
    """One event."""

    event_ref: str
    item_id: str | None
    title: str | None
    action: str
    timestamp: str
    value: float | None
    text: str | None
    source: str

    def line(self) -> str:
        """Give it as one line."""
        told = [self.title or self.item_id, None if self.item_id is None else f"(item_id {self.item_id})"]
        told += [None if self.value is None else f"value {self.value:g}", None if self.text is None else self.text]
        return " ".join([f"{self.event_ref} {self.timestamp} {self.action}", *filter(None, told), f"[{self.source}]"])


class ImportFields(Part):
    """One import, as far as it is the user's."""

    import_ref: str
    format: str
    imported_at: str
    events: int
    first: str = Field(serialization_alias="from")
    last: str = Field(serialization_alias="to")


class ListEventsReply(Reply):
    """A page of events, or the imports."""

    how_to_narrow = "Ask with since, until, item_id, action or query."

    events: tuple[EventFields, ...]
    imports: tuple[ImportFields, ...] | None = None
    next: str | None = None

    def lines(self) -> list[str]:
        """Give a line per event or import, and the way on."""
        imports = [
            f"{entry.import_ref} {entry.format}, imported {entry.imported_at}: {entry.events} events, "
            f"{entry.first} to {entry.last}"
            for entry in self.imports or ()
        ]
        return [*(entry.line() for entry in self.events), *imports, *([f"next {self.next}"] if self.next else [])]


def list_events(app: UseCases, request: ListEventsRequest, call: Call) -> ListEventsReply:
    """Give the events or the imports of one user."""
    user_id = DEFAULT_USER if request.user_id is None else check_id(request.user_id, "user_id")
    if request.imports:
        return _imports_reply(user_id, tuple(app.list_imports(user_id)))
    zone = zone_for(app, user_id, None)
    page = app.list_events(_question(request, user_id, zone, call.now))
    whole = _page_reply(page, len(page.events), zone)
    fitting = fit(whole, RESULT_LENGTH - CURSOR_LENGTH)
    return whole if fitting.omitted is None else _page_reply(page, len(page.events) - fitting.omitted, zone)


def _question(request: ListEventsRequest, user_id: str, zone: tzinfo, now: datetime) -> EventQuestion:
    def edge(value: Timestamp | None, which: str) -> datetime | None:
        return None if value is None else moment(value, zone, now, "first" if which == "since" else "last")

    answer_id = request.recommendation_id
    return EventQuestion(
        user_id=user_id,
        since=edge(request.since, "since"),
        until=edge(request.until, "until"),
        item_id=None if request.item_id is None else check_id(request.item_id, "item_id"),
        action=None if request.action is None else canonical_action(request.action),
        words=None if request.query is None else clean_text(request.query, TITLE_LENGTH),
        recommendation_id=None if answer_id is None else check_id(answer_id, "recommendation_id"),
        limit=request.limit,
        before=None if request.cursor is None else _place(request.cursor),
    )


def _place(cursor: str) -> tuple[int, int]:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise ArgumentsError(f"The cursor {clean_text(cursor, 40)!r} is none of ours.", "Give next of the page before.")
    return int(match[1]), int(match[2])


def _page_reply(page: EventPage, count: int, zone: tzinfo) -> ListEventsReply:
    """Give the first `count` events of a page, with the way to what follows them."""
    shown, rest = page.events[:count], page.found - count
    is_last = rest <= 0 or not shown
    return ListEventsReply(
        summary=_summary(page.user_id, shown, max(rest, 0)),
        events=tuple(_event(event, zone) for event in shown),
        next=None if is_last else f"{shown[-1].time_us}.{shown[-1].event_seq}",
    )


def _summary(user_id: str, shown: tuple[SeenEvent, ...], rest: int) -> str:
    if not shown:
        return f"No events of {user_id} are stored that fit what was asked for."
    return sentences(
        f"{counted(len(shown), 'event')} of {user_id}, newest first, "
        f"{shown[-1].time:%Y-%m-%d} to {shown[0].time:%Y-%m-%d}.",
        f"{counted(rest, 'older one')} follow: call again with cursor." if rest else "",
        "edit_events corrects or removes them by event_ref.",
    )


def _event(event: SeenEvent, zone: tzinfo) -> EventFields:
    source = "logged" if event.import_id is None else f"import {import_ref(event.import_id)}: {event.source}"
    return EventFields(
        event_ref=event_ref(event.event_seq),
        item_id=event.item_id,
        title=event.title,
        action=event.action,
        timestamp=f"{event.time.astimezone(zone):%Y-%m-%d}" if event.is_date_only else iso(event.time),
        value=event.value,
        text=None if event.text is None else clean_text(event.text, TEXT_SHOWN),
        source=f"{source}, corrected" if event.is_edited else source,
    )


def _imports_reply(user_id: str, imports: tuple[SeenImport, ...]) -> ListEventsReply:
    if imports:
        summary = (
            f"{counted(len(imports), 'import')} brought events of {user_id}. undo_import takes one back as a whole."
        )
    else:
        summary = f"No import brought events of {user_id} that are stored."
    return ListEventsReply(
        summary=summary,
        events=(),
        imports=tuple(
            ImportFields(
                import_ref=import_ref(entry.import_id),
                format=entry.source,
                imported_at=iso(entry.received_at.astimezone(UTC)),
                events=entry.event_count,
                first=iso(entry.first),
                last=iso(entry.last),
            )
            for entry in imports
        ),
    )


TOOL = make_tool(
    About(
        name="list_events",
        title="List events",
        description="A user's events, newest first, those behind one answer, or the imports.",
        is_read_only=True,
        is_idempotent=True,
    ),
    ListEventsRequest,
    ListEventsReply,
    list_events,
)
