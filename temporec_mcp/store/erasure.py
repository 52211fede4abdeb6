"""Erasure to the last trace: what was deleted also leaves the blocks of the file."""

from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database

PATIENCE_SECONDS = 5.0
"""How long an erasure waits for a moment in which nobody reads or writes, as during a long import."""


def note_erasure(cursor: Cursor) -> None:
    """Note, inside the transaction that deletes, that the file must be written anew."""
    cursor.run("erasure/note")


def finish_erasure(database: Database) -> None:
    """Write the file anew if an erasure asks for it; when it never gets quiet, the next opening does it.

    Raises:
        StoreDamagedError: the new file could not be written; the rows are deleted, their traces stay for now.
    """
    if is_erasure_due(database) and database.rewrite(PATIENCE_SECONDS):
        with database.writing() as cursor:
            cursor.run("erasure/done")


def is_erasure_due(database: Database) -> bool:
    """Tell whether the file may still have traces of what was deleted."""
    with database.reading() as cursor:
        return cursor.rows("erasure/is_due", bool)[0]
