"""Put a safety copy in place of a home's database, which nobody may have open."""

from datetime import datetime
from pathlib import Path

from temporec_mcp.settings import Settings
from temporec_mcp.store.backups import Restored, restore


def restore_home(settings: Settings, source: Path | None, now: datetime) -> Restored:
    """Put `source` (None: the newest backup of the home) back; what was there is kept beside it.

    Raises:
        NotFoundError: there is no such copy.
        StoreBusyError: a process has the database open.
        StoreDamagedError: the copy is no whole database.
    """
    return restore(settings.database, source, now)
