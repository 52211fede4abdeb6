"""Training jobs: one at a time, in a child process, with progress, cancel and a place in the store."""

import shutil
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from temporec_mcp.app.jobs import Job, job_id_of, queued
from temporec_mcp.app.orders import Orders
from temporec_mcp.app.spending import Ledger
from temporec_mcp.domain.training import ENDED, ModelRecord, TrainingRun, TrainRequest
from temporec_mcp.errors import NotFoundError, TemporecError
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.encode import EncodingCancelledError
from temporec_mcp.pipeline.worker import TrainingCancelledError, run_worker
from temporec_mcp.pipeline.workfolder import TrainedFolder, write_order
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store

ENCODING_SHARE = 0.3
"""Part of the progress for reading texts; the child has the rest."""
KEPT_MODELS = 5
"""Newest models whose files are kept, beside the active one."""
PURGE_SECONDS = 15.0
"""How long an erasure waits for a killed training to leave its work folder."""
POLL_SECONDS = 0.2
"""How often a waiting caller looks whether it should stop waiting."""


class Trainer:
    """Starts, watches and stops training jobs."""

    def __init__(self, store: Store, orders: Orders, settings: Settings, clock: Callable[[], datetime]) -> None:
        """Remember what a training needs; nothing runs yet."""
        self._store = store
        self._orders = orders
        self._settings = settings
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._starting = threading.Lock()
        self._keeping = threading.Lock()
        self.erasures = 0
        """Moves with every erasure: whoever has read events before works with what must be gone."""
        self._is_closing = False
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="training")

    def start(self, request: TrainRequest, delivery: str | None = None) -> TrainingRun:
        """Put a job into the line and come back at once; the job of a `delivery` that came before is given instead.

        A job that was interrupted runs again when its delivery comes again.

        Raises:
            TrainingError: there is nothing to learn from.
        """
        self._orders.require_events()
        with self._starting:
            job_id = job_id_of(delivery)
            run = None if delivery is None else self._found(job_id)
            return run if run and run.status != "interrupted" else self._enter(request, job_id)

    def has_work(self) -> bool:
        """Tell whether a job of this process has not ended."""
        return any(job.run.status not in ENDED for job in tuple(self._jobs.values()))

    @contextmanager
    def erasing(self) -> Generator[None]:
        """Keep no model during the block, which erases events; jobs that have read them begin anew after it.

        When this is over, nothing of what they had read lies in a work folder.
        """
        with self._keeping:
            yield
            self.erasures += 1
        for job in tuple(self._jobs.values()):
            with job.changed:
                job.changed.wait_for(lambda job=job: not (job.holds_events and self._is_outdated(job)), PURGE_SECONDS)

    def _found(self, job_id: str) -> TrainingRun | None:
        try:
            return self._known(job_id)
        except NotFoundError:
            return None

    def _enter(self, request: TrainRequest, job_id: str) -> TrainingRun:
        job = Job(queued(request, job_id, self._clock()))
        self._jobs[job.run.job_id] = job
        self._store.jobs.save(job.run, self._clock())
        job.turn = self._line.submit(self._work, job)
        job.turn.add_done_callback(lambda turn: self._settle(job, turn))
        return job.run

    def wait(
        self, job_id: str | None, wait_seconds: float, progress: Progress, is_cancelled: Callable[[], bool]
    ) -> TrainingRun:
        """Give the job (None: the latest) as soon as it has ended, or after `wait_seconds`.

        Raises:
            NotFoundError: there is no such job.
        """
        run = self._known(job_id)
        job = self._jobs.get(run.job_id)
        if job is None:
            return run
        deadline = time.monotonic() + wait_seconds
        while job.run.status not in ENDED and time.monotonic() < deadline and not is_cancelled():
            with job.changed:
                job.changed.wait(POLL_SECONDS)
            progress(job.run.progress, job.run.phase)
        return job.run

    def cancel(self, job_id: str) -> TrainingRun:
        """Stop the job if it has not ended; its child process is gone when this comes back.

        Raises:
            NotFoundError: there is no such job.
        """
        run = self._known(job_id)
        job = self._jobs.get(run.job_id)
        if job is None or job.turn is None:
            return run
        job.is_cancelled.set()
        job.turn.cancel()
        with job.changed:
            job.changed.wait_for(lambda: job.run.status in ENDED)
        return job.run

    def close(self) -> None:
        """Stop every job of this process; those that have not ended are kept as interrupted."""
        self._is_closing = True
        for job in self._jobs.values():
            job.is_cancelled.set()
        self._line.shutdown(wait=True)

    def _known(self, job_id: str | None) -> TrainingRun:
        if job_id is not None:
            return self._jobs[job_id].run if job_id in self._jobs else self._store.jobs.get(job_id)
        latest = self._store.jobs.latest()
        if latest is None:
            raise NotFoundError("No training was started yet.", "Start one with train_model.")
        return self._known(latest.job_id) if latest.job_id in self._jobs else latest

    def _work(self, job: Job) -> None:
        while not self._try(job):
            pass  # somebody was erased: it begins anew with what is left

    def _try(self, job: Job) -> bool:
        """Train to an end; False when that was in vain because what it had read was erased meanwhile."""
        folder = self._settings.work / job.run.job_id
        job.erasures = self.erasures
        job.hold(True)
        try:
            self._train(job, folder)
        except (TrainingCancelledError, EncodingCancelledError):
            if self._is_outdated(job) and not job.is_cancelled.is_set():
                return False
            self._end(job, self._stopped(job))
        except TemporecError as fault:
            self._end(job, replace(job.run, status="failed", phase="failed", error=str(fault)))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            job.hold(False)
        return True

    def _is_outdated(self, job: Job) -> bool:
        return job.erasures != self.erasures

    def _must_stop(self, job: Job) -> bool:
        return job.is_cancelled.is_set() or self._is_outdated(job)

    def _settle(self, job: Job, turn: "Future[None]") -> None:
        """End a job that was cancelled in the line, or that broke on a fault of ours."""
        if turn.cancelled():
            self._end(job, self._stopped(job))
        elif turn.exception() is not None:
            fault = type(turn.exception()).__name__
            error = f"The training broke off on an internal fault ({fault}). Start it again; if it stays, run doctor."
            self._end(job, replace(job.run, status="failed", phase="failed", error=error))

    def _stopped(self, job: Job) -> TrainingRun:
        """Tell a job that somebody wanted to end from one whose process ends."""
        status = "interrupted" if self._is_closing else "cancelled"
        return replace(job.run, status=status, phase=status)

    def _train(self, job: Job, folder: Path) -> None:
        def encoding(done: float, phase: str) -> None:
            self._advance(job, ENCODING_SHARE * done, phase)

        def learning(done: float, phase: str) -> None:
            self._advance(job, ENCODING_SHARE + (1 - ENCODING_SHARE) * done, phase)

        encoding(0.0, "reading events")
        read_at = self._clock()
        write_order(folder, self._orders.order(job.run.request, encoding, lambda: self._must_stop(job)))
        trained = run_worker(folder, learning, lambda: self._must_stop(job), self._settings.threads)
        with self._keeping:
            if self._is_outdated(job):
                raise TrainingCancelledError("What it learnt from was erased.", "It begins anew by itself.")
            record = self._keep(trained, read_at)
        self._prune()
        self._end(
            job,
            replace(
                job.run,
                request=record.request,
                status="completed",
                progress=1.0,
                phase="done",
                model_id=record.model_id,
                is_activated=record.is_active,
                metrics=record.metrics,
                baselines=record.baselines,
                data=record.data,
                quality=record.quality,
                curve=record.curve,
                privacy=record.privacy,
            ),
        )

    def _keep(self, trained: TrainedFolder, read_at: datetime) -> ModelRecord:
        """Move the checkpoint to its place, register it, and let it serve unless it is worse than what serves.

        What a promise costs is written down first, so that no death hides it.
        """
        card, now = trained.card, self._clock()
        privacy = Ledger(self._settings.spent_record).spend(card.privacy, now) if card.privacy else None
        model_id = f"model-{now:%Y%m%d}-{uuid4().hex[:6]}"
        self._settings.models.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(trained.checkpoint, self._settings.models / model_id)
        record = ModelRecord(
            model_id=model_id,
            created_at=now,
            request=card.request,
            encoder=card.encoder,
            metrics=card.metrics,
            baselines=card.baselines,
            data=card.data,
            trained_from=datetime.fromtimestamp(card.trained_from, UTC),
            trained_to=datetime.fromtimestamp(card.trained_to, UTC),
            last_seq=card.last_seq,
            is_active=False,
            quality=card.quality,
            curve=card.curve,
            read_at=read_at,
            privacy=privacy,
        )
        self._store.models.add(record)
        if trained.comparison is not None and trained.comparison.is_worse:
            return record
        self._store.models.activate(model_id)
        return replace(record, is_active=True)

    def _prune(self) -> None:
        """Remove the oldest models beyond those that are kept; answers of theirs can no longer be explained."""
        for record in self._store.models.all()[KEPT_MODELS:]:
            if not record.is_active:
                self._store.models.remove(record.model_id)
                shutil.rmtree(self._settings.models / record.model_id, ignore_errors=True)

    def _advance(self, job: Job, done: float, phase: str) -> None:
        job.update(replace(job.run, status="running", progress=min(done, 1.0), phase=phase))

    def _end(self, job: Job, run: TrainingRun) -> None:
        """Keep how the job ended before anybody is told."""
        self._store.jobs.save(run, self._clock())
        job.update(run)
