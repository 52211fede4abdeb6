"""Reads a foreign file in a process of its own, with limits to what it may use; see `apart` for the other side.

The order comes as the first line of standard input, frames go to standard output. The process ends when its standard
input closes, so it never outlives its parent.
"""

import os
import sys
import threading
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import IO, cast

from temporec_mcp.errors import TemporecError
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.frames import Done, Failed, Opened, ReadLimits, batch_line, line_of, read_order
from temporec_mcp.importers.history import open_history
from temporec_mcp.importers.source import MAX_UNZIPPED_BYTES, unpacked_bytes

MEBIBYTE = 1024**2
OPEN_FILES = 256
ORPHANED_EXIT = 3
PIPE_BYTES = 1_024
SIGNALLED_SECONDS = 5
"""Between the signal that says why a process ends and its end without a word."""


def main(orders: IO[bytes], frames: IO[bytes]) -> int:
    """Read what the order asks for and give the exit code; what went wrong is told in a frame."""
    path, options, limits = read_order(orders.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        _limit_everything(limits)
        _limit_time(limits, unpacked_bytes(path))
        _read(path, options, frames)
    except TemporecError as fault:
        frames.write(line_of(Failed(what=fault.what, next_step=fault.next_step)))
    except MemoryError:
        frames.write(line_of(Failed(what=_too_large(limits), next_step="Split it, or export it as CSV.")))
    frames.flush()
    return 0


def _read(path: Path, options: ImportOptions, frames: IO[bytes]) -> None:
    history = open_history(path, options)
    _send(frames, line_of(Opened(format=history.format, questions=history.questions, notes=history.notes)))
    if not history.questions:
        for parsed in history.batches():
            _send(frames, batch_line(parsed))
    _send(frames, line_of(Done(questions=history.questions, notes=history.notes)))


def _send(frames: IO[bytes], line: bytes) -> None:
    frames.write(line)
    frames.flush()


def _too_large(limits: ReadLimits) -> str:
    return f"Reading the file needs more than {limits.memory_bytes / 1024**3:.1f} GiB of memory."


def _limit_everything(limits: ReadLimits) -> None:
    """Bound memory, the size of written files, open files and core dumps, where the system can."""
    _limit("RLIMIT_AS", limits.memory_bytes)
    _limit("RLIMIT_FSIZE", MAX_UNZIPPED_BYTES)
    _limit("RLIMIT_NOFILE", OPEN_FILES)
    _limit("RLIMIT_CORE", 0)


def _limit_time(limits: ReadLimits, byte_count: int) -> None:
    per_size = limits.processor_seconds_per_mebibyte * byte_count // MEBIBYTE
    _limit("RLIMIT_CPU", limits.processor_seconds + per_size, SIGNALLED_SECONDS)


def _limit(name: str, value: int, more: int = 0) -> None:
    """Set a limit, and one that nothing can lift `more` above it."""
    resource = _resource()
    if resource is None:
        return
    kind = cast("int", getattr(resource, name))
    try:
        resource.setrlimit(kind, (value, value + more))
    except (ValueError, OSError):
        return  # a lower limit holds already, or this system has none of this kind


def _resource() -> ModuleType | None:
    try:
        return import_module("resource")
    except ImportError:
        return None


def _die_with_parent() -> None:
    """End this process as soon as its standard input closes."""
    while os.read(0, PIPE_BYTES):
        pass
    os._exit(ORPHANED_EXIT)


if __name__ == "__main__":
    # Whatever a library prints goes elsewhere: standard output carries our frames only.
    own_input = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    own_output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.exit(main(own_input, own_output))
