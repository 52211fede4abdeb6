"""DuckDB's faults as those that a caller can mend."""

import re
from pathlib import Path

import duckdb

from temporec_mcp.errors import StoreBusyError, StoreDamagedError

_FILE_FAULTS = (
    duckdb.FatalException,
    duckdb.IOException,
    duckdb.InternalException,
    duckdb.SerializationException,
)
RESTORE = "Run `temporec-mcp restore` to put the newest safety copy in its place"
_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")


def is_file_fault(error: BaseException) -> bool:
    """Tell whether the file, not the caller, is at fault; a damaged block has no class of its own."""
    return isinstance(error, _FILE_FAULTS) or type(error) is duckdb.Error


def opening_fault(path: Path, error: duckdb.Error) -> StoreBusyError | StoreDamagedError:
    """Give the fault of a database that does not open: in use elsewhere, or damaged."""
    holder = _HOLDER.search(str(error))
    if holder:
        return StoreBusyError(
            f"The database {path} is open in another process ({holder['program']}, pid {holder['pid']}), "
            "and one process at a time may have it.",
            f"End process {holder['pid']} (close the program that uses this home), or choose another --home.",
        )
    if "Could not set lock" in str(error):
        return busy(path)
    return StoreDamagedError(
        f"The database {path} cannot be opened: {first_line(error)}.",
        f"{RESTORE}, or move the file away to start with an empty one.",
    )


def busy(path: Path) -> StoreBusyError:
    """Give the fault of a database that somebody unknown has open."""
    return StoreBusyError(
        f"The database {path} is open in another process, and one process at a time may have it.",
        "Close the program that uses this home, or choose another --home.",
    )


def too_large(path: Path) -> StoreBusyError:
    """Give the fault of a piece of work that does not fit into the memory for it, beside what runs at the time."""
    return StoreBusyError(
        f"This needs more memory than the database {path} may take beside what else it does now. Nothing was changed.",
        "Send it in smaller parts, or again when nothing else runs.",
    )


def writing_fault(path: Path, error: duckdb.Error | OSError) -> StoreDamagedError:
    """Give the fault of a change that could not be written."""
    return StoreDamagedError(
        f"The database {path} could not be written: {first_line(error)}. Nothing of this change was confirmed.",
        "Make room on the disk and send it again.",
    )


def reading_fault(path: Path, error: duckdb.Error) -> StoreDamagedError:
    """Give the fault of a part of the file that cannot be read."""
    return StoreDamagedError(f"The database {path} could not be read: {first_line(error)}.", f"{RESTORE}.")


def fallen_back(path: Path) -> StoreDamagedError:
    """Give the fault of a database that lacks what it had a moment ago."""
    return StoreDamagedError(
        f"The database {path} was read again after a fault and lacks what had been acknowledged.",
        "Run `temporec-mcp stop`, then call again to hear what is missing.",
    )


def first_line(error: Exception) -> str:
    """Give the first line of an error's text, without the stop at its end."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
