"""Reads texts in the background, so that a first list need not wait for all of them.

What is read is kept as it comes, so nothing is lost when it stops.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from temporec_mcp.models.encoder import Encoder
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.encode import SAVE_TEXTS, EncodingCancelledError, VectorCache, encode_missing

PATIENCE_SECONDS = 40.0
"""How long a question waits for texts, at most; some clients stop a call after 60 s."""
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read."""

    texts: Sequence[str]
    """In the order in which they are wanted."""
    first_count: int
    """So many of them a question waits for."""


class Reading:
    """One reading of texts in a thread of its own."""

    def __init__(self, plan: Callable[[], Plan]) -> None:
        """Take what tells what to read; it is asked in that thread."""
        self._plan = plan
        self._has_first = threading.Event()
        self.is_stopped = threading.Event()
        self.read_count = 0
        self.part_of_first = 0.0
        self.turn: Future[None] = Future()

    def work(self, encoder: Encoder, known: VectorCache) -> None:
        """Read on until all are read or somebody stops it."""
        try:
            plan = self._plan()
            while self.read_count < len(plan.texts):
                if self.read_count >= plan.first_count:
                    self._has_first.set()
                step = plan.texts[self.read_count : self.read_count + SAVE_TEXTS]
                encode_missing(step, encoder, known, is_cancelled=self.is_stopped.is_set)
                self.read_count += len(step)
                self.part_of_first = min(1.0, self.read_count / max(1, plan.first_count))
        except EncodingCancelledError:
            pass  # what was read until then is kept
        finally:
            self._has_first.set()

    def wait(self, progress: Progress) -> None:
        """Wait until those that were wanted first are read, or patience is at its end."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._has_first.wait(POLL_SECONDS) and time.monotonic() < deadline:
            progress(self.part_of_first, "Reading texts")
        if self.turn.done():
            self.turn.result()


class TextReader:
    """Reads for one home, one reading at a time."""

    def __init__(self, known: VectorCache) -> None:
        """Keep what is read in `known`."""
        self._known = known
        self._lock = threading.Lock()
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._reading: Reading | None = None

    def read(self, reading: Reading, encoder: Encoder, is_wanted: Callable[[], bool]) -> bool:
        """Begin with `reading` in place of any other, unless it is not wanted any more; tell whether it began."""
        with self._lock:
            if not is_wanted():
                return False
            self._stop()
            self._reading = reading
            reading.turn = self._line.submit(reading.work, encoder, self._known)
            return True

    def stop(self) -> None:
        """Stop reading, and wait for the last step, which takes a second or so."""
        with self._lock:
            self._stop()

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._line.shutdown(wait=True)

    def _stop(self) -> None:
        if self._reading is not None:
            self._reading.is_stopped.set()
            self._reading.turn.exception()
            self._reading = None
