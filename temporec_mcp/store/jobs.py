"""Training jobs, kept so that they can be asked for after a restart."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from temporec_mcp.domain.training import JobStatus, TrainingRun
from temporec_mcp.errors import NotFoundError
from temporec_mcp.store.documents import from_json, to_json
from temporec_mcp.store.duck import Database


class _Row(NamedTuple):
    run: str
    status: JobStatus

    def training_run(self) -> TrainingRun:
        return replace(from_json(TrainingRun, self.run), status=self.status)


class JobStore:
    """Keeps the newest state of every job."""

    def __init__(self, database: Database) -> None:
        """Work on the open `database`."""
        self._database = database

    def save(self, run: TrainingRun, now: datetime) -> None:
        """Keep `run` in place of what was known of its job."""
        with self._database.writing() as cursor:
            cursor.run(
                "jobs/save",
                job_id=run.job_id,
                created_at=run.created_at,
                updated_at=now,
                status=run.status,
                run=to_json(run),
            )

    def get(self, job_id: str) -> TrainingRun:
        """Give one job.

        Raises:
            NotFoundError: there is no such job.
        """
        with self._database.reading() as cursor:
            rows = cursor.rows("jobs/get", _Row, job_id=job_id)
        if not rows:
            raise NotFoundError(
                f"There is no training job {job_id!r}.", "Leave the job out to ask for the latest, or start a training."
            )
        return rows[0].training_run()

    def latest(self) -> TrainingRun | None:
        """Give the job that was asked for last, or None before any."""
        with self._database.reading() as cursor:
            rows = cursor.rows("jobs/latest", _Row)
        return rows[0].training_run() if rows else None

    def interrupt_unfinished(self) -> int:
        """Mark the jobs that never ended as interrupted, for the start after a death; give how many."""
        with self._database.writing() as cursor:
            return cursor.run("jobs/interrupt_unfinished")
