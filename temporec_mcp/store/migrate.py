"""Numbered migrations: each applied once, in order, together with its row in the ledger."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import NamedTuple

from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database

_FILE_NAME = re.compile(r"^(?P<version>\d{4})_\w+\.sql$")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The hash that the ledger keeps, so that a later change of the file is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


class Applied(NamedTuple):
    """A row of the ledger."""

    version: int
    name: str
    sha256: str


def available() -> tuple[Migration, ...]:
    """Load the migrations that this version of the product brings, oldest first."""
    folder = files("temporec_mcp.storage") / "migrations"
    found = [(match, file) for file in folder.iterdir() if (match := _FILE_NAME.match(file.name))]
    migrations = (Migration(int(m["version"]), f.name, f.read_text(encoding="utf-8")) for m, f in found)
    return tuple(sorted(migrations, key=lambda migration: migration.version))


def applied(cursor: Cursor) -> list[Applied]:
    """Read the ledger, oldest first."""
    return cursor.rows("schema/applied", Applied)


def migrate(database: Database, migrations: tuple[Migration, ...]) -> int:
    """Apply the migrations that the ledger lacks; give how many.

    Raises:
        StoreDamagedError: the file was made by a newer version, or an applied migration has changed since.
    """
    with database.cursor() as cursor:
        cursor.run("schema/create_ledger")
        ledger = applied(cursor)
        _check(database, ledger, migrations)
        pending = migrations[len(ledger) :]
        for migration in pending:
            with database.transaction(cursor):
                cursor.script(migration.sql)
                cursor.run(
                    "schema/record",
                    version=migration.version,
                    name=migration.name,
                    sha256=migration.sha256,
                    applied_at=datetime.now(UTC),
                )
    return len(pending)


def _check(database: Database, ledger: list[Applied], migrations: tuple[Migration, ...]) -> None:
    if len(ledger) > len(migrations):
        raise StoreDamagedError(
            f"The database {database.path} was made by a newer version (its schema is {ledger[-1].version}, "
            f"this version knows {len(migrations)}).",
            "Install the newest temporec-mcp.",
        )
    for row, migration in zip(ledger, migrations, strict=False):
        if row != (migration.version, migration.name, migration.sha256):
            raise StoreDamagedError(
                f"The migration {migration.name} is not the one that made {database.path} ({row.name}).",
                "Reinstall temporec-mcp; a released migration must never be edited.",
            )
