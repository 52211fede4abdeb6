"""The state of a home, in numbers."""

from temporec_mcp import __version__
from temporec_mcp.app.home import Home
from temporec_mcp.domain.requests import StatusReport
from temporec_mcp.domain.training import ENDED


def status(home: Home) -> StatusReport:
    """Give the state of this home."""
    store = home.store
    counts = store.events.counts()
    active, latest = store.models.active(), store.jobs.latest()
    return StatusReport(
        home=home.settings.home,
        version=__version__,
        event_count=counts["events"],
        user_count=counts["users"],
        item_count=counts["items"],
        active_model_id=None if active is None else active.model_id,
        model_count=len(store.models.all()),
        running_job_id=None if latest is None or latest.status in ENDED else latest.job_id,
        encoder=home.settings.encoder,
        device=home.settings.device,
        is_private=store.protection.get().epsilon is not None,
    )
