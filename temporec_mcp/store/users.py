"""The users of the store: who they are, their time zone, and how they are forgotten."""

import builtins
from dataclasses import replace
from typing import NamedTuple

from temporec_mcp.store.copies import destroy_copies_of
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.erasure import finish_erasure, note_erasure
from temporec_mcp.store.recommendations import RecommendationStore


class FoundUser(NamedTuple):
    """A user's row."""

    user_no: int
    timezone: str | None


class _Removed(NamedTuple):
    events: int
    recommendations: int
    items: int


class UserStore:
    """Knows users by id."""

    def __init__(self, database: Database, recommendations: RecommendationStore) -> None:
        """Work on the open `database`; `recommendations` holds answers that are not written yet."""
        self._database = database
        self._recommendations = recommendations

    def exists(self, user_id: str) -> bool:
        """Tell whether the user has any event."""
        with self._database.reading() as cursor:
            return cursor.rows("users/exists", bool, user_id=user_id)[0]

    def has_traces(self, user_id: str) -> bool:
        """Tell whether anything of the user is stored: an event, what became of one, a time zone or an answer."""
        self._recommendations.flush()
        with self._database.reading() as cursor:
            return cursor.rows("users/has_traces", bool, user_id=user_id)[0]

    def kept_as(self, user_id: str) -> str:
        """Give the id by which the user is kept: itself, or its pseudonym."""
        return self._database.pseudonyms.of(user_id)

    def timezone(self, user_id: str) -> str | None:
        """Give the IANA name remembered for the user, or None."""
        with self._database.reading() as cursor:
            found = find_user(cursor, user_id)
        return found.timezone if found else None

    def set_timezone(self, user_id: str, timezone: str) -> None:
        """Remember the IANA name `timezone` for the user, who need not have events yet."""
        with self._database.writing() as cursor:
            found = find_user(cursor, user_id)
            if found:
                cursor.run("users/set_timezone", user_no=found.user_no, timezone=timezone)
                return
            numbers = self._database.numbers
            numbers = replace(numbers, user_no=numbers.user_no + 1)
            cursor.run("users/add", user_no=numbers.user_no, user_id=user_id, timezone=timezone)
            self._database.hand_out(numbers)

    def would_remove(self, user_id: str) -> dict[str, int]:
        """Count what `forget` would remove: `events`, `recommendations`, `items`; all 0 for an unknown user."""
        self._recommendations.flush()
        with self._database.reading() as cursor:
            return cursor.rows("users/would_remove", _Removed, user_id=user_id)[0]._asdict()

    def forget(self, user_id: str) -> dict[str, int]:
        """Erase the user to the last trace on the disk; give what was removed, counted as `would_remove` does.

        Goes: events, answers, items outside every catalogue that only this user has used, the remembered zone,
        and imports that leave no event behind. Vectors are keyed by content, not by user: call
        `VectorStore.prune` with the keys that are still in use afterwards. Safety copies in the home that have
        the user are destroyed and counted as `safety_copies`, which `would_remove` does not announce.
        """
        self._recommendations.flush()
        with self._database.writing() as cursor:
            self._recommendations.drop(user_id)
            removed = cursor.rows("users/would_remove", _Removed, user_id=user_id)[0]
            cursor.run("users/forget_recommended_items", user_id=user_id)
            cursor.run("users/forget_recommendations", user_id=user_id)
            found = find_user(cursor, user_id)
            if found:
                _forget_user(cursor, found.user_no)
                self._database.names_version += 1
                numbers = self._database.numbers.recounted(cursor)
                self._database.hand_out(replace(numbers, items_version=numbers.items_version + 1))
            note_erasure(cursor)
        finish_erasure(self._database)
        names = (user_id, self._database.pseudonyms.of(user_id))
        return {**removed._asdict(), "safety_copies": destroy_copies_of(self._database.path, names)}

    def list(self, prefix: str, limit: int) -> builtins.list[str]:
        """Give the ids of users with events that start with `prefix`, in order, at most `limit`."""
        with self._database.reading() as cursor:
            return cursor.rows("users/list", str, prefix=prefix, limit=limit)


def find_user(cursor: Cursor, user_id: str) -> FoundUser | None:
    """Give the row of the user, or None."""
    found = cursor.rows("users/find", FoundUser, user_id=user_id)
    return found[0] if found else None


def _forget_user(cursor: Cursor, user_no: int) -> None:
    cursor.run("users/forget_events", user_no=user_no)
    cursor.run("users/forget_items", user_no=user_no)
    cursor.run("users/mark_items_again", user_no=user_no)
    cursor.run("users/forget_imports")
    cursor.run("imports/drop_corrections")
    cursor.run("users/forget_removed_events", user_no=user_no)
    cursor.run("protection/drop_former")
    cursor.run("users/forget_user", user_no=user_no)
