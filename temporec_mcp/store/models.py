"""The register of models; their weights lie in the models folder."""

from dataclasses import replace
from typing import NamedTuple

from temporec_mcp.domain.training import ModelRecord
from temporec_mcp.errors import NotFoundError
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.documents import from_json, to_json
from temporec_mcp.store.duck import Database


class _Row(NamedTuple):
    record: str
    is_active: bool

    def model(self) -> ModelRecord:
        return replace(from_json(ModelRecord, self.record), is_active=self.is_active)


class ModelStore:
    """Keeps what is known of each model and which one serves."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database

    def add(self, record: ModelRecord) -> None:
        """Keep `record`, in place of one with the same id; it serves from now on if it says so."""
        with self._database.writing() as cursor:
            cursor.run(
                "models/add",
                model_id=record.model_id,
                created_at=record.created_at,
                last_seq=record.last_seq,
                record=to_json(record),
                read_at=record.read_at,
            )
            if record.is_active:
                cursor.run("models/activate", model_id=record.model_id)

    def activate(self, model_id: str) -> None:
        """Let this model serve, and no other.

        Raises:
            NotFoundError: there is no such model.
        """
        with self._database.writing() as cursor:
            _row(cursor, model_id)
            cursor.run("models/activate", model_id=model_id)

    def active(self) -> ModelRecord | None:
        """Give the model that serves, or None."""
        with self._database.reading() as cursor:
            rows = cursor.rows("models/active", _Row)
        return rows[0].model() if rows else None

    def get(self, model_id: str) -> ModelRecord:
        """Give one model.

        Raises:
            NotFoundError: there is no such model.
        """
        with self._database.reading() as cursor:
            return _row(cursor, model_id).model()

    def all(self) -> tuple[ModelRecord, ...]:
        """Give every model, newest first."""
        with self._database.reading() as cursor:
            return tuple(row.model() for row in cursor.rows("models/all", _Row))

    def remove(self, model_id: str) -> None:
        """Drop this model from the register; dropping one that is not there is no fault."""
        with self._database.writing() as cursor:
            cursor.run("models/remove", model_id=model_id)

    def learnt_from(self, user_id: str) -> list[str]:
        """Give the ids of the models that have learnt from an event of this user, also from one removed since."""
        with self._database.reading() as cursor:
            return cursor.rows("models/learnt_from", str, user_id=user_id)


def _row(cursor: Cursor, model_id: str) -> _Row:
    rows = cursor.rows("models/get", _Row, model_id=model_id)
    if not rows:
        raise NotFoundError(
            f"There is no model {model_id!r}: it never was, or it was removed.",
            "Leave the model out to use the active one, or train a new one.",
        )
    return rows[0]
