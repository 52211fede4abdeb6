"""Opening a home: one process at a time, copies after an unclean stop, and a check against the marks."""

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.duck import Database
from temporec_mcp.store.erasure import finish_erasure, keep_copies
from temporec_mcp.store.faults import RESTORE, busy
from temporec_mcp.store.files import (
    DAMAGED,
    HALF,
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    UNCLEAN,
    copy_whole,
    drop_spilled,
    log_of,
)
from temporec_mcp.store.high_water import HighWater
from temporec_mcp.store.marks import Mark, MarksRead, marks_path, read_marks
from temporec_mcp.store.migrate import available, migrate
from temporec_mcp.store.protection import protect_as_kept


def take_lock(path: Path) -> FileLock:
    """Take the right to have the database at `path`; it ends with the process at the latest.

    Raises:
        StoreBusyError: another process has it.
    """
    # Whoever closes a home may do so from another thread than the one that opened it.
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=0, mode=PRIVATE_FILE, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        Database(path).close()  # tells who has it
        raise busy(path) from None
    return lock


def open_database(path: Path) -> Database:
    """Open the database, whose lock the caller has, bring its schema up to date and hold it against its marks.

    Raises:
        StoreBusyError: another program has it open.
        StoreDamagedError: it cannot be opened, or lacks what was acknowledged; the latter is told once, and the
            next opening goes on with what is there.
    """
    drop_spilled(path)
    found = read_marks(path)
    is_clean = found.is_clean and not log_of(path).exists()
    copies = None if is_clean or not path.exists() else _keep_copies(path)
    database = _connected(path, found, copies)
    try:
        migrate(database, available())
        protect_as_kept(database)
        numbers = _checked(database, found, copies, is_clean)
        database.start_marks(numbers)
        finish_erasure(database)
    except BaseException:
        database.close()
        raise
    if copies is not None:
        shutil.rmtree(copies, ignore_errors=True)
    return database


def _keep_copies(path: Path) -> Path | None:
    """Copy file, log and marks before DuckDB touches them; those of an opening that never ended stay as they are.

    Gives None where there is no room for copies: that is no reason to refuse what may be whole.
    """
    folder = path.with_name(f"{path.name}{UNCLEAN}")
    if folder.exists():
        return folder
    half = path.with_name(f"{path.name}{UNCLEAN}{HALF}")
    shutil.rmtree(half, ignore_errors=True)
    try:
        half.mkdir(mode=PRIVATE_FOLDER)
        for source in (path, log_of(path), marks_path(path)):
            if source.exists():
                copy_whole(source, half / source.name)
        half.replace(folder)
    except OSError:
        shutil.rmtree(half, ignore_errors=True)
        return None
    return folder


def _connected(path: Path, found: MarksRead, copies: Path | None) -> Database:
    try:
        return Database(path)
    except StoreDamagedError as fault:
        when = f" It was last written at {found.last.at}." if found.last else ""
        raise StoreDamagedError(f"{fault.what}{when}{_kept(copies)}", fault.next_step) from fault


def _checked(database: Database, found: MarksRead, copies: Path | None, is_clean: bool) -> HighWater:
    """Give the numbers of the database when it has everything that its marks tell."""
    with database.reading() as cursor:
        numbers = HighWater.read(cursor)
        held = numbers if is_clean else numbers.recounted(cursor)
    lack = _lack(numbers, held, found)
    if lack is None:
        return numbers
    with database.writing() as cursor:
        held.write(cursor)
        keep_copies(cursor)
    database.start_marks(held)
    raise StoreDamagedError(
        f"The database {database.path} does not hold all that was acknowledged: {lack}.{_kept(_put_aside(copies))}",
        f"{RESTORE}, or call again to go on with what is there.",
    )


def _lack(numbers: HighWater, held: HighWater, found: MarksRead) -> str | None:
    """Tell what is missing and since when, or None."""
    if held != numbers:
        return f"it should have {numbers.event_count:,} events and has {held.event_count:,} that differ in part"
    last = found.last
    if last is None or numbers.commit_no > last.commit_no:
        return None
    if numbers.commit_no < last.commit_no:
        return _missing_commits(numbers, found.marks)
    if (numbers.event_count, f"{numbers.digest:032x}") != (last.event_count, last.digest):
        return f"it has other events than at {last.at}"
    return None


def _missing_commits(numbers: HighWater, marks: tuple[Mark, ...]) -> str:
    missing = [mark for mark in marks if mark.commit_no > numbers.commit_no]
    first, last = missing[0], missing[-1]
    event_count = max(0, last.event_seq - numbers.event_seq)
    return (
        f"{last.commit_no - numbers.commit_no} changes with {event_count:,} new events, "
        f"from {first.at} to {last.at}, are missing"
    )


def _put_aside(copies: Path | None) -> Path | None:
    """Keep the copies for good, under a name that tells when."""
    if copies is None:
        return None
    now = datetime.now(UTC)
    kept = copies.with_name(f"{DAMAGED}{now:%Y%m%dT%H%M%S}-{os.getpid()}")
    with suppress(OSError):
        copies.replace(kept)
        return kept
    return copies


def _kept(copies: Path | None) -> str:
    return "" if copies is None else f" The files as they were found are kept in {copies}."
