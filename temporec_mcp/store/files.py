"""Files that are private, on the disk for certain, and there whole or not at all."""

import os
import shutil
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
OTHERS_NOTHING = 0o077
HALF_FILE = ".half"
"""While a file is written, its name ends so."""
DAMAGED = "damaged-"
"""Folders in the home that begin so hold the files as they were found when something was missing."""
REPLACED = "replaced-"
"""Folders in the home that begin so hold what a restored copy has replaced."""
UNCLEAN = ".unclean"
"""The folder whose name ends so holds the files as they were before an opening that has not ended well yet."""
HALF = "-half"
"""While that folder is filled, its name ends so."""


def log_of(path: Path) -> Path:
    """Give where DuckDB writes ahead what is not in the file yet."""
    return path.with_name(f"{path.name}.wal")


def spilled(path: Path) -> Path:
    """Give the folder that DuckDB writes to what does not fit into its memory: parts of stages, sorts and joins."""
    return path.with_name(f"{path.name}.tmp")


def drop_spilled(path: Path) -> None:
    """Remove what a death has left in that folder; nobody may have the database open."""
    shutil.rmtree(spilled(path), ignore_errors=True)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that `target` is there whole or not at all, readable by its owner only, and on the disk."""
    half = target.with_name(f"{target.name}{HALF_FILE}")
    try:
        shutil.copyfile(source, half)
        half.chmod(PRIVATE_FILE)
        sync(half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    sync_folder(target.parent)


def write_whole(target: Path, content: bytes) -> None:
    """Put `content` in place of a file, which has the old or the new one after any death."""
    half = target.with_name(f"{target.name}{HALF_FILE}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(target)
    sync_folder(target.parent)


def sync(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
