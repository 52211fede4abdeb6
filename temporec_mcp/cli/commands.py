"""The commands that mirror a tool."""

import sys
from typing import cast

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import answer, open_session, show
from temporec_mcp.errors import ArgumentsError


def import_history(options: Options) -> int:
    """Bring a history in; the path is a person's own choice, so any will do."""
    from temporec_mcp.tools.faults import read_arguments
    from temporec_mcp.tools.import_history import ImportToolRequest
    from temporec_mcp.tools.import_history import import_history as run

    arguments = options.given("path", "format", "items_path", "user_id", "timezone", "date_order")
    arguments |= {"columns": _columns(options), "dry_run": options.flag("dry_run")}
    request = read_arguments(ImportToolRequest, arguments, "import")
    with open_session(options) as session:
        reply = run(session.app, request, session.call, is_trusted=True)
    show(options, reply)
    return 1 if reply.questions and not request.dry_run else 0


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
        from temporec_mcp.cli.all_users import recommend_all

        return recommend_all(options)
    if options.given("output"):
        raise ArgumentsError("--output is for --all-users only.", "Leave it out, or give --all-users without a user.")
    arguments = {"k": 10} | options.given("user_id", "k", "at", "query")
    return answer(options, "recommend", arguments)


def explain(options: Options) -> int:
    """Say why an item is recommended."""
    arguments = options.given("user_id", "item_id", "at", "detail", "language")
    return answer(options, "explain_recommendation", arguments)


def forget(options: Options) -> int:
    """Erase a user after showing what would go."""
    from temporec_mcp.tools.forget import checked_user, receipt_reply

    user_id = checked_user(options.text("user_id"))
    with open_session(options) as session:
        preview = session.app.preview_forget(user_id)
        if not options.flag("is_agreed") and not _agrees(user_id, preview.would_remove):
            print("Nothing was erased.", file=sys.stderr)
            return 1
        reply = receipt_reply(session.app.forget(user_id, None))
    return show(options, reply)


def _agrees(user_id: str, would_remove: dict[str, int]) -> bool:
    for kind, count in would_remove.items():
        print(f"{kind.replace('_', ' ')}: {count}", file=sys.stderr)
    if not sys.stdin.isatty():
        print("Add --yes to erase without being asked.", file=sys.stderr)
        return False
    print(f"Erase {user_id} for good? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def status(options: Options) -> int:
    """Tell the state of store and models."""
    from temporec_mcp.tools.status import status as run

    with open_session(options) as session:
        reply = run(session.app, session.call)
    return show(options, reply)
