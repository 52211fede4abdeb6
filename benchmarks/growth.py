"""Measures how import, log read, `quick` training and one list grow with events and items, on made-up data.

    python -m benchmarks.growth [--sizes 1e6x1e4 1e6x1e5 ...] [--stages import read train recommend] [--limit-gb 10]

A size is events x items (`made_up_log.py`; without titles, so no text is encoded). Every stage runs in a process of its
own, through the same use cases as the command line. CPU seconds are of the stage and its children; the peak is the
resident memory of all its processes together, looked at twice a second; beyond --limit-gb they are ended and the
row says so. Rows are added to .data/growth/results.csv as soon as they are there.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.made_up_log import MadeUp, write_parquet
from examples.movielens import DATA

if TYPE_CHECKING:
    from temporec_mcp.app import App

STAGES = ("import", "read", "train", "recommend")
SIZES = ("1e6x1e4", "1e6x1e5", "1e6x1e6", "1e7x1e5", "1e7x1e6", "3e7x1e6")
POLL_SECONDS = 0.5
LOOKS = 5
"""Lists that are asked for after the first one."""
GB = 1024.0**3
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Spent:
    """What a stage cost."""

    seconds: float
    cpu_seconds: float
    peak_gb: float
    told: str


def run_stage(stage: str, folder: Path, limit_gb: float) -> Spent:
    """Run a stage in its own session and watch the memory of all that belongs to it."""
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.growth", "--stage", stage, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    peak = 0.0
    told = ""
    while child.poll() is None:
        peak = max(peak, _session_bytes(child.pid) / GB)
        if peak > limit_gb:
            os.killpg(child.pid, signal.SIGKILL)
            told = f"ended beyond {limit_gb:.0f} GB"
        time.sleep(POLL_SECONDS)
    output = child.stdout.read() if child.stdout else ""
    lines = output.strip().splitlines()
    if child.returncode or not lines:
        return Spent(time.monotonic() - began, 0.0, peak, told or f"failed with {child.returncode}")
    found = json.loads(lines[-1])
    return Spent(found["seconds"], found["cpu_seconds"], peak, found["told"])


def _session_bytes(session: int) -> int:
    """Sum the resident memory of the processes of a session."""
    total = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * PAGE
    return total


def do_stage(stage: str, folder: Path) -> None:
    """Do a stage here and print what it cost as the last line."""
    from temporec_mcp.app import App
    from temporec_mcp.settings import Settings

    app = App(Settings(home=folder / "home", device="cpu"), lambda: datetime.now(UTC))
    began = time.monotonic()
    told = {"import": _import, "read": _read, "train": _train, "recommend": _recommend}[stage](app, folder)
    seconds = time.monotonic() - began
    app.close()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(spent.ru_utime + spent.ru_stime for spent in used)
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "told": told}))


def _import(app: "App", folder: Path) -> str:
    from temporec_mcp.domain.requests import ImportRequest

    request = ImportRequest(path=str(folder / "events.parquet"), is_dry_run=False, is_trusted=True)
    report = app.import_history(request, _quiet, _never)
    return f"{report.kept} rows kept"


def _read(app: "App", folder: Path) -> str:
    from temporec_mcp.store.database import Store
    from temporec_mcp.store.events import EventFilter

    store = Store.open(folder / "home" / "temporec.duckdb")
    table = store.items.table()
    log = store.events.log(table.item_nos_V, EventFilter())
    store.close()
    return f"{len(log.items_N)} events, {len(log.user_ids)} users, {len(log.item_ids)} items"


def _train(app: "App", folder: Path) -> str:
    from temporec_mcp.domain.training import ENDED, TrainRequest

    run = app.start_training(TrainRequest(preset="quick"))
    while run.status not in ENDED:
        run = app.training_status(run.job_id, 30.0, _quiet, _never)
        print(f"{run.progress:.2f} {run.phase}", file=sys.stderr)
    if run.metrics is None:
        return f"{run.status}: {run.error}"
    return f"NDCG@10 {run.metrics.ndcg_at_10:.3f} over {run.metrics.cases} cases"


def _recommend(app: "App", folder: Path) -> str:
    from temporec_mcp.domain.ranking import RankRequest

    taken: list[float] = []
    for look in range(1 + LOOKS):
        began = time.monotonic()
        app.recommend(RankRequest(str(look), (), 10, datetime.now(UTC)), _quiet)
        taken.append(time.monotonic() - began)
    return f"first {taken[0]:.1f} s, then {1000 * sorted(taken[1:])[LOOKS // 2]:.0f} ms"


def _quiet(done: float, phase: str) -> None:
    del done, phase


def _never() -> bool:
    return False


def measure(size: str, stages: list[str], limit_gb: float, work: Path) -> None:
    """Make the data of a size and run the stages one after another; the first that fails ends it."""
    events, items = (int(float(part)) for part in size.split("x"))
    folder = work / size
    if "import" in stages:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_parquet(MadeUp(events, items), folder / "events.parquet")
    for stage in stages:
        spent = run_stage(stage, folder, limit_gb)
        print(
            f"{events:>11,} {items:>10,} {stage:<10} {spent.seconds:8.1f} s {spent.cpu_seconds:8.1f} CPU s "
            f"{spent.peak_gb:6.2f} GB  {spent.told}",
            flush=True,
        )
        with (work / "results.csv").open("a", newline="") as file:
            costs = (f"{cost:.2f}" for cost in (spent.seconds, spent.cpu_seconds, spent.peak_gb))
            csv.writer(file).writerow([events, items, stage, *costs, spent.told])
        if not spent.cpu_seconds:
            return


def main() -> None:
    """Measure the sizes, or do one stage as a child."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES))
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--limit-gb", type=float, default=10.0)
    parser.add_argument("--work", type=Path, default=DATA / "growth")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        do_stage(options.stage, options.folder)
        return
    options.work.mkdir(parents=True, exist_ok=True)
    for size in options.sizes:
        measure(size, options.stages, options.limit_gb, options.work)


if __name__ == "__main__":
    main()
