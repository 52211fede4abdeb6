from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.training import ENDED, TrainingRun, TrainRequest
from temporec_mcp.settings import Settings

START = datetime(2026, 1, 5, 20, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 12, 0, 0, 500, tzinfo=UTC)
GENRES = 5
VOLUMES = 12
USERS = 30
READ = 14


def no_progress(done: float, phase: str) -> None:
    """Ignore how far a call is."""


def never() -> bool:
    """Cancel nothing."""
    return False


def catalogue() -> list[Item]:
    """Give books whose ids mean nothing, so that little text needs to be read."""
    return [
        Item(f"{genre}-{volume}", categories=(f"genre {genre}",))
        for genre in range(GENRES)
        for volume in range(VOLUMES)
    ]


def histories() -> list[Event]:
    """Give users who read the volumes of one genre in order, each starting somewhere else."""
    return [
        Event(
            user_id=f"u{user}",
            item_id=f"{user % GENRES}-{(user + step) % VOLUMES}",
            action="read",
            time=START + timedelta(days=step, minutes=user),
        )
        for user in range(USERS)
        for step in range(READ - 4)
    ]


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Give an empty application whose clock stands still."""
    app = App(Settings(home=tmp_path_factory.mktemp("home")), lambda: NOW)
    yield app
    app.close()


@pytest.fixture
def filled(app: App) -> App:
    """Give an application that knows the catalogue and the histories."""
    app.log_behavior(histories(), catalogue())
    return app


def train(app: App, seed: int = 1) -> TrainingRun:
    """Train the quick preset to its end."""
    return ended(app, app.start_training(TrainRequest(preset="quick", seed=seed)))


def ended(app: App, run: TrainingRun) -> TrainingRun:
    """Wait for the end of a job."""
    while run.status not in ENDED:
        run = app.training_status(run.job_id, 10, no_progress, never)
    return run
