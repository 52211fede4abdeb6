"""What a person at the command line may ask for: every tool by its name, and what no chat client may ask for."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from temporec_mcp.errors import ArgumentsError
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.carrying import carry_model, pack_model
from temporec_mcp.tools.edge import moment
from temporec_mcp.tools.evaluate import EvaluateRequest
from temporec_mcp.tools.evaluate import evaluate as run_evaluate
from temporec_mcp.tools.export_user import export_user
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.import_history import ImportToolRequest
from temporec_mcp.tools.import_history import import_history as run_import
from temporec_mcp.tools.list_users import list_users
from temporec_mcp.tools.protect import protect
from temporec_mcp.tools.registry import TOOLS
from temporec_mcp.tools.report import report
from temporec_mcp.tools.status import status as run_status
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, sentences

Trusted = Callable[[UseCases, Mapping[str, object], Call], Reply]
LAST: Literal["last"] = "last"


class ListsRequest(Request):
    """Lists for all users, into one file."""

    output: str = Field(description="Parquet file to write")
    k: int = Field(default=10, ge=1, le=50, description="How many items, 1 to 50")
    at: str | None = Field(default=None, description="The moment to answer for, or last: after each user's last event")


class ListsReply(Reply):
    """What was written."""

    rows: int
    output: str


class BackupRequest(Request):
    """Where to put a safety copy."""

    path: str | None = Field(default=None, description="New file, or a folder; the home's backups when left out")


class BackupReply(Reply):
    """Where a safety copy lies."""

    path: str


def import_history(app: UseCases, arguments: Mapping[str, object], call: Call) -> Reply:
    """Bring a history in from any path, because a person named it."""
    return run_import(app, read_arguments(ImportToolRequest, arguments, "import"), call, is_trusted=True)


def evaluate(app: UseCases, arguments: Mapping[str, object], call: Call) -> Reply:
    """Measure a recipe on held-out events."""
    return run_evaluate(app, read_arguments(EvaluateRequest, arguments, "evaluate"), call)


def status(app: UseCases, arguments: Mapping[str, object], call: Call) -> Reply:
    """Tell the state of store, models and clients."""
    read_arguments(Request, arguments, "status")
    return run_status(app, call)


def back_up(app: UseCases, arguments: Mapping[str, object], call: Call) -> BackupReply:
    """Make a safety copy where the person says, or among the home's backups."""
    request = read_arguments(BackupRequest, arguments, "backup")
    target = None if request.path is None else (call.caller.folder or Path.cwd()) / request.path
    file = app.back_up(target)
    return BackupReply(
        summary=sentences(
            f"A safety copy lies in {file}.",
            "Erasing a user destroys copies inside the home only: mind this one." if target else "",
        ),
        path=str(file),
    )


def recommend_all(app: UseCases, arguments: Mapping[str, object], call: Call) -> ListsReply:
    """Write user_id, rank, item_id and score of every user's list; the file appears only when it is complete."""
    from temporec_mcp.tools.parquet import write_lists

    request = read_arguments(ListsRequest, arguments, "recommend")
    path = (call.caller.folder or Path.cwd()) / request.output
    if not path.parent.is_dir():
        raise ArgumentsError(f"The folder of --output {path} does not exist.", "Make it, or name another file.")
    count = write_lists(path, app.recommend_all(request.k, _moment(request.at, call), call.progress))
    return ListsReply(summary=f"{counted(count, 'place')} written to {path} as Parquet.", rows=count, output=str(path))


def _moment(given: str | None, call: Call) -> datetime | Literal["last"] | None:
    if given is None:
        return None
    return LAST if given == LAST else moment(given, UTC, call.now)


COMMANDS: dict[str, Trusted] = {
    **{name: tool.answer for name, tool in TOOLS.items()},
    "import_history": import_history,
    "evaluate": evaluate,
    "status": status,
    "back_up": back_up,
    "export_user": export_user,
    "protect": protect,
    "pack_model": pack_model,
    "carry_model": carry_model,
    "list_users": list_users,
    "recommend_all": recommend_all,
    "report": report,
}
