"""The sub-commands and their arguments."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, get_args

from temporec_mcp import __version__
from temporec_mcp.cli.options import Options, global_parser, later
from temporec_mcp.domain.requests import DateOrder
from temporec_mcp.domain.training import Horizon, Preset, Split

CLIENTS = ("claude-desktop", "claude-code", "vscode", "cursor", "codex", "gemini")


def full_parser() -> argparse.ArgumentParser:
    """Give the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="temporec-mcp",
        description="Recommendations you can question, from your own behaviour history. Without a command: the MCP "
        "server on stdin and stdout.",
        parents=[global_parser()],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"temporec-mcp {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in (_add_history, _add_models, _add_lists, _add_care):
        add(commands)
    return parser


class Commands(Protocol):
    """What argparse gives to add sub-commands to; its own class has no public name."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """Add one sub-command."""
        ...


def _command(commands: Commands, name: str, help_text: str, run: Callable[[Options], int]) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_text, description=help_text[:1].upper() + help_text[1:] + ".")
    command.set_defaults(run=run)
    return command


def _answering(commands: Commands, name: str, help_text: str, run: Callable[[Options], int]) -> argparse.ArgumentParser:
    command = _command(commands, name, help_text, run)
    command.add_argument("--json", dest="is_json", action="store_true", help="print one JSON document")
    return command


def _add_history(commands: Commands) -> None:
    imports = _answering(commands, "import", "bring a history in", later("commands", "import_history"))
    imports.add_argument("path", metavar="PATH", help="file, zip or folder")
    imports.add_argument("--format", help="name of the format; found when left out")
    imports.add_argument("--items", dest="items_path", metavar="PATH", help="file of items")
    imports.add_argument("--columns", nargs="+", metavar="field=column", help="columns by field")
    imports.add_argument("--user", dest="user_id", metavar="ID", help="user of rows that name none; me")
    imports.add_argument("--timezone", metavar="TZ", help="zone of times without one, e.g. Europe/Berlin")
    imports.add_argument("--date-order", choices=get_args(DateOrder), help="order of dates like 3/4/2026")
    imports.add_argument("--dry-run", action="store_true", help="only count")
    timeline = _answering(commands, "timeline", "summarise one user's timeline", later("commands", "timeline"))
    timeline.add_argument("user_id", metavar="USER")
    timeline.add_argument("--since", metavar="T", help="first moment")
    timeline.add_argument("--until", metavar="T", help="last moment")
    timeline.add_argument("--timezone", metavar="TZ", help="zone for hours and days")
    _add_telling(timeline)


def _add_telling(command: argparse.ArgumentParser) -> None:
    command.add_argument("--detail", choices=("brief", "full"))
    command.add_argument("--language", choices=("en", "zh"))


def _add_models(commands: Commands) -> None:
    train = _answering(commands, "train", "train a model and wait for the end", later("training", "train"))
    train.add_argument("--preset", choices=get_args(Preset), help="takes seconds, minutes or a night; balanced")
    train.add_argument("--horizon", choices=get_args(Horizon))
    train.add_argument("--time-budget", dest="time_budget_seconds", type=float, metavar="S", help="seconds")
    train.add_argument("--seed", type=int, metavar="N")
    carried = _answering(commands, "carry", "carry over what another home learnt", later("carrying", "carry"))
    carried.add_argument("source", type=Path, metavar="OTHER_HOME", help="its folder, as given to --home there")
    measure = _answering(commands, "evaluate", "measure a recipe on held-out events", later("training", "evaluate"))
    measure.add_argument("--split", choices=get_args(Split))
    measure.add_argument("--preset", choices=get_args(Preset))
    measure.add_argument("--seed", type=int, metavar="N")


def _add_lists(commands: Commands) -> None:
    recommend = _answering(commands, "recommend", "recommend to one user or to all", later("commands", "recommend"))
    whom = recommend.add_mutually_exclusive_group(required=True)
    whom.add_argument("user_id", metavar="USER", nargs="?")
    whom.add_argument("--all-users", action="store_true", help="a list for every user, into --output")
    recommend.add_argument("-k", type=int, help="how many items")
    recommend.add_argument("--at", metavar="TIME", help="the moment to answer for; with --all-users also: last")
    recommend.add_argument("--query", metavar="TEXT", help="words that steer the list")
    recommend.add_argument("--output", type=Path, metavar="FILE.parquet", help="with --all-users")
    explain = _answering(commands, "explain", "say why an item is recommended", later("commands", "explain"))
    explain.add_argument("user_id", metavar="USER")
    explain.add_argument("item_id", metavar="ITEM")
    explain.add_argument("--at", metavar="TIME", help="the moment to ask for")
    _add_telling(explain)


def _add_care(commands: Commands) -> None:
    serve = _command(commands, "serve", "serve MCP over HTTP at /mcp", later("serving", "http"))
    serve.add_argument("--http", action="store_true", required=True, help="streamable HTTP")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8931)
    serve.add_argument("--token", dest="is_token_required", action="store_true", help="ask for the home's token")
    serve.add_argument("--allow-host", dest="allowed_hosts", action="append", metavar="NAME", help="name of this host")
    report = _answering(commands, "report", "write one page with the pictures", later("commands", "report"))
    report.add_argument("user_id", metavar="USER")
    report.add_argument("--output", metavar="FILE.html", required=True, help="the page; replaced if it is there")
    report.add_argument("--at", metavar="TIME", help="the moment to ask for; later events are unknown")
    report.add_argument("--language", choices=("en", "zh"))
    forget = _answering(commands, "forget", "erase a user", later("commands", "forget"))
    forget.add_argument("user_id", metavar="USER")
    forget.add_argument("--yes", dest="is_agreed", action="store_true", help="do not ask")
    export = _answering(commands, "export", "give a user everything that is stored", later("commands", "export"))
    export.add_argument("user_id", metavar="USER")
    export.add_argument("--output", metavar="FOLDER", required=True, help="new folder to write to")
    protect = _answering(commands, "protect", "choose how a team's home is protected", later("commands", "protect"))
    protect.add_argument("--pseudonyms", action="store_true", help="keep keyed hashes in place of user ids, for good")
    protect.add_argument("--min-users", type=int, metavar="K", help="users an item needs to be shown to others; 2")
    protect.add_argument(
        "--epsilon", type=float, metavar="E", help="learn under differential privacy, E for each training, for good"
    )
    users = _answering(commands, "users", "list who has events", later("commands", "users"))
    users.add_argument("--limit", type=int, metavar="N", help="at most so many; 100")
    _answering(commands, "status", "tell the state of store, models and clients", later("commands", "status"))
    backup = _answering(commands, "backup", "make a safety copy", later("backups", "backup"))
    backup.add_argument("path", metavar="PATH", nargs="?", help="file or folder; among the home's backups if left out")
    restore = _answering(commands, "restore", "put a safety copy back", later("backups", "restore"))
    restore.add_argument("path", metavar="PATH", nargs="?", help="the copy; the newest backup if left out")
    _answering(commands, "stop", "end the process that owns this home", later("stopping", "stop"))
    _answering(commands, "doctor", "find what is wrong with this installation", later("doctor", "doctor"))
    config = _command(commands, "config", "print the text to paste for a client", later("clients", "config"))
    config.add_argument("client", choices=CLIENTS)
