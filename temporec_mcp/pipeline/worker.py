"""Training in a child process, so that it can be stopped at once and its memory goes back to the system.

The child prints one JSON object a line on its standard output: `{"done": 0.4, "phase": "..."}` while it works, or
`{"error": "...", "next_step": "..."}` before it ends in vain. It dies when its standard input closes, so it never
outlives its parent.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, TextIO

from temporec_mcp.domain.requests import EvaluationReport
from temporec_mcp.errors import TemporecError, TrainingError
from temporec_mcp.models.part import Progress
from temporec_mcp.pipeline.workfolder import (
    CHECKPOINT_FOLDER,
    ERRORS_FILE,
    TrainedFolder,
    read_evaluation,
    read_order,
    read_result,
    write_evaluation,
    write_result,
)

POLL_SECONDS = 0.1
"""How often the parent looks whether the job is to be cancelled."""
KILL_SECONDS = 5.0
"""How long a killed child may take to be gone."""
PIPE_BYTES = 1_024
FAILED_EXIT = 1
ORPHANED_EXIT = 3
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class TrainingCancelledError(TrainingError):
    """The caller asked to stop; the child is gone and the work folder holds nothing of use."""


def run_worker(
    folder: Path, on_progress: Progress, is_cancelled: Callable[[], bool], threads: int = 1
) -> TrainedFolder:
    """Train what the order in `folder` asks for, in a child process, and wait for its end.

    Args:
        folder: a work folder with an order (`workfolder.write_order`).
        on_progress: called in this thread with the part done (0 to 1, never falling) and the phase in words.
        is_cancelled: asked about every tenth of a second.
        threads: for the child's numerical libraries.

    Raises:
        TrainingCancelledError: `is_cancelled` said so; the child was killed first.
        TrainingError: the child failed; the message is its own.
    """
    _run_child(folder, on_progress, is_cancelled, threads)
    return read_result(folder)


def run_evaluation(
    folder: Path, on_progress: Progress, is_cancelled: Callable[[], bool], threads: int = 1
) -> EvaluationReport:
    """Measure by the order's `split`, in a child process; arguments and faults are those of `run_worker`."""
    _run_child(folder, on_progress, is_cancelled, threads)
    return read_evaluation(folder)


def _run_child(folder: Path, on_progress: Progress, is_cancelled: Callable[[], bool], threads: int) -> None:
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads))}
    # -P keeps the working folder off the import path: what lies there is not ours.
    command = [sys.executable, "-P", "-m", __name__, str(folder)]
    with (folder / ERRORS_FILE).open("wb") as errors:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment)
        try:
            fault = _watch(child, on_progress, is_cancelled)
        except BaseException:
            child.kill()
            raise
        finally:
            _end(child)
    if child.returncode != 0:
        raise fault or TrainingError(
            f"The training process ended with code {child.returncode} and no word why.",
            "Start it again with train_model; if it ends so again, there may be too little memory: try preset quick.",
        )


def _watch(
    child: "subprocess.Popen[bytes]", on_progress: Progress, is_cancelled: Callable[[], bool]
) -> TrainingError | None:
    """Pass on progress until the child's output ends; give the fault that it told of."""
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    assert child.stdout is not None
    threading.Thread(target=_read_lines, args=(child.stdout, lines), daemon=True).start()
    fault: TrainingError | None = None
    done = 0.0
    while True:
        if is_cancelled():
            raise TrainingCancelledError("The training was cancelled.", "Start it again with train_model.")
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        if line is None:
            return fault
        message = json.loads(line)
        if "error" in message:
            fault = TrainingError(message["error"], message["next_step"])
        else:
            done = max(done, float(message["done"]))
            on_progress(done, str(message["phase"]))


def _read_lines(stream: IO[bytes], lines: "queue.SimpleQueue[bytes | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Make sure that the child is gone; one that closed its output and still runs is killed after a while."""
    try:
        child.wait(KILL_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()


def main(folder: Path, report: TextIO) -> int:
    """Train what the order in `folder` asks for, telling progress as JSON lines on `report`; give the exit code."""

    def progress(done: float, phase: str) -> None:
        _tell(report, {"done": done, "phase": phase})

    try:
        _work(folder, progress)
    except TemporecError as fault:
        _tell(report, {"error": fault.what, "next_step": fault.next_step})
        return FAILED_EXIT
    except MemoryError:
        _tell(report, {"error": "There was too little memory to train.", "next_step": "Try again with preset quick."})
        return FAILED_EXIT
    return 0


def _work(folder: Path, progress: Progress) -> None:
    from temporec_mcp.models.checkpoint import save_checkpoint
    from temporec_mcp.pipeline.train import evaluate_order, train_order

    order = read_order(folder)
    if order.request.preset != "quick":
        from temporec_mcp.models.torch_facade import set_threads

        set_threads(order.threads)
    if order.split is not None:
        write_evaluation(folder, evaluate_order(order, order.split, progress))
        return
    trained = train_order(order, progress)
    save_checkpoint(folder / CHECKPOINT_FOLDER, trained.checkpoint)
    write_result(folder, trained.comparison)


def _tell(report: TextIO, message: dict[str, object]) -> None:
    print(json.dumps(message), file=report, flush=True)


def _die_with_parent() -> None:
    """End this process as soon as its standard input closes."""
    # Not through sys.stdin: a thread that waits in it would hold its lock when the process wants to end.
    while os.read(0, PIPE_BYTES):
        pass
    os._exit(ORPHANED_EXIT)


if __name__ == "__main__":
    threading.Thread(target=_die_with_parent, daemon=True).start()
    # Whatever a library prints goes to the error file: standard output carries our lines only.
    own_output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.exit(main(Path(sys.argv[1]), own_output))
