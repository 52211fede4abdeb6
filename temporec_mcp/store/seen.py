"""A user's own history as the user sees it: events page by page, and the imports that brought them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from temporec_mcp.domain.events import Event
from temporec_mcp.domain.seeing import EventPage, EventQuestion, SeenEvent, SeenImport, SeenUser
from temporec_mcp.store.cursor import as_utc
from temporec_mcp.store.duck import Database
from temporec_mcp.store.users import find_user


class _Row(NamedTuple):
    """The columns of `seen/events`."""

    event_seq: int
    item_id: str | None
    title: str | None
    action: str
    happened_at: datetime
    time_us: int
    value: float | None
    text: str | None
    is_date_only: bool
    import_id: int | None
    source: str | None
    is_edited: bool
    found: int

    def event(self) -> SeenEvent:
        return SeenEvent(
            event_seq=self.event_seq,
            item_id=self.item_id,
            title=self.title,
            action=self.action,
            time=as_utc(self.happened_at),
            time_us=self.time_us,
            value=self.value,
            text=self.text,
            is_date_only=self.is_date_only,
            import_id=self.import_id,
            source=self.source,
            is_edited=self.is_edited,
        )


class _Import(NamedTuple):
    import_id: int
    source: str
    received_at: datetime
    events: int
    first: datetime
    last: datetime


class _Whole(NamedTuple):
    """The columns of `seen/all_events`."""

    item_id: str | None
    action: str
    happened_at: datetime
    value: float | None
    text: str | None
    session_id: str | None
    context: str | None
    event_id: str | None
    recommendation_id: str | None
    is_date_only: bool


class Given(NamedTuple):
    """An answer that was given to a user."""

    recommendation_id: str
    answered_at: datetime


class SeenStore:
    """Shows users their own events, and nobody else's."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database

    def page(self, question: EventQuestion, max_seq: int | None = None) -> EventPage:
        """Give a page of the user's events, newest first; `max_seq` leaves out what arrived later."""
        before_time, before_seq = question.before or (None, None)
        with self._database.reading() as cursor:
            user = find_user(cursor, question.user_id)
            if user is None:
                return EventPage(question.user_id, (), 0)
            rows = cursor.rows(
                "seen/events",
                _Row,
                user_no=user.user_no,
                since=question.since,
                until=question.until,
                max_seq=max_seq,
                item_id=question.item_id,
                action=question.action,
                words=question.words,
                before_time=before_time,
                before_seq=before_seq,
                limit=question.limit,
            )
        return EventPage(question.user_id, tuple(row.event() for row in rows), rows[0].found if rows else 0)

    def users(self, limit: int) -> list[SeenUser]:
        """Give the users with events, the most active first, at most `limit`."""
        with self._database.reading() as cursor:
            rows = cursor.rows("users/overview", SeenUser, limit=limit)
        return [replace(user, first=as_utc(user.first), last=as_utc(user.last)) for user in rows]

    def imports(self, user_id: str) -> tuple[SeenImport, ...]:
        """Give the imports that brought events of the user, newest first."""
        with self._database.reading() as cursor:
            user = find_user(cursor, user_id)
            rows = cursor.rows("seen/imports", _Import, user_no=user.user_no) if user else []
        return tuple(
            SeenImport(
                row.import_id, row.source, as_utc(row.received_at), row.events, as_utc(row.first), as_utc(row.last)
            )
            for row in rows
        )

    def everything(self, user_id: str) -> Sequence[Event]:
        """Give every event of the user with all that is known of it, oldest first."""
        with self._database.reading() as cursor:
            user = find_user(cursor, user_id)
            rows = cursor.rows("seen/all_events", _Whole, user_no=user.user_no) if user else []
        return [
            Event(
                user_id=user_id,
                item_id=row.item_id,
                action=row.action,
                time=as_utc(row.happened_at),
                value=row.value,
                text=row.text,
                session_id=row.session_id,
                context=row.context,
                event_id=row.event_id,
                recommendation_id=row.recommendation_id,
                is_date_only=row.is_date_only,
            )
            for row in rows
        ]

    def answers(self, user_id: str) -> list[Given]:
        """Give the answers that were given to the user, oldest first."""
        with self._database.reading() as cursor:
            rows = cursor.rows("seen/answers", Given, user_id=user_id)
        return [Given(row.recommendation_id, as_utc(row.answered_at)) for row in rows]
