"""Safety copies: made by themselves, made when asked for, and put back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from temporec_mcp.errors import InvalidInputError, NotFoundError, StoreBusyError, StoreDamagedError
from temporec_mcp.store.connecting import HARDENED
from temporec_mcp.store.copies import SUFFIX, backup_folder, backups_of
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database
from temporec_mcp.store.faults import first_line
from temporec_mcp.store.files import PRIVATE_FOLDER, REPLACED, copy_whole, log_of
from temporec_mcp.store.high_water import Held
from temporec_mcp.store.marks import marks_path
from temporec_mcp.store.opening import open_database, take_lock

KEPT = 3
"""Copies that are made by themselves and kept."""
EVERY = timedelta(days=1)
PATIENCE_SECONDS = 30.0
"""How long a copy that was asked for waits for a moment in which nobody reads or writes."""
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back."""

    source: Path
    event_count: int
    replaced: Path | None
    """Where the files that were there before lie now; None when there were none."""


def back_up(database: Database, target: Path | None, now: datetime) -> Path:
    """Copy the open database, as it is now, to `target` (a file, or a folder), by default among its backups.

    Raises:
        InvalidInputError: the target is there already, or cannot be written.
        StoreBusyError: it was read and written without a pause.
    """
    file = backup_folder(database.path) / _name(now) if target is None else target
    if file.is_dir():
        file = file / _name(now)
    if file.exists():
        raise InvalidInputError(f"{file} is there already, and a safety copy replaces nothing.", "Give another name.")
    try:
        file.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        is_done = database.let_go(lambda path: copy_whole(path, file), PATIENCE_SECONDS)
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be written: {error.strerror}.", "Give another path.") from error
    if not is_done:
        raise StoreBusyError(f"The database {database.path} was in use all the time.", "Try again in a quieter moment.")
    _drop_old(database.path)
    return file


def back_up_closed(path: Path, now: datetime) -> None:
    """Copy the closed database when the newest copy is older than a day, and drop the oldest copies.

    Raises:
        OSError: there is no room.
    """
    due = _name(now - EVERY)
    if log_of(path).exists() or any(copy.name > due for copy in backups_of(path)):
        return
    backup_folder(path).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    copy_whole(path, backup_folder(path) / _name(now))
    _drop_old(path)


def restore(path: Path, source: Path | None, now: datetime) -> Restored:
    """Put a safety copy in place of the database at `path`, which nobody may have open; what was there is kept.

    Args:
        path: the database.
        source: the copy; None for the newest backup.
        now: names the folder of what is replaced.

    Raises:
        NotFoundError: there is no such copy.
        StoreBusyError: a process has the database open.
        StoreDamagedError: the copy is no whole database; nothing was changed.
    """
    copy = _chosen(path, source)
    event_count = _event_count(copy)
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    lock = take_lock(path)
    try:
        replaced = _move_away(path, now)
        copy_whole(copy, path)
        open_database(path).close()
    finally:
        lock.release()
    return Restored(copy, event_count, replaced)


def _event_count(copy: Path) -> int:
    try:
        with duckdb.connect(copy, read_only=True, config=HARDENED) as connection:
            return Cursor(connection).rows("high_water/held", Held)[0].event_count
    except duckdb.Error as error:
        raise StoreDamagedError(
            f"{copy} is no whole database of this product: {first_line(error)}.", "Choose another safety copy."
        ) from error


def _chosen(path: Path, source: Path | None) -> Path:
    if source is None:
        backups = backups_of(path)
        if not backups:
            raise NotFoundError(
                f"There is no safety copy in {backup_folder(path)} yet.",
                "Name the file of a safety copy that lies elsewhere.",
            )
        return backups[0]
    if not source.is_file():
        raise NotFoundError(f"There is no file {source}.", "Name a file that `temporec-mcp backup` made.")
    return source


def _move_away(path: Path, now: datetime) -> Path | None:
    """Move the database with its log and marks into a folder of their own."""
    files = [file for file in (path, log_of(path), marks_path(path)) if file.exists()]
    if not files:
        return None
    folder = path.parent / f"{REPLACED}{now.astimezone(UTC):{_TIME_FORMAT}}"
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    for file in files:
        file.replace(folder / file.name)
    return folder


def _drop_old(path: Path) -> None:
    for old in backups_of(path)[KEPT:]:
        old.unlink()


def _name(now: datetime) -> str:
    return f"{now.astimezone(UTC):{_TIME_FORMAT}}{SUFFIX}"
