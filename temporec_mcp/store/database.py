"""The store: everything that one home remembers, in one DuckDB file."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from temporec_mcp.errors import StoreDamagedError
from temporec_mcp.store.backups import back_up, back_up_closed
from temporec_mcp.store.corrections import CorrectionStore
from temporec_mcp.store.duck import Database
from temporec_mcp.store.erasure import finish_erasure, is_erasure_due
from temporec_mcp.store.events import EventStore
from temporec_mcp.store.files import OTHERS_NOTHING, PRIVATE_FOLDER
from temporec_mcp.store.items import ItemStore
from temporec_mcp.store.jobs import JobStore
from temporec_mcp.store.models import ModelStore
from temporec_mcp.store.opening import open_database, take_lock
from temporec_mcp.store.protection import ProtectionStore
from temporec_mcp.store.recommendations import RecommendationStore
from temporec_mcp.store.seen import SeenStore
from temporec_mcp.store.users import UserStore
from temporec_mcp.store.vectors import VectorStore


class Store:
    """An open home, for any number of threads.

    Readers never wait, writers take turns or share a commit, and a change is on disk when its call returns; only the
    record of an answer is written a moment later.
    """

    def __init__(self, database: Database, lock: FileLock) -> None:
        """Wrap the open and checked `database` and the `lock` that keeps others away from it."""
        self._database = database
        self._lock = lock
        self.items = ItemStore(database)
        self.events = EventStore(database, self.items)
        self.vectors = VectorStore(database)
        self.models = ModelStore(database)
        self.recommendations = RecommendationStore(database)
        self.jobs = JobStore(database)
        self.users = UserStore(database, self.recommendations)
        self.seen = SeenStore(database)
        self.corrections = CorrectionStore(database)
        self.protection = ProtectionStore(database)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open the database file at `path`, or make it together with its folder; bring its schema up to date.

        The file is readable by its owner only, and so is the folder when it is made here, and whatever else this
        process writes from now on.

        Raises:
            StoreBusyError: another process has it open.
            StoreDamagedError: it cannot be opened, its schema is not one that this version knows, or something
                that was acknowledged is missing (told once; the next opening goes on with what is there).
        """
        os.umask(OTHERS_NOTHING)  # DuckDB makes its log and its temporary files itself
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        lock = take_lock(path)
        try:
            return cls(open_database(path), lock)
        except BaseException:
            lock.release()
            raise

    @property
    def content_version(self) -> int:
        """A number of this process that moves with every change but the records of answers."""
        return self._database.content_version

    @property
    def rest_version(self) -> int:
        """A number of this process that moves as `content_version` does, but not with events that are only logged."""
        return self._database.rest_version

    def back_up(self, target: Path | None, now: datetime) -> Path:
        """Copy everything, as it is now, to `target` (a file, or a folder), by default among the backups of the home.

        Raises:
            InvalidInputError: the target is there already, or cannot be written.
            StoreBusyError: the store was in use without a pause.
        """
        self.recommendations.flush()
        return back_up(self._database, target, now)

    def close(self) -> None:
        """Finish what is being written and close the file; once a day, keep a safety copy of it. Again does nothing."""
        if not self._lock.is_locked:
            return
        try:
            with suppress(StoreDamagedError):  # a full disk: what was shown last cannot be explained later
                self.recommendations.close()
            with suppress(StoreDamagedError):  # then the next opening does it
                finish_erasure(self._database)
            is_worth_a_copy = self._is_worth_a_copy()
            self._database.close()
            if is_worth_a_copy:
                with suppress(OSError):  # a full disk is no reason not to close
                    back_up_closed(self._database.path, datetime.now(UTC))
        finally:
            self._lock.release()

    def _is_worth_a_copy(self) -> bool:
        """Nothing, a damaged file, and what may have traces of a forgotten user are not."""
        try:
            return self._database.numbers.event_count > 0 and not is_erasure_due(self._database)
        except StoreDamagedError:
            return False
