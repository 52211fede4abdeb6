"""What can be typed before a sub-command, and what the typed words become.

The server's start needs nothing else, so this module imports little.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import cast

from temporec_mcp.settings import DEVICES


class Options(argparse.Namespace):
    """What was typed; the sub-command's own arguments lie in `arguments` under the names of its tool."""

    home: Path | None
    device: str | None
    threads: int | None
    encoder: str | None
    narrator: str | None
    is_json: bool = False
    run: Callable[["Options"], int]

    def text(self, name: str) -> str | None:
        """Give an argument of text, None where it was left out."""
        return cast("str | None", getattr(self, name, None))

    def path(self, name: str) -> Path | None:
        """Give an argument that is a path, None where it was left out."""
        return cast("Path | None", getattr(self, name, None))

    def texts(self, name: str) -> list[str]:
        """Give an argument that may be given several times."""
        return cast("list[str] | None", getattr(self, name, None)) or []

    def number(self, name: str) -> int:
        """Give a whole number that has a default."""
        return cast("int", getattr(self, name))

    def flag(self, name: str) -> bool:
        """Tell whether a switch was set."""
        return bool(getattr(self, name, False))

    def given(self, *names: str) -> dict[str, object]:
        """Give those of the named arguments that were typed."""
        values = {name: getattr(self, name, None) for name in names}
        return {name: value for name, value in values.items() if value is not None}


def global_parser() -> argparse.ArgumentParser:
    """Give the parser of what comes before a sub-command; without one, the server runs on stdin and stdout."""
    parser = argparse.ArgumentParser(prog="temporec-mcp", add_help=False, allow_abbrev=False)
    parser.add_argument("--home", type=Path, help="folder that holds everything written (TEMPOREC_HOME)")
    parser.add_argument("--device", choices=DEVICES, help="where models run (TEMPOREC_DEVICE)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads for models (TEMPOREC_THREADS)")
    parser.add_argument(
        "--encoder",
        metavar="NAME",
        help="auto, english, multilingual, or a sentence-transformers name or path (TEMPOREC_ENCODER)",
    )
    parser.add_argument("--narrator", metavar="NAME", help="language model that words reasons (TEMPOREC_NARRATOR)")
    parser.add_argument("--standalone", action="store_true", help="do everything in this process")
    parser.set_defaults(run=later("relaying", "stdio"))
    return parser


def later(module: str, function: str) -> Callable[[Options], int]:
    """Give a command that imports its module only when it is run."""

    def run(options: Options) -> int:
        from importlib import import_module

        command = cast("Callable[[Options], int]", getattr(import_module(f"temporec_mcp.cli.{module}"), function))
        return command(options)

    return run
