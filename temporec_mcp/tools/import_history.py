"""import_history: a history file in, first as a dry run."""

from typing import ClassVar, Literal

from pydantic import Field

from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.requests import ImportReport, ImportRequest
from temporec_mcp.domain.text import check_id
from temporec_mcp.domain.times import iso, zone_named
from temporec_mcp.tools.base import About, Call, Reply, Request, make_tool
from temporec_mcp.tools.matches import match_counts, match_sentence
from temporec_mcp.tools.references import import_ref
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, joined, sentences

NOTES_SAID = 2
"""Notes of an import that its summary repeats."""


class ImportToolRequest(Request):
    """Which file, and how to read it."""

    path: str = Field(min_length=1, description="File, zip or folder in the working folder or Downloads")
    format: str | None = Field(default=None, description="Format name; found by content when left out")
    items_path: str | None = Field(default=None, description="File of items that belongs to the events")
    columns: dict[str, str] | None = Field(default=None, description="Column by field, e.g. {'item_id': 'StockCode'}")
    user_id: str | None = Field(default=None, description="User of rows that name none; me when left out")
    timezone: str | None = Field(default=None, description="IANA zone of times without one, e.g. Europe/Berlin")
    date_order: Literal["dmy", "mdy", "ymd"] | None = Field(default=None, description="Order of dates like 3/4/2026")
    dry_run: bool = Field(default=True, description="true only counts; false imports")


class ImportReply(Reply):
    """What was found and kept; rows = kept + duplicates + the sum of dropped."""

    how_to_narrow: ClassVar[str] = "Answer the questions shown first."

    format: str
    rows: int = Field(description="Rows of the file")
    kept: int = Field(description="Rows that give at least one new or corrected event")
    dropped: dict[str, int] = Field(description="Rows left out, by reason")
    duplicates: int = Field(description="Rows that were there already")
    events: int
    first: str | None = Field(default=None, serialization_alias="from", description="Time of the first event")
    last: str | None = Field(default=None, serialization_alias="to", description="Time of the last event")
    users: int
    items: int
    questions: tuple[str, ...] = Field(description="Open questions; with any, nothing is imported")
    matches: dict[str, int] | None = Field(default=None, description="Titles in the catalogue")
    import_ref: str | None = Field(default=None, description="For undo_import")

    def lines(self) -> list[str]:
        """Give the counts by name and a line per question."""
        counts = (
            f"rows {self.rows}, kept {self.kept}, duplicates {self.duplicates}, dropped {sum(self.dropped.values())}"
        )
        reasons = [f"dropped {count} ({reason})" for reason, count in self.dropped.items()]
        undo = [f"import_ref {self.import_ref}"] if self.import_ref else []
        questions = [f"question: {question}" for question in self.questions]
        return [f"format {self.format}: {counts}", *reasons, *questions, *undo]


def import_history(app: UseCases, request: ImportToolRequest, call: Call, *, is_trusted: bool = False) -> ImportReply:
    """Read the history; `is_trusted` when a person named the path on the command line."""
    if request.timezone is not None:
        zone_named(request.timezone)
    report = app.import_history(
        ImportRequest(
            path=request.path,
            format=request.format,
            items_path=request.items_path,
            columns=request.columns or {},
            user_id=DEFAULT_USER if request.user_id is None else check_id(request.user_id, "user_id"),
            timezone=request.timezone,
            date_order=request.date_order,
            is_dry_run=request.dry_run,
            is_trusted=is_trusted,
            folder=call.caller.folder,
            import_dirs=call.caller.import_dirs,
        ),
        call.progress,
        call.is_cancelled,
    )
    return ImportReply(
        summary=_summary(report, request.dry_run),
        format=report.format,
        rows=report.rows,
        kept=report.kept,
        dropped=report.dropped,
        duplicates=report.duplicates,
        events=report.events,
        first=iso(report.first) if report.first else None,
        last=iso(report.last) if report.last else None,
        users=report.users,
        items=report.items,
        questions=report.questions,
        matches=match_counts(report.matches),
        import_ref=None if report.import_id is None else import_ref(report.import_id),
    )


def _summary(report: ImportReport, is_dry_run: bool) -> str:
    if report.questions:
        return f"Nothing of this {report.format} file was imported, because this is open: {' '.join(report.questions)}"
    dropped = sum(report.dropped.values())
    reasons = joined(f"{count:,} {reason}" for reason, count in report.dropped.items())
    will = "would be kept" if is_dry_run else "were kept"
    span = f", {report.first:%Y-%m-%d} to {report.last:%Y-%m-%d}" if report.first and report.last else ""
    return sentences(
        f"{counted(report.rows, 'row')} read as {report.format}: {report.kept:,} {will}, {report.duplicates:,} were "
        f"there already, {dropped:,} left out{f' ({reasons})' if dropped else ''}.",
        f"{counted(report.events, 'event')}, {counted(report.users, 'user')}, {_items(report)}{span}.",
        "Times are read as Unix numbers, and all lie in 1970: is that the column of times?" if _is_odd(report) else "",
        match_sentence(report.matches),
        *_outcome(report, is_dry_run),
        *report.notes[:NOTES_SAID],
    )


def _is_odd(report: ImportReport) -> bool:
    """Days that a spreadsheet counts, ranks and ratings all give seconds after the first midnight of 1970."""
    return report.last is not None and report.last.year <= 1970


def _items(report: ImportReport) -> str:
    return "no titles of items" if report.users and not report.items else counted(report.items, "item")


def _outcome(report: ImportReport, is_dry_run: bool) -> list[str]:
    if not report.rows:
        return ["The file holds no rows, so there is nothing to import."]
    if report.rows == sum(report.dropped.values()):
        return ["No row can be used, so there is nothing to import; columns says which column holds what."]
    old = ["No event in it is new."] if report.duplicates and not report.kept else []
    if is_dry_run:
        return [*old, "This was a dry run, so nothing is stored yet: call import_history again with dry_run=false."]
    if report.items and not report.users:
        return ["The catalogue is stored and counts at once."]
    return old or ["The history is stored and counts at once; train_model makes the most of it."]


TOOL = make_tool(
    About(
        name="import_history",
        title="Import a history",
        description="Bring in a history (exports of Netflix, Spotify ..., CSV, JSON lines, Parquet; file, zip or "
        "folder) or a catalogue. Reads only from the working folder, Downloads and folders the person allowed. "
        "Start with the default dry run, show the person the counts, then call again with dry_run=false. "
        "Importing twice adds nothing.",
        is_idempotent=True,
    ),
    ImportToolRequest,
    ImportReply,
    import_history,
)
