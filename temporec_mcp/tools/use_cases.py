"""What the tools and the command line need of the application: the use cases, by name.

Every type that would bring NumPy is imported for the type checker only, because importing the tools is on the way to
the server's first answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, tzinfo
    from pathlib import Path
    from typing import Literal

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

    Progress = Callable[[float, str], None]
    """Called with the part done (0 to 1) and the phase in words."""
    IsCancelled = Callable[[], bool]


class UseCases(Protocol):
    """The application as its front ends see it; thread-safe, and cheap to make: the store opens at first use."""

    def close(self) -> None:
        """Let go of the store and of every child process."""
        ...

    def log_behavior(
        self, events: Sequence[Event], items: Sequence[Item], arrived_at: datetime | None = None
    ) -> LogOutcome:
        """Store events and items for good and count what became of them.

        `arrived_at` is no other call's and the same when this one is sent again, so its events are new both times.
        """
        ...

    def user_zone(self, user_id: str) -> tzinfo:
        """Give the zone remembered for the user, else UTC."""
        ...

    def import_history(self, request: ImportRequest, progress: Progress, is_cancelled: IsCancelled) -> ImportReport:
        """Read a history file, and keep its events unless it is a dry run or questions are open."""
        ...

    def timeline(self, user_id: str, since: datetime | None, until: datetime | None, timezone: str | None) -> Timeline:
        """Summarise the events of one user between two moments, both inclusive.

        Raises:
            NotFoundError: the user has no events there.
        """
        ...

    def recent_history(self, user_id: str) -> RecentHistory:
        """Give the newest part of a user's history in words.

        Raises:
            NotFoundError: the user has no events.
        """
        ...

    def start_training(self, request: TrainRequest, delivery: str | None = None) -> TrainingRun:
        """Start a training job and come back at once; the same `delivery` never starts a second one.

        A job that a dead process left is started again when its delivery comes again.
        """
        ...

    def training_status(
        self, job_id: str | None, wait_seconds: float, progress: Progress, is_cancelled: IsCancelled
    ) -> TrainingRun:
        """Give the job (None: the latest) as soon as it has ended, or after `wait_seconds`."""
        ...

    def cancel_training(self, job_id: str) -> TrainingRun:
        """Stop the job if it has not ended."""
        ...

    def has_work(self) -> bool:
        """Tell whether a training runs or waits for its turn; opens nothing."""
        ...

    def evaluate(
        self, split: Split, preset: Preset, seed: int, progress: Progress, is_cancelled: IsCancelled
    ) -> EvaluationReport:
        """Measure the recipe of a preset on held-out events, beside the baselines."""
        ...

    def recommend(self, request: RankRequest, progress: Progress) -> Recommendation:
        """Answer one request and keep a record of what was shown."""
        ...

    def recommend_all(
        self, k: int, at: datetime | Literal["last"] | None, progress: Progress
    ) -> Iterator[tuple[str, RankedItem]]:
        """Give a list for every user, line by line: the user's id and one place of that user's list."""
        ...

    def explain(self, request: ExplainRequest, progress: Progress) -> Explanation:
        """Give the verified facts of why an item has its place."""
        ...

    def retell(self, told: str, telling: Telling) -> Retold | None:
        """Let the home's language model word an explanation anew, as far as it claims the same.

        None where no language model was chosen.
        """
        ...

    def what_if(self, request: WhatIfRequest, progress: Progress) -> WhatIf:
        """Give how a list would move with another past or at another moment; nothing is stored."""
        ...

    def list_events(self, question: EventQuestion) -> EventPage:
        """Give a page of a user's events, newest first."""
        ...

    def list_imports(self, user_id: str) -> Sequence[SeenImport]:
        """Give the imports that brought events of the user, newest first."""
        ...

    def list_users(self, limit: int) -> Sequence[SeenUser]:
        """Give who has events, the most active first, for the owner of the home."""
        ...

    def interests_of_all(self) -> Sequence[SharedInterest]:
        """Give what enough users of the home have in common."""
        ...

    def edit_events(self, user_id: str, edits: Sequence[tuple[int, Edit]], arrived_at: datetime) -> EditOutcome:
        """Correct and remove events, hide, show and delete items; each edit comes with its place in the call."""
        ...

    def preview_undo(self, import_id: int) -> UndoPreview:
        """Count what undoing an import would remove, and give the token that confirms it."""
        ...

    def undo_import(self, import_id: int, confirm: str) -> UndoReceipt:
        """Remove everything that an import brought."""
        ...

    def export_user(self, user_id: str, folder: Path) -> Exported:
        """Write everything of one user into a new folder, in open formats."""
        ...

    def report(self, user_id: str, at: datetime | None, language: Literal["en", "zh"], progress: Progress) -> str:
        """Give one HTML page with the pictures of a user's timeline, list and model; later events are unknown.

        Raises:
            NotFoundError: the user has no events.
        """
        ...

    def pack_model(self, folder: Path) -> None:
        """Write what of the model that answers may go to another home into `folder`."""
        ...

    def carry_model(self, folder: Path, progress: Progress) -> Carried:
        """Make a model that another home packed one of this home."""
        ...

    def protect(self, choice: Protecting) -> Protected:
        """Choose how the home is protected, and tell how it is."""
        ...

    def preview_forget(self, user_id: str) -> ForgetPreview:
        """Count what erasing a user would remove, and give the token that confirms it."""
        ...

    def forget(self, user_id: str, confirm: str | None) -> ForgetReceipt:
        """Erase a user; `confirm` is None only when a person has agreed on the command line."""
        ...

    def back_up(self, target: Path | None) -> Path:
        """Copy the database, as it is now, to a new file; gives where it lies."""
        ...

    def status(self) -> StatusReport:
        """Give the state of this home."""
        ...

    def model(self, model_id: str) -> ModelRecord:
        """Give the record of one model."""
        ...

    def model_view(self, model_id: str, progress: Progress) -> ModelView | None:
        """Give how a model decides as a whole, in readable features; None where too few users have a history."""
        ...

    def model_ids(self) -> Sequence[str]:
        """Give the ids of all models, newest first."""
        ...
