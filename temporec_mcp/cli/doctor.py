"""doctor: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING

from temporec_mcp.cli import doctor_home
from temporec_mcp.cli.findings import Finding
from temporec_mcp.cli.session import chosen_settings
from temporec_mcp.errors import TemporecError

if TYPE_CHECKING:
    from collections.abc import Callable

    from temporec_mcp.cli.options import Options
    from temporec_mcp.settings import Settings

OLDEST_PYTHON = (3, 11)
FREE_BYTES_NEEDED = 1_000_000_000
"""Room for the database, its write-ahead log, a training's work folder and a checkpoint of a middling history."""
LIBRARIES = ("mcp", "pydantic", "duckdb", "numpy", "scipy", "scikit-learn", "torch", "sentence-transformers")
OTHERS_BITS = 0o077


def doctor(options: Options) -> int:
    """Print every check; exit code 1 when one finds something wrong."""
    settings = chosen_settings(options)
    findings = [check(settings) for check in CHECKS]
    wrong = [finding for finding in findings if not finding.is_well]
    summary = f"{len(wrong)} of {len(findings)} checks found something wrong." if wrong else "All is well."
    if options.is_json:
        document = {"summary": summary, "checks": [asdict(finding) for finding in findings]}
        print(json.dumps(document, ensure_ascii=False))
    else:
        print("\n".join([*(finding.line() for finding in findings), summary]))
    return 1 if wrong else 0


def _python(settings: Settings) -> Finding:
    del settings
    version = sys.version.split()[0]
    is_well = sys.version_info >= OLDEST_PYTHON
    return Finding("python", is_well, version, "Install again with Python 3.11 or newer.")


def _libraries(settings: Settings) -> Finding:
    del settings
    versions: list[str] = []
    missing: list[str] = []
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    detail = f"missing: {', '.join(missing)}." if missing else ", ".join(versions)
    return Finding("libraries", not missing, detail, "Install temporec-mcp again with pip, which brings them.")


def _home(settings: Settings) -> Finding:
    home = settings.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Finding("home", False, f"{existing} cannot be written.", "Choose another with --home or TEMPOREC_HOME.")
    if existing == home and os.name == "posix" and stat.S_IMODE(home.stat().st_mode) & OTHERS_BITS:
        return Finding("home", False, f"other accounts can look into {home}.", f"Run chmod 700 {home}.")
    return Finding("home", True, str(home) if existing == home else f"{home} (made at first use)")


def _free_space(settings: Settings) -> Finding:
    home = settings.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{free / 1e9:.1f} GB free"
    return Finding("free space", free >= FREE_BYTES_NEEDED, detail, "Free at least 1 GB, or move the home elsewhere.")


def _encoder(settings: Settings) -> Finding:
    from temporec_mcp.models.encoder import load_encoder

    try:
        encoder = load_encoder(settings.encoder)
    except TemporecError as error:
        return Finding("encoder", False, error.what, error.next_step)
    return Finding("encoder", True, f"{encoder.name}; its model is read at the first text")


def _device(settings: Settings) -> Finding:
    from temporec_mcp.models.torch_facade import pick_device

    best = pick_device("auto").type
    detail = f"{settings.device} asked for, {best} is the best there is"
    return Finding("device", settings.device in ("auto", "cpu", best), f"{detail}.", "Choose --device auto.")


def _threads(settings: Settings) -> Finding:
    cores = os.cpu_count() or 1
    detail = f"{settings.threads} of {cores} cores"
    return Finding("threads", settings.threads <= cores, detail, f"Set TEMPOREC_THREADS to {cores} or less.")


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    *(_python, _libraries, _home, _free_space),
    *(doctor_home.owner, doctor_home.starting, doctor_home.permissions, doctor_home.store),
    *(_encoder, _device, _threads),
)
