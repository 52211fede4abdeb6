"""The safety copies that lie in a home: where they are, and how they are destroyed with what a person takes away."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from temporec_mcp.store.connecting import HARDENED
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.files import DAMAGED, HALF, HALF_FILE, REPLACED, UNCLEAN, log_of

SUFFIX = ".duckdb"


def backup_folder(path: Path) -> Path:
    """Give the folder of the copies that are made by themselves, or without a path, of the database at `path`."""
    return path.parent / "backups"


def backups_of(path: Path) -> list[Path]:
    """Give the copies that were made by themselves, or without a path, of the database at `path`; newest first."""
    return sorted(backup_folder(path).glob(f"*{SUFFIX}"), reverse=True)


def destroy_copies_of(path: Path, user_ids: Sequence[str]) -> int:
    """Destroy every copy in the home that has the user by one of the ids, or that cannot be read; give how many."""
    removed = 0
    for copy in _copies(path):
        if any(_may_have(copy, user_id) for user_id in user_ids):
            copy.unlink()
            removed += 1
    for folder in _kept_folders(path):
        if not any(folder.glob(f"*{SUFFIX}")):
            shutil.rmtree(folder, ignore_errors=True)
    _drop_unfinished(path)
    return removed


def destroy_copies(path: Path) -> None:
    """Destroy every copy in the home of the database at `path`."""
    for copy in backups_of(path):
        copy.unlink()
    for folder in _kept_folders(path):
        shutil.rmtree(folder, ignore_errors=True)
    _drop_unfinished(path)


def _drop_unfinished(path: Path) -> None:
    """Remove the copies that a death has left half made."""
    shutil.rmtree(path.with_name(f"{path.name}{UNCLEAN}{HALF}"), ignore_errors=True)
    for half in (*path.parent.glob(f"*{HALF_FILE}"), *backup_folder(path).glob(f"*{HALF_FILE}")):
        half.unlink(missing_ok=True)


def _copies(path: Path) -> Iterator[Path]:
    yield from backups_of(path)
    for folder in _kept_folders(path):
        yield from sorted(folder.glob(f"*{SUFFIX}"))


def _kept_folders(path: Path) -> list[Path]:
    folders = [*path.parent.glob(f"{DAMAGED}*"), *path.parent.glob(f"{REPLACED}*"), *path.parent.glob(f"*{UNCLEAN}*")]
    return sorted(folder for folder in folders if folder.is_dir())


def _may_have(copy: Path, user_id: str) -> bool:
    """A log beside a copy holds changes that only a writer could read, so such a copy may have anybody."""
    if log_of(copy).exists():
        return True
    try:
        with duckdb.connect(copy, read_only=True, config=HARDENED) as connection:
            return Cursor(connection).rows("users/has_traces", bool, user_id=user_id)[0]
    except duckdb.Error:
        return True
