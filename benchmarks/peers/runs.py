"""One fit in a process of its own: its lists, what it cost, and what our evaluation says of them."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers.grids import Settings
from benchmarks.peers.tasks import judge
from temporec_mcp.pipeline.evaluate import Evaluation
from temporec_mcp.pipeline.split import HeldOut

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PEER_SCRIPT = ROOT / "benchmarks" / "peers" / "peer.py"
PRESETS = ("quick", "balanced", "best")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
DONE = "done.json"


@dataclass(frozen=True)
class Question:
    """A task on disk and its held-out cases."""

    name: str
    folder: Path
    held: HeldOut


@dataclass(frozen=True)
class Fit:
    """What to fit."""

    model: str
    settings: Settings
    seed: int

    @property
    def key(self) -> str:
        """Give a name that tells it from any other."""
        text = json.dumps(self.settings, sort_keys=True)
        digest = hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
        return f"{self.model}-{self.seed}-{digest}"


@dataclass(frozen=True)
class Result:
    """What a fit reached after some epochs."""

    fit: Fit
    epochs: int
    evaluation: Evaluation
    fit_cpu_seconds: float
    score_cpu_seconds: float
    peak_mb: float

    @property
    def ndcg(self) -> float:
        """NDCG@10."""
        return self.evaluation.metrics.ndcg_at_10


def run(question: Question, fit: Fit, seconds: float | None = None) -> list[Result]:
    """Fit and judge, one result for each round of epochs; a fit that ended before is only judged.

    After `seconds` the process is stopped, and what it wrote until then counts.
    """
    out = question.folder / "runs" / fit.key
    out.mkdir(parents=True, exist_ok=True)
    if not (out / DONE).exists():
        (out / "what.json").write_text(json.dumps([fit.model, fit.settings, fit.seed]))
        try:
            code = subprocess.run(
                _command(question, fit, out),
                env=os.environ | ONE_THREAD,
                cwd=ROOT,
                stderr=(out / "errors.txt").open("w"),
                stdout=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = 0
        if code:
            print(f"{fit.key} failed with {code}: see {out / 'errors.txt'}", file=sys.stderr)
        else:
            (out / DONE).write_text("{}")
    return results(question, fit)


def results(question: Question, fit: Fit) -> list[Result]:
    """Judge the lists that a fit has written so far."""
    out = question.folder / "runs" / fit.key
    if not (out / "cost.json").exists():
        return []
    return [
        Result(
            fit,
            cost["epochs"],
            judge(question.held, np.load(out / f"lists-{cost['epochs']}.npy")),
            cost["fit_cpu_seconds"],
            cost["score_cpu_seconds"],
            cost["peak_mb"],
        )
        for cost in json.loads((out / "cost.json").read_text())
    ]


def _command(question: Question, fit: Fit, out: Path) -> list[str]:
    where = [str(question.folder), str(out), fit.model, json.dumps(fit.settings), str(fit.seed)]
    if fit.model in PRESETS:
        return [sys.executable, "-m", "benchmarks.peers.ours", *where]
    return [str(PEERS_PYTHON), str(PEER_SCRIPT), *where]
