"""The log of a home: what happened and where in the code, and never a person's data.

A message of somebody else's library, or of an exception, may repeat what it was given: an id, a title, a header. So of
those only the level, the logger and the places in the code are written; whole sentences come from `note` alone, whose
words are fixed in the code and whose figures are numbers.
"""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import LiteralString, cast

LOG_FOLDER = "logs"
LOG_FILE = "temporec.log"
LARGEST_BYTES = 1_000_000
KEPT_FILES = 3
"""Older files beside the one that is written."""
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
LONGEST_TRACE = 20
"""Places in the code that an exception is told by, the innermost ones."""
OWN = "temporec_mcp"
_ours = logging.getLogger(OWN)


def start_log(home: Path) -> None:
    """Send everything that this process logs to the rotating file of the home, and nothing to stderr."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    root.addHandler(_HomeHandler(home))
    root.setLevel(logging.WARNING)
    _ours.setLevel(logging.INFO)
    logging.captureWarnings(True)


def note(what: LiteralString, **figures: int | float) -> None:
    """Log a sentence of ours, with figures."""
    numbers = "".join(f" {name}={value:g}" for name, value in figures.items())
    _ours.info("%s", what + numbers)


def fault(what: LiteralString, error: BaseException) -> None:
    """Log that something of ours broke, with the kind of the exception and the places in the code."""
    _ours.error("%s", what, exc_info=(type(error), error, error.__traceback__))


class _HomeHandler(RotatingFileHandler):
    """Writes into a home that exists; a process that has stored nothing yet leaves no trace."""

    def __init__(self, home: Path) -> None:
        self._home = home
        path = home / LOG_FOLDER / LOG_FILE
        super().__init__(path, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
        self.setFormatter(_PlaceFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        if self._home.is_dir():
            super().emit(record)

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        return TextIOWrapper(os.fdopen(handle, "wb"), encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on without a log: a full disk is told where it matters."""
        del record


class _PlaceFormatter(logging.Formatter):
    """Gives one line a record: time, level, who, where, and our own words."""

    def format(self, record: logging.LogRecord) -> str:
        is_ours = record.name == OWN
        place = record.getMessage() if is_ours else f"{record.module}:{record.lineno}"
        parts = [self.formatTime(record), record.levelname, str(os.getpid()), record.name, place]
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            parts += [
                word for cause in _causes(error) for word in (type(cause).__name__, *_places(cause.__traceback__))
            ]
        return " ".join(parts)


def _causes(error: BaseException) -> list[BaseException]:
    """Give what broke: the exceptions that a task group wraps, where it is one."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return [cause for inner in group.exceptions for cause in _causes(inner)]
    return [error]


def _places(trace: TracebackType | None) -> list[str]:
    """Give file, line and function of each frame, without what stood there."""
    places: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return places[-LONGEST_TRACE:]
