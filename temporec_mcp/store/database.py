"""The store: everything that one home remembers, in one DuckDB file."""

from pathlib import Path

from temporec_mcp.store.duck import Database
from temporec_mcp.store.erasure import finish_erasure
from temporec_mcp.store.events import EventStore
from temporec_mcp.store.items import ItemStore
from temporec_mcp.store.jobs import JobStore
from temporec_mcp.store.migrate import available, migrate
from temporec_mcp.store.models import ModelStore
from temporec_mcp.store.recommendations import RecommendationStore
from temporec_mcp.store.users import UserStore
from temporec_mcp.store.vectors import VectorStore

_PRIVATE_FOLDER = 0o700


class Store:
    """An open home, for any number of threads.

    Readers never wait, writers take turns, and a change is on disk when its call returns.
    """

    def __init__(self, database: Database) -> None:
        """Wrap the open and migrated `database`."""
        self._database = database
        self.items = ItemStore(database)
        self.events = EventStore(database, self.items)
        self.vectors = VectorStore(database)
        self.models = ModelStore(database)
        self.recommendations = RecommendationStore(database)
        self.jobs = JobStore(database)
        self.users = UserStore(database)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open the database file at `path`, or make it together with its folder; bring its schema up to date.

        The file is readable by its owner only, and so is the folder when it is made here.

        Raises:
            StoreBusyError: another process has it open.
            StoreDamagedError: it cannot be opened, or its schema is not one that this version knows.
        """
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        database = Database(path)
        try:
            migrate(database, available())
            finish_erasure(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Finish what is being written and close the file."""
        self._database.close()
