"""The marks: a file beside the database that tells what was acknowledged, a line a commit.

Each line is a check sum and a JSON object. The last line says what the database must hold at least; the lines before
it say when each commit was. A line that only a death could leave (the last, without its end) never counted.
"""

import errno
import json
import os
import threading
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from temporec_mcp.store.files import PRIVATE_FILE, write_whole
from temporec_mcp.store.high_water import HighWater

LONGEST_BYTES = 1_000_000
"""At this length the file starts afresh with its last line."""

Kind = Literal["open", "commit", "clean"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What the database held when a commit was acknowledged."""

    kind: Kind
    """open: a process began to work; clean: it let go of a file that was whole."""
    at: str
    commit_no: int
    event_seq: int
    event_count: int
    digest: str


@dataclass(frozen=True, slots=True)
class MarksRead:
    """The marks found beside a database."""

    marks: tuple[Mark, ...]
    is_damaged: bool
    """A line is not as it was written, so what was acknowledged is not known for certain."""

    @property
    def last(self) -> Mark | None:
        """The newest mark, None before any."""
        return self.marks[-1] if self.marks else None

    @property
    def is_clean(self) -> bool:
        """Whoever had the database last has closed it."""
        return not self.is_damaged and (self.last is None or self.last.kind == "clean")


_MARK = TypeAdapter(Mark)


def marks_path(database: Path) -> Path:
    """Give where the marks of a database are."""
    return database.with_name(f"{database.name}.marks")


def read_marks(database: Path) -> MarksRead:
    """Read the marks beside a database."""
    try:
        content = marks_path(database).read_bytes()
    except FileNotFoundError:
        return MarksRead((), False)
    *lines, _ = content.split(b"\n")
    marks = [_read_line(line) for line in lines]
    return MarksRead(tuple(mark for mark in marks if mark is not None), None in marks or not lines)


class MarkFile:
    """Appends marks; any thread may wait for its own to be on the disk, and one wait serves all that came before."""

    def __init__(self, database: Path) -> None:
        """Take the path; the file is opened by `restart`."""
        self._path = marks_path(database)
        self._pending: list[Mark] = []
        self._pending_lock = threading.Lock()
        self._writing = threading.Lock()
        self._confirmed = -1
        self._descriptor = -1
        self._size = 0

    def restart(self, kind: Kind, numbers: HighWater) -> None:
        """Let the file begin anew with one mark of what the database holds."""
        with self._writing:
            with self._pending_lock:
                self._pending.clear()
            self._begin(mark_of(kind, numbers))

    def note(self, numbers: HighWater) -> None:
        """Remember a commit; in the order of commits."""
        with self._pending_lock:
            self._pending.append(mark_of("commit", numbers))

    def confirm(self, commit_no: int) -> None:
        """Return when the mark of this commit is on the disk.

        Raises:
            OSError: it could not be written; the mark is tried again with the next one.
        """
        with self._writing:
            if self._confirmed >= commit_no:
                return
            with self._pending_lock:
                marks = list(self._pending)
            self._append(marks)
            with self._pending_lock:
                del self._pending[: len(marks)]

    def close(self) -> None:
        """Close the file."""
        with self._writing:
            self._let_go()

    def _append(self, marks: Sequence[Mark]) -> None:
        if self._size > LONGEST_BYTES:
            self._begin(marks[-1])
            return
        lines = b"".join(_line(mark) for mark in marks)
        try:
            if os.write(self._descriptor, lines) < len(lines):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(lines)
        self._confirmed = marks[-1].commit_no

    def _begin(self, mark: Mark) -> None:
        self._let_go()
        write_whole(self._path, _line(mark))
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND, PRIVATE_FILE)
        self._size = self._path.stat().st_size
        self._confirmed = mark.commit_no

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def mark_of(kind: Kind, numbers: HighWater) -> Mark:
    """Give the mark of what the database holds now."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Mark(kind, at, numbers.commit_no, numbers.event_seq, numbers.event_count, f"{numbers.digest:032x}")


def _line(mark: Mark) -> bytes:
    body = json.dumps(asdict(mark)).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _read_line(line: bytes) -> Mark | None:
    check_sum, _, body = line.partition(b" ")
    if check_sum != b"%08x" % zlib.crc32(body):
        return None
    try:
        return _MARK.validate_json(body)
    except ValidationError:
        return None
