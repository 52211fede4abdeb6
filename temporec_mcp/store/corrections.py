"""Corrections by users: events removed for good or put right, items deleted, and imports undone as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from temporec_mcp.domain.seeing import Edit
from temporec_mcp.errors import NotFoundError
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.erasure import note_erasure
from temporec_mcp.store.users import find_user


class FoundImport(NamedTuple):
    """What an import has brought that is there."""

    source: str
    events: int
    users: int
    items: int
    corrections: int
    """Events that it found and corrected, as they are noted."""


class _ItemUse(NamedTuple):
    item_no: int
    is_used_by_others: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """What a removal took away."""

    events: int
    items: int
    """Items outside every catalogue that nobody uses any more."""
    models: tuple[str, ...]
    """Models that have learnt from one of the events."""
    restored: int = 0
    """Events that an undone import had corrected, and that are as before now."""


NOTHING = Removed(0, 0, ())


class CorrectionStore:
    """Changes what is there; each call is one transaction.

    What was there before leaves the file at its next rewriting, and the safety copies in the home with it.
    """

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database

    def known(self, user_id: str, event_seqs: Sequence[int]) -> tuple[frozenset[int], frozenset[int]]:
        """Give which of the events the user has, and which the user had and has removed."""
        with self._database.reading() as cursor:
            user = find_user(cursor, user_id)
            if user is None or not event_seqs:
                return frozenset(), frozenset()
            asked = {"user_no": user.user_no, "event_seq": list(event_seqs)}
            there = frozenset(cursor.rows("edits/find", int, **asked))
            return there, frozenset(cursor.rows("edits/find_removed", int, **asked))

    def of_item(self, user_id: str, item_id: str, action: str | None = None) -> list[int]:
        """Give the arrival numbers of the user's events with an item."""
        with self._database.reading() as cursor:
            user = find_user(cursor, user_id)
            if user is None:
                return []
            return cursor.rows("edits/of_item", int, user_no=user.user_no, item_id=item_id, action=action)

    def correct(self, edits: Sequence[Edit], now: datetime) -> tuple[str, ...]:
        """Put events right that are there, in the order given; give the models that have learnt from them."""
        numbers = [edit.event_seq for edit in edits if edit.event_seq is not None]
        if not numbers:
            return ()
        with self._database.writing() as cursor:
            for edit in edits:
                cursor.run(
                    "edits/correct",
                    event_seq=edit.event_seq,
                    value=edit.value,
                    action=edit.action,
                    happened_at=edit.time,
                    is_date_only=None if edit.time is None else edit.is_date_only,
                    edited_at=now,
                )
            cursor.run("imports/drop_corrections")
            note_erasure(cursor, drops_copies=True)
            return tuple(cursor.rows("edits/learnt", str, first_seq=min(numbers)))

    def remove(self, event_seqs: Sequence[int], now: datetime) -> Removed:
        """Remove events for good: an import does not bring them back, logging them anew does."""
        if not event_seqs:
            return NOTHING
        with self._database.writing() as cursor:
            cursor.run("edits/create")
            cursor.run("edits/choose", event_seq=list(event_seqs))
            cursor.run("edits/remember", removed_at=now)
            return self._remove_chosen(cursor, min(event_seqs))

    def is_used_by_others(self, user_id: str, item_id: str) -> bool:
        """Tell whether anybody else has events with an item."""
        with self._database.reading() as cursor:
            found = _item_use(cursor, user_id, item_id)
        return found is not None and found.is_used_by_others

    def delete_item(self, user_id: str, item_id: str) -> bool:
        """Delete an item that nobody has events with; give whether there was one."""
        with self._database.writing() as cursor:
            found = _item_use(cursor, user_id, item_id)
            if found is None or found.is_used_by_others:
                return False
            cursor.run("edits/delete_item", item_no=found.item_no)
            self._items_changed(cursor)
        return True

    def find_import(self, import_id: int) -> FoundImport:
        """Give what an import has brought that is there.

        Raises:
            NotFoundError: there is no such import (any more).
        """
        with self._database.reading() as cursor:
            found = cursor.rows("imports/find", FoundImport, import_id=import_id)
        if not found:
            raise NotFoundError(
                f"There is no import i{import_id}: it never was, or it was undone.",
                "Call list_events with imports=true for the imports of a user.",
            )
        return found[0]

    def undo_import(self, import_id: int, now: datetime) -> Removed:
        """Remove everything that an import brought, and take its corrections back; it may come again.

        Twice removes nothing more.
        """
        with self._database.writing() as cursor:
            cursor.run("edits/create")
            cursor.run("edits/choose_import", import_id=import_id)
            corrected = cursor.rows("imports/first_correction", int, import_id=import_id)[0]
            first = min(cursor.rows("edits/first", int)[0], corrected)
            restored = cursor.run("imports/take_back_corrections", import_id=import_id)
            cursor.run("imports/pass_on_corrections", import_id=import_id)
            cursor.run("edits/remember_users", removed_at=now)
            removed = self._remove_chosen(cursor, first)
            own = cursor.run("imports/drop_items", import_id=import_id)
            cursor.run("imports/demote_items", import_id=import_id)
            cursor.run("imports/forget", import_id=import_id)
            cursor.run("imports/drop_corrections")
            self._items_changed(cursor)
        return replace(removed, items=removed.items + own, restored=restored)

    def _remove_chosen(self, cursor: Cursor, first: int) -> Removed:
        models = tuple(cursor.rows("edits/learnt", str, first_seq=first))
        events = cursor.run("edits/remove")
        cursor.run("imports/drop_corrections")
        cursor.run("edits/mark_items")
        items = cursor.run("edits/drop_items")
        self._items_changed(cursor)
        return Removed(events, items, models)

    def _items_changed(self, cursor: Cursor) -> None:
        """Let everybody read users and items anew, and count what the marks vouch for."""
        self._database.names_version += 1
        numbers = self._database.numbers.recounted(cursor)
        self._database.hand_out(replace(numbers, items_version=numbers.items_version + 1))
        note_erasure(cursor, drops_copies=True)


def _item_use(cursor: Cursor, user_id: str, item_id: str) -> _ItemUse | None:
    user = find_user(cursor, user_id)
    found = cursor.rows("edits/item_users", _ItemUse, item_id=item_id, user_no=user.user_no if user else 0)
    return found[0] if found else None
