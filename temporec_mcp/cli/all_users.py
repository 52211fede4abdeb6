"""A list for every user, into one Parquet file."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from temporec_mcp.cli.session import open_session, utc_now
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.words import counted

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Literal

    from temporec_mcp.cli.options import Options

LAST: Literal["last"] = "last"
LIST_LENGTH = 10


def recommend_all(options: Options) -> int:
    """Write user_id, rank, item_id and score of every user's list; the file appears only when it is complete."""
    from temporec_mcp.tools.parquet import write_lists
    from temporec_mcp.tools.recommend import RecommendRequest

    path = _output(options)
    request = read_arguments(RecommendRequest, {"k": LIST_LENGTH} | options.given("k"), "recommend")
    at = _moment(options.text("at"))
    with open_session(options) as session:
        count = write_lists(path, session.app.recommend_all(request.k, at, session.call.progress))
    summary = f"{counted(count, 'place')} written to {path}."
    if options.is_json:
        print(json.dumps({"summary": summary, "rows": count, "output": str(path)}, ensure_ascii=False))
    else:
        print(summary, file=sys.stderr)
    return 0


def _output(options: Options) -> Path:
    path = options.path("output")
    if path is None:
        raise ArgumentsError("--all-users needs a file to write to.", "Give --output FILE.parquet.")
    if options.text("query") is not None:
        raise ArgumentsError("--query is for one user only.", "Leave it out, or name the user.")
    if not path.parent.is_dir():
        raise ArgumentsError(f"The folder of --output {path} does not exist.", "Make it, or name another file.")
    return path


def _moment(given: str | None) -> datetime | Literal["last"] | None:
    from datetime import UTC

    from temporec_mcp.tools.edge import moment

    if given is None:
        return None
    return LAST if given == LAST else moment(given, UTC, utc_now())
