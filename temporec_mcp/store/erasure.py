"""Erasure to the last trace: what was deleted also leaves the blocks of the file, and the safety copies."""

from temporec_mcp.store.copies import destroy_copies
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database

PATIENCE_SECONDS = 5.0
"""How long an erasure waits for a moment in which nobody reads or writes, as during a long import."""


def note_erasure(cursor: Cursor, *, drops_copies: bool = False) -> None:
    """Note, inside the transaction that deletes, that the file must be written anew.

    With `drops_copies` the safety copies in the home go then too; the next clean close makes a fresh one.
    """
    cursor.run("erasure/note", drops_copies=drops_copies)


def keep_copies(cursor: Cursor) -> None:
    """Let the safety copies stay after all: something is missing, and they may be all that has it."""
    cursor.run("erasure/keep_copies")


def finish_erasure(database: Database) -> None:
    """Write the file anew if an erasure asks for it; when it never gets quiet, the next opening does it.

    Raises:
        StoreDamagedError: the new file could not be written; the rows are deleted, their traces stay for now.
    """
    if not is_erasure_due(database) or not database.rewrite(PATIENCE_SECONDS):
        return
    with database.reading() as cursor:
        drops_copies = cursor.rows("erasure/drops_copies", bool)[0]
    if drops_copies:
        destroy_copies(database.path)
    with database.writing() as cursor:
        cursor.run("erasure/done")


def is_erasure_due(database: Database) -> bool:
    """Tell whether the file may still have traces of what was deleted."""
    with database.reading() as cursor:
        return cursor.rows("erasure/is_due", bool)[0]
