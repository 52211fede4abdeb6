"""Bring a history file in: find its format, stream its rows into a staging, count, and keep them unless it is a try."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from temporec_mcp.app.home import Home
from temporec_mcp.app.matching import Titles, match_report
from temporec_mcp.domain.requests import ImportReport, ImportRequest
from temporec_mcp.domain.times import zone_named
from temporec_mcp.importers.apart import open_apart
from temporec_mcp.importers.history import HistoryFile, ImportOptions
from temporec_mcp.importers.paths import allowed_path
from temporec_mcp.models.part import Progress
from temporec_mcp.settings import Settings
from temporec_mcp.store.events import StageCounts, Staging

HALFWAY_ROWS = 50_000
"""Rows at which the progress bar stands in the middle: how many will come is not known beforehand."""
READING_SHARE = 0.9
"""Part of the progress bar for reading; the rest is for counting and keeping."""
REMOVED_BEFORE = "removed by the user before"
"""Why rows are left out whose events a person has removed: only logging them brings such events back."""
REMEMBERED_ZONES = 20
"""A file of at most this many users is personal, so the zone given with it is remembered for them."""


@dataclass(slots=True)
class _Tally:
    """What the rows read so far came to."""

    rows: int = 0
    dropped: Counter[str] = field(default_factory=Counter[str])
    items: int = 0
    users: set[str] = field(default_factory=set[str])
    """Not kept beyond REMEMBERED_ZONES + 1."""
    item_rows: int = 0
    titles: Titles = field(default_factory=Titles)


def import_history(
    home: Home, request: ImportRequest, progress: Progress, is_cancelled: Callable[[], bool]
) -> ImportReport:
    """Read a history file, and keep its events unless it is a dry run or questions are open.

    Raises:
        InvalidInputError: the path may not be read, or holds no known format.
    """
    path, options = _readable(request.path, request, home.settings), _options(home, request)
    with open_apart(path, options, is_cancelled) as history:
        if history.questions:
            return _report(request, history, _Tally(), None)
        with home.store.events.stage() as staging:
            tally = _read(home, request, history, staging, progress)
            progress(READING_SHARE, "counting what is new")
            counts = staging.preview() if request.is_dry_run else staging.commit(home.clock(), source=history.format)
    if not request.is_dry_run and request.timezone is not None and len(tally.users) <= REMEMBERED_ZONES:
        for user_id in sorted(tally.users):
            home.store.users.set_timezone(user_id, request.timezone)
    return replace(_report(request, history, tally, counts), matches=match_report(home, tally.titles))


def _read(home: Home, request: ImportRequest, history: HistoryFile, staging: Staging, progress: Progress) -> _Tally:
    tally = _Tally()
    for parsed in history.batches():
        if parsed.items and not request.is_dry_run:
            staging.add_items(parsed.items)
        staging.add(parsed.events, parsed.rows)
        tally.rows += parsed.row_count
        tally.dropped += parsed.dropped
        tally.items += len(parsed.items)
        tally.item_rows += parsed.item_rows
        tally.titles.take(parsed.items, request.is_dry_run)
        if len(tally.users) <= REMEMBERED_ZONES:
            tally.users.update(event.user_id for event in parsed.events)
        done = READING_SHARE * tally.rows / (tally.rows + HALFWAY_ROWS)
        progress(done, f"read {tally.rows} rows")
    return tally


def _report(request: ImportRequest, history: HistoryFile, tally: _Tally, counts: StageCounts | None) -> ImportReport:
    if counts and counts.rows_removed:
        tally.dropped[REMOVED_BEFORE] += counts.rows_removed
    return ImportReport(
        format=history.format,
        rows=tally.rows,
        kept=tally.item_rows + (counts.rows_kept if counts else 0),
        dropped=dict(tally.dropped),
        duplicates=counts.rows_duplicate if counts else 0,
        events=counts.accepted + counts.updated if counts else 0,
        first=counts.first if counts else None,
        last=counts.last if counts else None,
        users=counts.users if counts else 0,
        items=tally.items,
        questions=history.questions,
        notes=history.notes,
        is_dry_run=request.is_dry_run,
        import_id=counts.import_id if counts else None,
    )


def _options(home: Home, request: ImportRequest) -> ImportOptions:
    timezone = request.timezone or home.store.users.timezone(request.user_id) or "UTC"
    zone_named(timezone)
    items_path = None if request.items_path is None else _readable(request.items_path, request, home.settings)
    return ImportOptions(
        now=home.clock(),
        format=request.format,
        items_path=items_path,
        columns=request.columns,
        user_id=request.user_id,
        timezone=timezone,
        date_order=request.date_order,
    )


def _readable(path: str, request: ImportRequest, settings: Settings) -> Path:
    """Give the path if it may be read: any that a person names, else only those in the allowed folders."""
    folder = request.folder or Path.cwd()
    whole = path if path.startswith("~") else str(folder / path)
    if request.is_trusted:
        return Path(whole).expanduser()
    return allowed_path(whole, (folder, Path.home() / "Downloads", *settings.import_dirs, *request.import_dirs))
