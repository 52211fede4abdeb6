"""The commands that mirror a tool."""

import sys
from typing import cast

from temporec_mcp.cli.bars import explanation_bars
from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import Session, answer, open_session, show
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.relay.wire import members

LIST_LENGTH = 10
WAIT_SECONDS = 45
"""The longest that one question after a training may wait."""


def import_history(options: Options) -> int:
    """Bring a history in; the path is a person's own choice, so any will do."""
    arguments = options.given("path", "format", "items_path", "user_id", "timezone", "date_order")
    is_dry_run = options.flag("dry_run")
    arguments |= {"columns": _columns(options), "dry_run": is_dry_run}
    with open_session(options) as session:
        found = session.answer("import_history", arguments)
    show(options, found)
    return 1 if found.fields.get("questions") and not is_dry_run else 0


def _columns(options: Options) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in cast("list[str]", options.given("columns").get("columns", []))]
    for field, equals, column in pairs:
        if not (field and equals and column):
            raise ArgumentsError(f"--columns cannot use {field + equals + column!r}.", "Give field=column pairs.")
    return {field: column for field, _, column in pairs}


def timeline(options: Options) -> int:
    """Summarise one user's timeline."""
    arguments = options.given("user_id", "since", "until", "timezone", "detail", "language")
    return answer(options, "summarize_user_timeline", arguments)


def recommend(options: Options) -> int:
    """Recommend to one user, or to all into a file."""
    if options.flag("all_users"):
        return _recommend_all(options)
    if options.given("output"):
        raise ArgumentsError("--output is for --all-users only.", "Leave it out, or give --all-users without a user.")
    arguments = {"k": LIST_LENGTH} | options.given("user_id", "k", "at", "query")
    return answer(options, "recommend", arguments)


def _recommend_all(options: Options) -> int:
    path = options.path("output")
    if path is None:
        raise ArgumentsError("--all-users needs a file to write to.", "Give --output FILE.parquet.")
    if options.text("query") is not None:
        raise ArgumentsError("--query is for one user only.", "Leave it out, or name the user.")
    arguments = {"output": str(path), "k": LIST_LENGTH} | options.given("k", "at")
    with open_session(options) as session:
        found = session.answer("recommend_all", arguments)
    if not options.is_json:
        print(found.text, file=sys.stderr)
        return 0
    return show(options, found)


def explain(options: Options) -> int:
    """Say why an item is recommended."""
    arguments = options.given("user_id", "item_id", "at", "detail", "language")
    with open_session(options) as session:
        found = session.answer("explain_recommendation", arguments)
    show(options, found)
    if not options.is_json:
        print("\n".join(explanation_bars(found.fields)))
    return 0


def report(options: Options) -> int:
    """Write one page with the pictures of a user's timeline, list and model."""
    return answer(options, "report", options.given("user_id", "output", "at", "language"))


def forget(options: Options) -> int:
    """Erase a user after showing what would go."""
    whom = options.given("user_id")
    with open_session(options) as session:
        preview = session.answer("forget_user", whom).fields
        if not options.flag("is_agreed") and not _agrees(str(whom["user_id"]), members(preview, "would_remove")):
            print("Nothing was erased.", file=sys.stderr)
            return 1
        found = session.answer("forget_user", whom | {"confirm": preview["confirm"]})
        if options.flag("standalone") and "job_id" in found.fields:
            _await(session, found.fields["job_id"])
    return show(options, found)


def _await(session: Session, job_id: object) -> None:
    """Wait for a training, which would end with this process."""
    status: object = "running"
    while status in ("queued", "running"):
        waiting = {"job_id": job_id, "wait_seconds": WAIT_SECONDS}
        status = session.answer("get_training_status", waiting).fields["status"]


def _agrees(user_id: str, would_remove: dict[str, object]) -> bool:
    for kind, count in would_remove.items():
        print(f"{kind.replace('_', ' ')}: {count}", file=sys.stderr)
    if not sys.stdin.isatty():
        print("Add --yes to erase without being asked.", file=sys.stderr)
        return False
    print(f"Erase {user_id} for good? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def export(options: Options) -> int:
    """Give a user everything that is stored, in open formats."""
    return answer(options, "export_user", options.given("user_id", "output"))


def users(options: Options) -> int:
    """List who has events in the home."""
    return answer(options, "list_users", options.given("limit"))


def protect(options: Options) -> int:
    """Choose how a team's home is protected."""
    return answer(
        options, "protect", options.given("min_users", "epsilon") | {"pseudonyms": options.flag("pseudonyms")}
    )


def status(options: Options) -> int:
    """Tell the state of store, models and clients."""
    return answer(options, "status", {})
