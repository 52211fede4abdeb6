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
        """In the order they came; each stays until it is committed."""
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
        if not self._waiting:
            return
        with self._database.cursor() as cursor, self._database.turn():
            with self._lock:
                records = tuple(self._waiting)
            if records:
                with self._database.unconfirmed(cursor, is_content=False):
                    self._write(cursor, records)
                # Still the writer's turn, so nobody has taken one away or written it twice; new ones came behind them.
                with self._lock:
                    del self._waiting[: len(records)]
        self._database.confirm()

    def drop(self, is_dropped: Callable[[Record], bool]) -> None:
        """Forget what waits and is `is_dropped`; inside the writer's turn nothing of it can be half written."""
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

    def _run(self) -> None:
        while self._is_wanted.wait() and not self._is_closed.is_set():
            self._is_wanted.clear()
            self._is_closed.wait(PAUSE_SECONDS)
            try:
                self.flush()
            except (TemporecError, duckdb.Error):
                self._is_wanted.set()
                self._is_closed.wait(RETRY_SECONDS)
