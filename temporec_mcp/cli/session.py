"""One command's way to the application, its progress bar and its output."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from temporec_mcp.settings import asked_choices, kept_choices, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from temporec_mcp.cli.options import Options
    from temporec_mcp.settings import Settings
    from temporec_mcp.tools.use_cases import UseCases

BAR_FORMAT = "{percentage:3.0f}% |{bar}| {desc} [{elapsed}]"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave: the fields of its tool, and the text that says the same."""

    fields: dict[str, object]
    text: str


class Session(Protocol):
    """What a command asks: the owner of the home, or an application of its own."""

    def answer(self, name: str, arguments: Mapping[str, object]) -> Answer:
        """Give the answer to a call of `tools.trusted`.

        Raises:
            TemporecError: the request could not be met; ArgumentsError when it was not understood.
        """
        ...


class Alone:
    """An application in this process; only while no owner has the home's database."""

    def __init__(self, app: UseCases, progress: Callable[[float, str], None]) -> None:
        """Ask `app`."""
        self._app = app
        self._progress = progress

    def answer(self, name: str, arguments: Mapping[str, object]) -> Answer:
        """Give the answer to a call."""
        from temporec_mcp.tools.base import Call
        from temporec_mcp.tools.trusted import COMMANDS

        call = Call(utc_now(), self._progress, is_never_cancelled)
        reply = COMMANDS[name](self._app, arguments, call)
        return Answer(reply.fields(), reply.text())


class Owned:
    """The owner of the home, shared with every client."""

    def __init__(self, options: Options, progress: Callable[[float, str], None]) -> None:
        """Start nothing yet."""
        from temporec_mcp.relay.calling import OwnerCalls

        asked = asked_choices(os.environ, typed_choices(options))
        self._calls = OwnerCalls(str(chosen_home(options)), asked, progress, tell)

    def answer(self, name: str, arguments: Mapping[str, object]) -> Answer:
        """Give the answer to a call."""
        from temporec_mcp.relay.wire import members

        reply = self._calls.call(name, arguments)
        return Answer(members(reply, "fields"), str(reply.get("text")))


def utc_now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


def typed_choices(options: Options) -> dict[str, object]:
    """Give the home and settings that were typed."""
    return options.given("home", "device", "threads", "encoder", "narrator")


def chosen_home(options: Options) -> Path:
    """Give the home that was typed, else the environment's, else the platform's."""
    return load_settings(os.environ, **typed_choices(options)).home


def chosen_settings(options: Options) -> Settings:
    """Give what was typed, else what the environment says, else what the home keeps."""
    typed = typed_choices(options)
    return load_settings({**kept_choices(chosen_home(options)), **os.environ}, **typed)


def make_app(options: Options) -> UseCases:
    """Give the application for the home and choices that were typed."""
    from temporec_mcp.app import App

    return App(chosen_settings(options), utc_now)


@contextmanager
def open_session(options: Options) -> Generator[Session]:
    """Give what answers, with a progress bar on stderr; whatever libraries print goes to stderr too."""
    with redirect_stdout(sys.stderr), progress_bar() as progress:
        if not options.flag("standalone"):
            yield Owned(options, progress)
            return
        app = make_app(options)
        try:
            yield Alone(app, progress)
        finally:
            app.close()


def is_never_cancelled() -> bool:
    """Say no: at the command line, Ctrl-C is the way to stop."""
    return False


@contextmanager
def progress_bar() -> Generator[Callable[[float, str], None]]:
    """Give what moves a bar on stderr; it appears at the first move, and only where a person watches."""
    if not sys.stderr.isatty():
        yield lambda part, phase: None
        return
    from tqdm import tqdm

    with tqdm(total=1.0, bar_format=BAR_FORMAT, leave=False, delay=0.5, file=sys.stderr) as bar:

        def move(part: float, phase: str) -> None:
            bar.set_description_str(phase, refresh=False)
            bar.update(max(0.0, min(part, 1.0) - bar.n))

        yield move


def answer(options: Options, name: str, arguments: Mapping[str, object]) -> int:
    """Make one call with what was typed and print its answer."""
    with open_session(options) as session:
        found = session.answer(name, arguments)
    return show(options, found)


def show(options: Options, found: Answer) -> int:
    """Print an answer: one JSON document, or the summary and a line per entry."""
    print(json.dumps(found.fields, ensure_ascii=not speaks_unicode()) if options.is_json else found.text)
    return 0


def speaks_unicode() -> bool:
    """Tell whether results may hold any character; a document that may not says the others by their numbers."""
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "").startswith("utf")


def tell(message: str) -> None:
    """Say something to the person, beside the result."""
    print(f"temporec-mcp: {message}", file=sys.stderr)
