"""A training job of this process: how it is, its place in the line, and what it has read."""

import hashlib
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from temporec_mcp.domain.training import TrainingRun, TrainRequest


@dataclass
class Job:
    """A job of this process."""

    run: TrainingRun
    is_cancelled: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)
    turn: "Future[None] | None" = None
    """Its place in the line."""
    erasures: int = 0
    """Erasures there had been when it read its events."""
    holds_events: bool = False
    """Its work folder may have what it has read."""

    def update(self, run: TrainingRun) -> None:
        """Let everybody who waits see how it is now."""
        with self.changed:
            self.run = run
            self.changed.notify_all()

    def hold(self, holds_events: bool) -> None:
        """Note whether its work folder may have what it has read."""
        with self.changed:
            self.holds_events = holds_events
            self.changed.notify_all()


def job_id_of(delivery: str | None) -> str:
    """Give a new id, or the one that a delivery always has."""
    key = uuid4().hex if delivery is None else hashlib.blake2b(delivery.encode(), digest_size=4).hexdigest()
    return f"job-{key[:8]}"


def queued(request: TrainRequest, job_id: str, now: datetime) -> TrainingRun:
    """Give a job as it enters the line."""
    return TrainingRun(
        job_id=job_id,
        status="queued",
        progress=0.0,
        phase="waiting for its turn",
        request=request,
        created_at=now,
    )
