"""What dead processes leave in a home: work folders of jobs that never ended, and models that nobody registered."""

import os
import shutil
import time
from contextlib import suppress

from temporec_mcp.relay.place import LOG
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store

MEASURING = "evaluation-"
"""The work folder of an evaluation begins so."""
PATIENCE_SECONDS = 15.0
"""How long an erasure waits for evaluations, which it stops, to leave their work folders."""
LOOK_SECONDS = 0.05


def clear_work(settings: Settings) -> None:
    """Remove the work folders of former processes, which hold events; for a process that has no job yet."""
    shutil.rmtree(settings.work, ignore_errors=True)


def clear_unregistered(settings: Settings, store: Store) -> None:
    """Remove the files of models that are not in the register; while none is on its way into it."""
    if not settings.models.is_dir():
        return
    registered = {record.model_id for record in store.models.all()}
    for folder in settings.models.iterdir():
        if folder.name not in registered:
            shutil.rmtree(folder, ignore_errors=True)


def clear_output(settings: Settings) -> None:
    """Empty the file that an owner's own output goes to: what libraries print there is none of our words."""
    with suppress(FileNotFoundError):
        os.truncate(settings.home / LOG, 0)


def await_end_of_measuring(settings: Settings) -> None:
    """Return when the evaluations that are being stopped have left nothing of what they had read."""
    folders = list(settings.work.glob(f"{MEASURING}*"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(folder.exists() for folder in folders) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
