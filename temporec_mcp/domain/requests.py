"""What the use cases are asked and what they answer, where no other domain module has it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from temporec_mcp.domain.training import Metrics, Privacy, Quality, Split

DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class LogOutcome:
    """What became of logged events and items."""

    accepted: int
    duplicates: int
    updated: int
    items_saved: int


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A history to bring in."""

    path: str
    format: str | None = None
    items_path: str | None = None
    columns: dict[str, str] = field(default_factory=dict[str, str])
    """Column of the file by field of the event or item."""
    user_id: str = "me"
    """The user of rows that name none."""
    timezone: str | None = None
    """Zone of times without one; None takes the user's remembered zone, else UTC."""
    date_order: DateOrder | None = None
    is_dry_run: bool = True
    is_trusted: bool = False
    """Named by a person on the command line, so any path may be read."""
    folder: Path | None = None
    """Working folder of who asks; relative paths start there, and it may be read. None takes this process's."""
    import_dirs: tuple[Path, ...] = ()
    """Further folders that may be read for who asks."""


@dataclass(frozen=True, slots=True)
class MatchReport:
    """How the titles of an import (of all histories, where it is a catalogue alone) lie in the catalogue."""

    catalogue_items: int
    """Items with a title that there are to be found among; 0 means that there is no catalogue."""
    matched: int
    ambiguous: int
    """Titles that could be several items; they stay apart."""
    unmatched: int
    ambiguous_titles: tuple[str, ...] = ()
    """A few of them."""
    unmatched_titles: tuple[str, ...] = ()
    """A few of them."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found and kept; rows = kept + duplicates + sum(dropped)."""

    format: str
    rows: int
    kept: int
    dropped: dict[str, int]
    duplicates: int
    events: int
    first: datetime | None
    last: datetime | None
    users: int
    items: int
    questions: tuple[str, ...]
    """Open questions; with any, nothing is imported."""
    notes: tuple[str, ...] = ()
    """What was guessed or left out on purpose."""
    is_dry_run: bool = False
    import_id: int | None = None
    """Number by which the import can be undone; None where nothing was imported."""
    matches: MatchReport | None = None
    """None where no item is told by its title, so there is nothing to match."""


@dataclass(frozen=True, slots=True)
class RecentHistory:
    """The newest part of a user's history in words."""

    text: str
    """The newest occasions as sentences, oldest first."""
    searches: tuple[str, ...]
    """What was searched for, newest first."""


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Held-out quality of a recipe, beside the baselines."""

    split: Split
    metrics: Metrics
    baselines: dict[str, Metrics]
    notes: tuple[str, ...] = ()
    quality: Quality | None = None
    epsilon: float | None = None
    """The promise that the recipe learns under; None where nothing is promised."""


@dataclass(frozen=True, slots=True)
class ForgetPreview:
    """What erasing a user would remove, and the token that confirms it."""

    user_id: str
    would_remove: dict[str, int]
    confirm: str


@dataclass(frozen=True, slots=True)
class ForgetReceipt:
    """What erasing a user removed."""

    user_id: str
    removed: dict[str, int]
    models: tuple[tuple[str, str], ...]
    """Model id and what became of it."""
    job_id: str | None = None
    """The training that makes up for the model that served; None where none did, or nothing is left to learn from."""


@dataclass(frozen=True, slots=True)
class Protecting:
    """What to choose for a home; what is left out stays as it is."""

    min_users: int | None = None
    with_pseudonyms: bool = False
    epsilon: float | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """How a home is protected."""

    min_users: int
    """Users that an item must have, where it came with no catalogue, before others are shown it."""
    key_file: Path | None
    """Where the key of the pseudonyms lies; None where user ids are kept as they are."""
    is_clean: bool = True
    """False while the file may have traces of plain ids; they leave it when the home is closed."""
    privacy: Privacy | None = None
    """Of each training from now on, and of all so far together; None where nothing is promised."""
    destroyed: tuple[str, ...] = ()
    """Models that went now, because they had learnt without the promise."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The state of one home."""

    home: Path
    version: str
    event_count: int
    user_count: int
    item_count: int
    active_model_id: str | None
    model_count: int
    running_job_id: str | None
    encoder: str
    device: str
    is_private: bool = False
    """It learns under differential privacy."""


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """Which place in which answer is asked about."""

    item_id: str
    recommendation_id: str | None = None
    """The answer that was shown; its model, time and history hold. None asks anew for `user_id` at `at`."""
    user_id: str | None = None
    at: datetime | None = None
    """Events after it are unknown; None is now."""
    compare_item_id: str | None = None
    """Another item of the same answer to hold this one against."""
