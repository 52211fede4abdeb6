"""The composition root and the use cases by name.

Nothing heavy is imported until a use case needs it: a server answers its first message before DuckDB is loaded.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, tzinfo
    from pathlib import Path
    from typing import Literal

    from temporec_mcp.app.home import Home
    from temporec_mcp.domain.carrying import Carried
    from temporec_mcp.domain.events import Event, Item
    from temporec_mcp.domain.model_view import ModelView
    from temporec_mcp.domain.ranking import Explanation, RankedItem, RankRequest, Recommendation
    from temporec_mcp.domain.requests import (
        EvaluationReport,
        ExplainRequest,
        ForgetPreview,
        ForgetReceipt,
        ImportReport,
        ImportRequest,
        LogOutcome,
        Protected,
        Protecting,
        RecentHistory,
        StatusReport,
    )
    from temporec_mcp.domain.seeing import (
        Edit,
        EditOutcome,
        EventPage,
        EventQuestion,
        Exported,
        SeenImport,
        SeenUser,
        UndoPreview,
        UndoReceipt,
    )
    from temporec_mcp.domain.timeline import SharedInterest, Timeline
    from temporec_mcp.domain.training import ModelRecord, Preset, Split, TrainingRun, TrainRequest
    from temporec_mcp.domain.what_if import WhatIf, WhatIfRequest
    from temporec_mcp.explain import Retold, Telling
    from temporec_mcp.settings import Settings

    Progress = Callable[[float, str], None]
    """Called with the part done (0 to 1) and the phase in words."""
    IsCancelled = Callable[[], bool]


class App:
    """The use cases over one home; any thread may call any of them at any time."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        """Remember the choices; the store opens at first use. `clock` gives the present moment, aware, in UTC."""
        self._settings = settings
        self._clock = clock
        self._opened: Home | None = None
        self._opening = threading.Lock()

    @property
    def _home(self) -> Home:
        with self._opening:
            if self._opened is None:
                from temporec_mcp.app.threads import limit_threads

                limit_threads(self._settings.threads)
                from temporec_mcp.app.home import open_home

                self._opened = open_home(self._settings, self._clock)
            return self._opened

    def close(self) -> None:
        """Stop a running training, let go of the store and of every child process."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def log_behavior(
        self, events: Sequence[Event], items: Sequence[Item], arrived_at: datetime | None = None
    ) -> LogOutcome:
        """Store events and items for good and count what became of them.

        `arrived_at` is no other call's and the same when this one is sent again, so its events are new both times.
        """
        from temporec_mcp.app.behavior import log_behavior

        return log_behavior(self._home, events, items, arrived_at)

    def user_zone(self, user_id: str) -> tzinfo:
        """Give the zone remembered for the user, else UTC."""
        from temporec_mcp.app.timelines import user_zone

        return user_zone(self._home, user_id)

    def import_history(self, request: ImportRequest, progress: Progress, is_cancelled: IsCancelled) -> ImportReport:
        """Read a history file, and keep its events unless it is a dry run or questions are open."""
        from temporec_mcp.app.importing import import_history

        return import_history(self._home, request, progress, is_cancelled)

    def timeline(self, user_id: str, since: datetime | None, until: datetime | None, timezone: str | None) -> Timeline:
        """Summarise the events of one user between two moments, both inclusive.

        Raises:
            NotFoundError: the user has no events there.
        """
        from temporec_mcp.app.timelines import TimelineQuestion, timeline

        return timeline(self._home, TimelineQuestion(user_id, since, until, timezone))

    def recent_history(self, user_id: str) -> RecentHistory:
        """Give the newest part of a user's history in words."""
        from temporec_mcp.app.timelines import recent_history

        return recent_history(self._home, user_id)

    def start_training(self, request: TrainRequest, delivery: str | None = None) -> TrainingRun:
        """Start a training job and come back at once; the same `delivery` never starts a second one.

        A job that a dead process left is started again when its delivery comes again.

        Raises:
            TrainingError: there is nothing to learn from.
        """
        return self._home.trainer.start(request, delivery)

    def has_work(self) -> bool:
        """Tell whether a training runs or waits for its turn; opens nothing."""
        return self._opened is not None and self._opened.trainer.has_work()

    def training_status(
        self, job_id: str | None, wait_seconds: float, progress: Progress, is_cancelled: IsCancelled
    ) -> TrainingRun:
        """Give the job (None: the latest) as soon as it has ended, or after `wait_seconds`."""
        return self._home.trainer.wait(job_id, wait_seconds, progress, is_cancelled)

    def cancel_training(self, job_id: str) -> TrainingRun:
        """Stop the job if it has not ended."""
        return self._home.trainer.cancel(job_id)

    def evaluate(
        self, split: Split, preset: Preset, seed: int, progress: Progress, is_cancelled: IsCancelled
    ) -> EvaluationReport:
        """Measure the recipe of a preset on held-out events, beside the baselines."""
        from temporec_mcp.app.evaluating import EvaluationQuestion, evaluate

        return evaluate(self._home, EvaluationQuestion(split, preset, seed), progress, is_cancelled)

    def recommend(self, request: RankRequest, progress: Progress) -> Recommendation:
        """Answer one request and keep a record of what was shown."""
        from temporec_mcp.app.recommending import recommend

        return recommend(self._home, request, progress)

    def recommend_all(
        self, k: int, at: datetime | Literal["last"] | None, progress: Progress
    ) -> Iterator[tuple[str, RankedItem]]:
        """Give a list for every user, line by line: the user's id and one place of that user's list."""
        from temporec_mcp.app.recommending_all import recommend_all

        return recommend_all(self._home, k, at, progress)

    def explain(self, request: ExplainRequest, progress: Progress) -> Explanation:
        """Give the verified facts of why an item has its place."""
        from temporec_mcp.app.explaining import explain_place

        return explain_place(self._home, request, progress)

    def retell(self, told: str, telling: Telling) -> Retold | None:
        """Let the home's language model word an explanation anew, as far as it claims the same.

        None where no language model was chosen.
        """
        return self._home.narrator.retell(told, telling)

    def what_if(self, request: WhatIfRequest, progress: Progress) -> WhatIf:
        """Give how a list would move with another past or at another moment; nothing is stored."""
        from temporec_mcp.app.what_if import what_if

        return what_if(self._home, request, progress)

    def list_events(self, question: EventQuestion) -> EventPage:
        """Give a page of a user's events, newest first.

        Raises:
            NotFoundError: there is no such answer of this user.
        """
        from temporec_mcp.app.correcting import list_events

        return list_events(self._home, question)

    def list_imports(self, user_id: str) -> Sequence[SeenImport]:
        """Give the imports that brought events of the user, newest first."""
        return self._home.store.seen.imports(user_id)

    def list_users(self, limit: int) -> Sequence[SeenUser]:
        """Give who has events, the most active first, for the owner of the home."""
        return self._home.store.seen.users(limit)

    def interests_of_all(self) -> Sequence[SharedInterest]:
        """Give what enough users of the home have in common."""
        from temporec_mcp.app.timelines import interests_of_all

        return interests_of_all(self._home)

    def edit_events(self, user_id: str, edits: Sequence[tuple[int, Edit]], arrived_at: datetime) -> EditOutcome:
        """Correct and remove events, hide, show and delete items; each edit comes with its place in the call."""
        from temporec_mcp.app.correcting import edit_events

        return edit_events(self._home, user_id, edits, arrived_at)

    def preview_undo(self, import_id: int) -> UndoPreview:
        """Count what undoing an import would remove, and give the token that confirms it."""
        from temporec_mcp.app.correcting import preview_undo

        return preview_undo(self._home, import_id)

    def undo_import(self, import_id: int, confirm: str) -> UndoReceipt:
        """Remove everything that an import brought."""
        from temporec_mcp.app.correcting import undo_import

        return undo_import(self._home, import_id, confirm)

    def export_user(self, user_id: str, folder: Path) -> Exported:
        """Write everything of one user into a new folder, in open formats."""
        from temporec_mcp.app.exporting import export_user

        return export_user(self._home, user_id, folder)

    def report(self, user_id: str, at: datetime | None, language: Literal["en", "zh"], progress: Progress) -> str:
        """Give one HTML page with the pictures of a user's timeline, list and model; later events are unknown.

        Raises:
            NotFoundError: the user has no events.
        """
        from temporec_mcp.app.reporting import ReportQuestion, make_report

        return make_report(self._home, ReportQuestion(user_id, language, at), progress)

    def pack_model(self, folder: Path) -> None:
        """Write what of the model that answers may go to another home into `folder`."""
        from temporec_mcp.app.carrying import pack_model

        pack_model(self._home, folder)

    def carry_model(self, folder: Path, progress: Progress) -> Carried:
        """Make a model that another home packed one of this home."""
        from temporec_mcp.app.carrying import carry_model

        return carry_model(self._home, folder, progress)

    def protect(self, choice: Protecting) -> Protected:
        """Choose how the home is protected, and tell how it is."""
        from temporec_mcp.app.protecting import protect

        return protect(self._home, choice)

    def preview_forget(self, user_id: str) -> ForgetPreview:
        """Count what erasing a user would remove, and give the token that confirms it."""
        return self._home.eraser.preview(user_id)

    def forget(self, user_id: str, confirm: str | None) -> ForgetReceipt:
        """Erase a user; `confirm` is None only when a person has agreed on the command line."""
        return self._home.eraser.forget(user_id, confirm)

    def back_up(self, target: Path | None) -> Path:
        """Copy the database, as it is now, to a new file; gives where it lies.

        Args:
            target: the file, or a folder for it; None for the home's backups.
        """
        return self._home.store.back_up(target, self._clock())

    def status(self) -> StatusReport:
        """Give the state of this home."""
        from temporec_mcp.app.status import status

        return status(self._home)

    def model(self, model_id: str) -> ModelRecord:
        """Give the record of one model."""
        return self._home.store.models.get(model_id)

    def model_view(self, model_id: str, progress: Progress) -> ModelView | None:
        """Give how a model decides as a whole, in readable features; None where too few users have a history."""
        from temporec_mcp.app.model_views import model_view

        return model_view(self._home, model_id, progress)

    def model_ids(self) -> Sequence[str]:
        """Give the ids of all models, newest first."""
        return [record.model_id for record in self._home.store.models.all()]
