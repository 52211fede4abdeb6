"""Small records that are written a moment later, several with one commit, in a thread of their own."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import duckdb

from temporec_mcp.errors import TemporecError
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.duck import Database

PAUSE_SECONDS = 0.5
"""How long records are gathered before they are written."""
RETRY_SECONDS = 5.0
"""Pause after a commit that failed, as on a full disk."""

Record = TypeVar("Record")


class WriteBehind(Generic[Record]):
    """Holds records until they are on disk; what waits is lost with a killed process, never at a clean end."""

    def __init__(self, database: Database, write: Callable[[Cursor, Sequence[Record]], None]) -> None:
        """Write with `write`, which is given the writer's cursor."""
        self._database = database
        self._write = write
        self._lock = threading.Lock()
        self._waiting: list[Record] = []
        self._on_the_way: list[Record] = []
        self._is_wanted = threading.Event()
        self._is_closed = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, record: Record) -> None:
        """Take a record; it is on disk after the next `flush`, at the latest a moment later."""
        with self._lock:
            self._waiting.append(record)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="write behind", daemon=True)
                self._thread.start()
        self._is_wanted.set()

    def flush(self) -> None:
        """Return when everything that was added before is on disk.

        Raises:
            StoreDamagedError: it could not be written; it goes on waiting.
        """
        if not self._waiting and not self._on_the_way:
            return
        with self._database.writing(is_content=False) as cursor:
            with self._lock:
                self._on_the_way, self._waiting = self._waiting, []
            try:
                self._write(cursor, self._on_the_way)
            except BaseException:
                self._put_back()
                raise
        self._on_the_way = []

    def drop(self, is_dropped: Callable[[Record], bool]) -> None:
        """Forget what waits and is `is_dropped`; inside the writer's turn nothing of it can be on its way."""
        with self._lock:
            self._waiting = [record for record in self._waiting if not is_dropped(record)]

    def close(self) -> None:
        """Write what waits, and end the thread.

        Raises:
            StoreDamagedError: it could not be written.
        """
        self._is_closed.set()
        self._is_wanted.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _put_back(self) -> None:
        with self._lock:
            self._waiting, self._on_the_way = [*self._on_the_way, *self._waiting], []

    def _run(self) -> None:
        while self._is_wanted.wait() and not self._is_closed.is_set():
            self._is_wanted.clear()
            self._is_closed.wait(PAUSE_SECONDS)
            try:
                self.flush()
            except (TemporecError, duckdb.Error):
                self._is_wanted.set()
                self._is_closed.wait(RETRY_SECONDS)
