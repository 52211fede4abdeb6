"""How the file is opened: shut off from everything else, with little memory, and written anew without its traces."""

import os
from pathlib import Path

import duckdb

from temporec_mcp.store.faults import opening_fault, writing_fault
from temporec_mcp.store.files import PRIVATE_FILE, drop_spilled, log_of, spilled

_Config = dict[str, str | bool | int | float | list[str]]

_WITHOUT_EXTENSIONS: _Config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
HARDENED: _Config = {**_WITHOUT_EXTENSIONS, "enable_external_access": False, "lock_configuration": True}
MEMORY_BYTES = 192 * 1024**2
"""What the database takes at most, beside as much as the file is long: staged imports, sorts and joins go to the disk
beyond it, into a folder beside the file, and every thread needs a part of it."""
THREADS = 2


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open or create the database at `path`, shut off from other files, the network and extensions.

    Raises:
        StoreBusyError: another process has it open.
        StoreDamagedError: it cannot be opened.
    """
    try:
        connection = duckdb.connect(path, config={**HARDENED, **_frugal(path)})
    except duckdb.Error as error:
        raise opening_fault(path, error) from error
    path.chmod(PRIVATE_FILE)
    return connection


def _frugal(path: Path) -> _Config:
    """Give the limits of whoever works on the database at `path`."""
    length = path.stat().st_size if path.exists() else 0
    return {
        "memory_limit": f"{MEMORY_BYTES + length}B",
        "threads": min(THREADS, os.cpu_count() or 1),
        "temp_directory": str(spilled(path)),
    }


def replace_by_clean_copy(path: Path) -> None:
    """Write the closed database at `path` anew with what is in it, and leave nothing that it had spilled.

    Raises:
        StoreDamagedError: the new file could not be written; the old one is as it was.
    """
    clean = path.with_name(f"{path.name}.clean")
    for left_by_a_death in (clean, log_of(clean)):
        left_by_a_death.unlink(missing_ok=True)
    try:
        with duckdb.connect(":memory:", config={**_WITHOUT_EXTENSIONS, **_frugal(path)}) as connection:
            connection.execute(f"ATTACH {_quoted(path)} AS held (READ_ONLY)")
            connection.execute(f"ATTACH {_quoted(clean)} AS clean")
            connection.execute("COPY FROM DATABASE held TO clean")
        clean.replace(path)
    except duckdb.Error as error:
        raise writing_fault(path, error) from error
    finally:
        clean.unlink(missing_ok=True)
    drop_spilled(path)


def _quoted(path: Path) -> str:
    """ATTACH takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"
