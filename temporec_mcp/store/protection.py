"""How a home is protected: pseudonyms in place of user ids, and how many users something must have to be shown."""

from typing import NamedTuple
from uuid import UUID

from temporec_mcp.store.conversion import convert
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.erasure import finish_erasure, is_erasure_due, note_erasure
from temporec_mcp.store.former import Former
from temporec_mcp.store.pseudonyms import key_check, load_pseudonyms, new_key


class Protection(NamedTuple):
    """The row of `protection`."""

    min_users: int
    """Users that an item must have, where it came with no catalogue, before others are shown it."""
    key_name: str | None
    """Names the key of the pseudonyms; None where user ids are kept as they are."""
    key_check: str | None
    epsilon: float | None = None
    """Of each training under differential privacy; None where nothing is promised."""


def protect_as_kept(database: Database) -> None:
    """Let the opened database work as its home is protected.

    Raises:
        StoreDamagedError: it keeps pseudonyms and the key is not there.
    """
    with database.reading() as cursor:
        kept = _kept(cursor)
        former = cursor.rows("protection/former", UUID)
    database.former = Former(frozenset(former))
    database.pseudonyms = load_pseudonyms(kept.key_name, kept.key_check)
    database.min_users = kept.min_users
    database.is_private = kept.epsilon is not None


class ProtectionStore:
    """Tells and changes how the home is protected."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database

    def get(self) -> Protection:
        """Give how it is protected."""
        with self._database.reading() as cursor:
            return _kept(cursor)

    def set_min_users(self, min_users: int) -> None:
        """Show others only what so many users have in common, from now on."""
        with self._database.writing() as cursor:
            kept = _kept(cursor)._replace(min_users=min_users)
            cursor.run("protection/set", **kept._asdict())
            numbers = self._database.numbers
            self._database.hand_out(numbers.with_changed_items())
            self._database.min_users = min_users

    def promise(self, epsilon: float) -> tuple[str, ...]:
        """Learn under differential privacy from now on; give the ids of the models that do not serve any more for it.

        Others are shown only what came with a catalogue. The safety copies in the home go, because putting one back
        would lift the promise.
        """
        with self._database.writing() as cursor:
            unpromised = cursor.rows("models/remove_unpromised", str)
            cursor.run("protection/set", **_kept(cursor)._replace(epsilon=epsilon)._asdict())
            self._database.hand_out(self._database.numbers.with_changed_items())
            self._database.is_private = True
            note_erasure(cursor, drops_copies=True)
        finish_erasure(self._database)
        return tuple(unpromised)

    def use_pseudonyms(self) -> bool:
        """Keep keyed hashes in place of user ids, for good; give whether nothing in the file names anybody any more.

        Users who are known by their ids are renamed, what they did stays theirs, and the safety copies in the home go.
        Where others read without a pause, the traces of the ids leave the file when it is closed. Asked again it
        finishes what a death has left.

        Raises:
            InvalidInputError: the key cannot be kept.
        """
        with self._database.turn():
            with self._database.writing() as cursor:
                kept = _kept(cursor)
                if kept.key_name is None:
                    self._convert(cursor, kept)
                note_erasure(cursor, drops_copies=True)
            protect_as_kept(self._database)
        finish_erasure(self._database)
        return not is_erasure_due(self._database)

    def _convert(self, cursor: Cursor, kept: Protection) -> None:
        name, key = new_key(self._database.path.parent)
        convert(cursor, key)
        cursor.run("protection/set", **kept._replace(key_name=name, key_check=key_check(key))._asdict())
        self._database.names_version += 1
        self._database.hand_out(self._database.numbers.recounted(cursor).with_changed_items())


def _kept(cursor: Cursor) -> Protection:
    return cursor.rows("protection/get", Protection)[0]
