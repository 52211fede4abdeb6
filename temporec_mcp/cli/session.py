"""One command's application, progress bar and output."""

import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime

from temporec_mcp.cli.options import Options
from temporec_mcp.settings import Settings, load_settings
from temporec_mcp.tools.base import Call, Reply
from temporec_mcp.tools.use_cases import UseCases

BAR_FORMAT = "{percentage:3.0f}% |{bar}| {desc} [{elapsed}]"


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with."""

    app: UseCases
    call: Call


def utc_now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


def chosen_settings(options: Options) -> Settings:
    """Give the settings of the environment with what was typed on top."""
    return load_settings(os.environ, **options.given("home", "device", "threads", "encoder"))


def make_app(options: Options) -> UseCases:
    """Give the application for the home and choices that were typed."""
    from temporec_mcp.app import App

    return App(chosen_settings(options), utc_now)


@contextmanager
def open_session(options: Options) -> Generator[Session]:
    """Give the application with a progress bar on stderr; whatever libraries print goes to stderr too."""
    with redirect_stdout(sys.stderr), progress_bar() as progress:
        app = make_app(options)
        try:
            yield Session(app, Call(utc_now(), progress, is_never_cancelled))
        finally:
            app.close()


def is_never_cancelled() -> bool:
    """Say no: at the command line, Ctrl-C is the way to stop."""
    return False


@contextmanager
def progress_bar() -> Generator[Callable[[float, str], None]]:
    """Give what moves a bar on stderr; it appears at the first move, and only where a person watches."""
    from tqdm import tqdm

    with tqdm(total=1.0, bar_format=BAR_FORMAT, leave=False, disable=None, delay=0.5, file=sys.stderr) as bar:

        def move(part: float, phase: str) -> None:
            bar.set_description_str(phase, refresh=False)
            bar.update(max(0.0, min(part, 1.0) - bar.n))

        yield move


def answer(options: Options, tool_name: str, arguments: dict[str, object]) -> int:
    """Call a tool with what was typed and print its answer."""
    from temporec_mcp.tools.registry import TOOLS

    with open_session(options) as session:
        reply = TOOLS[tool_name].answer(session.app, arguments, session.call)
    return show(options, reply)


def show(options: Options, reply: Reply) -> int:
    """Print a reply: one JSON document, or the summary and a line per entry."""
    print(json.dumps(reply.fields(), ensure_ascii=False) if options.is_json else reply.text())
    return 0
