"""Histories read in a process apart, so that a file made to harm can take only that process down; see `reader`."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.importers.base import ImportOptions, Parsed
from temporec_mcp.importers.frames import (
    LONGEST_FRAME,
    Batch,
    BrokenFrameError,
    Done,
    Failed,
    Opened,
    ReadLimits,
    order_line,
    parsed_of,
    read_frame,
)
from temporec_mcp.importers.source import named

READER = "temporec_mcp.importers.reader"
POLL_SECONDS = 0.1
"""How often it is looked whether the import is to be cancelled."""
FRAMES_AHEAD = 2
"""Frames that may wait, which bounds the memory of an import."""
END_SECONDS = 1.0
"""How long a process may take to be gone after its output has ended."""
LIMITS = ReadLimits()
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Threads take address space, and a reader needs none."""

SLOW_SIGNAL = int(getattr(signal, "SIGXCPU", 0))
"""What ends a process that used up its time; 0 where the system has no such limit."""

IsCancelled = Callable[[], bool]


class ApartHistory:
    """A history that another process reads; see `HistoryFile`."""

    def __init__(self, reader: "_Reader") -> None:
        """Take the reader's first word."""
        opened = reader.next_frame()
        if not isinstance(opened, Opened):
            raise reader.broke_off()
        self.format = opened.format
        self.questions = opened.questions
        self.notes = opened.notes
        self._reader = reader

    def batches(self) -> Iterator[Parsed]:
        """Give what the reader hands on; only once."""
        while isinstance(frame := self._reader.next_frame(), Batch):
            yield self._reader.parsed(frame)
        if not isinstance(frame, Done):
            raise self._reader.broke_off()
        self.questions, self.notes = frame.questions, frame.notes


@contextmanager
def open_apart(
    path: Path, options: ImportOptions, is_cancelled: IsCancelled, limits: ReadLimits = LIMITS
) -> Generator[ApartHistory]:
    """Open a history as `open_history` does, in a process of its own that ends with the block.

    Raises:
        InvalidInputError: what `open_history` raises; or the reader took too much memory or time, or broke off; or
            the import was cancelled. While batches are read, too.
    """
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, "1")}
    # -P keeps the working folder off the import path: what lies there is not ours.
    command = [sys.executable, "-P", "-m", READER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as child:
        reader = _Reader(child, path, is_cancelled)
        try:
            reader.order(order_line(path, options, limits))
            yield ApartHistory(reader)
        finally:
            reader.close()


class _Reader:
    """The reading process as its parent sees it."""

    def __init__(self, child: "subprocess.Popen[bytes]", path: Path, is_cancelled: IsCancelled) -> None:
        self._child = child
        self._path = path
        self._is_cancelled = is_cancelled
        self._is_over = False
        self._room = threading.Semaphore(FRAMES_AHEAD)
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def order(self, line: bytes) -> None:
        """Tell the process what to read; its input stays open, because it dies when that closes."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(line)
            self._child.stdin.flush()
        except BrokenPipeError:
            raise self.broke_off() from None

    def next_frame(self) -> Opened | Batch | Done:
        """Wait for the next word of the process, which may be that it failed.

        Raises:
            InvalidInputError: it failed, broke off, or the import was cancelled.
        """
        line = self._next_line()
        try:
            frame = read_frame(line)
        except BrokenFrameError:
            raise self.broke_off() from None
        if isinstance(frame, Failed):
            raise InvalidInputError(frame.what, frame.next_step)
        return frame

    def parsed(self, batch: Batch) -> Parsed:
        """Give the events and items of a batch."""
        try:
            return parsed_of(batch)
        except BrokenFrameError:
            raise self.broke_off() from None

    def broke_off(self) -> InvalidInputError:
        """Give the error for a process that ended without a last word, or said what no reader of ours says."""
        try:
            code = self._child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            code = self._child.wait()
        is_too_slow = code == -SLOW_SIGNAL != 0
        why = "took far longer than a file of this size should" if is_too_slow else "broke off"
        return InvalidInputError(
            f"Reading {named(self._path)} {why}, so nothing of it was kept: it may be damaged or made to do harm.",
            "Export it again, or convert it to CSV yourself and import that.",
        )

    def close(self) -> None:
        """End the process, whatever it does."""
        self._is_over = True
        self._room.release()
        self._child.kill()
        self._thread.join()

    def _next_line(self) -> bytes:
        while True:
            if self._is_cancelled():
                raise InvalidInputError("The import was cancelled; no event was kept.", "Import the file again.")
            try:
                line = self._lines.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            self._room.release()
            return line

    def _pass_on(self) -> None:
        """Read lines ahead, but only so many; the end is an empty one."""
        assert self._child.stdout is not None
        line = b"\n"
        while line:
            self._room.acquire()
            if self._is_over:
                return
            line = self._child.stdout.readline(LONGEST_FRAME)
            self._lines.put(line)
