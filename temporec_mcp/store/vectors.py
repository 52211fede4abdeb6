"""Text vectors, kept by content and encoder so that no text is encoded twice.

Axes: n keys, D width.
"""

from collections.abc import Sequence

import numpy as np

from temporec_mcp.domain.log import Flags, Floats
from temporec_mcp.store.arrow import key_batch, vector_batch
from temporec_mcp.store.duck import Database
from temporec_mcp.store.erasure import finish_erasure, note_erasure


class VectorStore:
    """Keeps vectors; all of one encoder are equally wide."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database

    def get(self, keys: Sequence[str], encoder: str) -> tuple[Flags, Floats]:
        """Give which of the `keys` are there, [n], and the vectors of all, [n, D], zeros for those that are not.

        D is 0 when none is there.
        """
        with self._database.reading() as cursor, cursor.batch("key_batch", key_batch(keys)):
            table = cursor.table("vectors/get", encoder=encoder)
        positions = table.numbers("position", np.int32)
        found = np.zeros(len(keys), dtype=np.bool_)
        found[positions] = True
        held = table.matrix("vector")
        vectors = np.zeros((len(keys), held.shape[1]), dtype=np.float32)
        vectors[positions] = held
        return found, vectors

    def save(self, keys: Sequence[str], vectors: Floats, encoder: str) -> None:
        """Keep `vectors` [n, D] under their content `keys`; those that are there stay as they are.

        Vectors of the same encoder with another width are dropped: it is not the same encoder any more.
        """
        if not len(keys):
            return
        with self._database.writing() as cursor, cursor.batch("vector_batch", vector_batch(keys, vectors)):
            cursor.run("vectors/drop_other_widths", encoder=encoder, width=vectors.shape[1])
            cursor.run("vectors/save", encoder=encoder)

    def prune(self, keys: Sequence[str]) -> int:
        """Erase every vector, of any encoder, whose content key is not among `keys`; give how many went."""
        with self._database.writing() as cursor, cursor.batch("key_batch", key_batch(keys)):
            removed = cursor.run("vectors/prune")
            if removed:
                note_erasure(cursor)
        finish_erasure(self._database)
        return removed
