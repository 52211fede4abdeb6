"""report: one page with the pictures of a user's timeline, list and model, written where a person says."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pydantic import Field

from temporec_mcp.domain.text import check_id
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.tools.base import Call, Reply, Request
from temporec_mcp.tools.edge import Timestamp, moment, zone_for
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.timeline import LANGUAGE, Language
from temporec_mcp.tools.use_cases import UseCases

PRIVATE_FILE = 0o600
SUMMARIES: dict[Language, str] = {
    "en": "The report for {} lies in {}. It holds this person's history: mind who gets it.",
    "zh": "{} 的报告已写入 {}。其中有此人的历史，请留意交给谁。",
}


class ReportRequest(Request):
    """Whose page, and where it goes."""

    user_id: str
    output: str = Field(description="HTML file to write")
    at: Timestamp | None = Field(default=None, description="The moment to ask for; later events are unknown")
    language: Language = Field(default="en", description=LANGUAGE)


class ReportReply(Reply):
    """What was written."""

    output: str
    bytes: int = Field(description="Size of the file")


def report(app: UseCases, arguments: Mapping[str, object], call: Call) -> ReportReply:
    """Write the page; it appears, or is replaced, only when it is complete, and only its owner may read it."""
    request = read_arguments(ReportRequest, arguments, "report")
    user_id = check_id(request.user_id, "user_id")
    path = (call.caller.folder or Path.cwd()) / request.output
    if not path.parent.is_dir():
        raise ArgumentsError(f"The folder of --output {path} does not exist.", "Make it, or name another file.")
    if path.is_dir():
        raise ArgumentsError(f"--output {path} is a folder.", "Name a file in it, for example report.html.")
    at = None if request.at is None else moment(request.at, zone_for(app, user_id, None), call.now)
    document = app.report(user_id, at, request.language, call.progress).encode()
    _write(path, document)
    return ReportReply(
        summary=SUMMARIES[request.language].format(user_id, path),
        output=str(path),
        bytes=len(document),
    )


def _write(path: Path, document: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(file, "wb") as stream:
            stream.write(document)
        unfinished.replace(path)
    except OSError as error:
        raise ArgumentsError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
