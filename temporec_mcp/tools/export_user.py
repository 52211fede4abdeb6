"""export: everything that is stored of a user, written to a folder in open formats; for the command line only."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from temporec_mcp.domain.text import check_id
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, joined, sentences


class ExportRequest(Request):
    """Whose, and where to."""

    user_id: str = Field(description="Whose data")
    output: str = Field(description="New folder")


class ExportReply(Reply):
    """What was written."""

    user_id: str
    output: str
    events: int
    items: int
    recommendations: int
    models: tuple[str, ...]
    """Models that have learnt from the user's events."""
    files: tuple[str, ...]


def export_user(app: UseCases, arguments: Mapping[str, object], call: Call) -> ExportReply:
    """Write everything of a user into a folder that a person names."""
    request = read_arguments(ExportRequest, arguments, "export")
    folder = (call.caller.folder or Path.cwd()) / Path(request.output).expanduser()
    done = app.export_user(check_id(request.user_id, "user_id"), folder)
    counts = [
        counted(done.event_count, "event"),
        counted(done.item_count, "item"),
        counted(done.recommendation_count, "recommendation"),
    ]
    return ExportReply(
        summary=sentences(
            f"{joined(counts)} of {done.user_id} are written to {done.folder}, where README.txt says what is what.",
            f"{counted(len(done.models), 'model')} learnt from these events: {joined(done.models)}."
            if done.models
            else "",
            "Erasing a user does not reach this folder.",
        ),
        user_id=done.user_id,
        output=str(done.folder),
        events=done.event_count,
        items=done.item_count,
        recommendations=done.recommendation_count,
        models=done.models,
        files=done.files,
    )
