"""How a home is protected: pseudonyms in place of user ids, and how many users something must have to be shown."""

from typing import NamedTuple

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.pseudonyms import Pseudonyms, key_check, load_pseudonyms, new_key


class Protection(NamedTuple):
    """The row of `protection`."""

    min_users: int
    """Users that an item must have, where it came with no catalogue, before others are shown it."""
    key_name: str | None
    """Names the key of the pseudonyms; None where user ids are kept as they are."""
    key_check: str | None


def protect_as_kept(database: Database) -> None:
    """Let the opened database work as its home is protected.

    Raises:
        StoreDamagedError: it keeps pseudonyms and the key is not there.
    """
    with database.reading() as cursor:
        kept = _kept(cursor)
    database.pseudonyms = load_pseudonyms(kept.key_name, kept.key_check)
    database.min_users = kept.min_users


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

    def use_pseudonyms(self) -> None:
        """Keep keyed hashes in place of user ids, for good; a home that does so already stays as it is.

        Raises:
            InvalidInputError: the home knows users by their ids already, or the key cannot be kept.
        """
        with self._database.writing() as cursor:
            kept = _kept(cursor)
            if kept.key_name is not None:
                return
            if cursor.rows("protection/has_users", bool)[0]:
                raise InvalidInputError(
                    "This home knows users by their ids already, and copies of it may lie elsewhere.",
                    "Choose a new --home for pseudonyms, and import there.",
                )
            name, key = new_key(self._database.path.parent)
            cursor.run("protection/set", min_users=kept.min_users, key_name=name, key_check=key_check(key))
            self._database.pseudonyms = Pseudonyms(key)


def _kept(cursor: Cursor) -> Protection:
    return cursor.rows("protection/get", Protection)[0]
