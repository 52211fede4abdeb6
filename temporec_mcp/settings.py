"""Where the product writes and what it may use: the home folder, device, threads, encoder and idle time."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from temporec_mcp.errors import InvalidInputError

DEVICES = ("auto", "cpu", "cuda", "mps")
DEFAULT_ENCODER = "auto"
CHOICES = ("device", "threads", "encoder", "narrator")
"""What a home keeps from one start to the next, unless somebody chooses anew."""
KEPT = "settings.json"
"""The file of a home's choices."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices that hold for one home."""

    home: Path
    """Folder that holds everything the product writes."""
    device: str = "auto"
    """Where nets and the encoder run; auto takes CUDA, then MPS, then the CPU."""
    threads: int = 1
    """Threads for torch; more than the free cores makes it slower."""
    encoder: str = DEFAULT_ENCODER
    """A sentence-transformers name or path; auto picks the English or the multilingual one that is installed."""
    narrator: str = ""
    """Name or path of a causal language model that may word explanations anew; empty for none."""
    idle_seconds: float = 600.0
    """How long a background owner process outlives its last client."""
    import_dirs: tuple[Path, ...] = ()
    """Folders besides the working folder and Downloads that the import tool may read."""

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.home / "temporec.duckdb"

    @property
    def models(self) -> Path:
        """The folder of checkpoints, one folder a model."""
        return self.home / "models"

    @property
    def search_record(self) -> Path:
        """The file of the settings that the preset `best` tried: numbers only, nothing of a user's."""
        return self.home / "search.jsonl"

    @property
    def spent_record(self) -> Path:
        """The file of what the trainings under differential privacy have spent."""
        return self.home / "privacy.jsonl"

    @property
    def work(self) -> Path:
        """The folder of running jobs, one folder a job, removed at their end."""
        return self.home / "work"


def default_home() -> Path:
    """Give the platform's user-data folder for this product."""
    from platformdirs import user_data_path

    return user_data_path("temporec-mcp", appauthor=False)


def load_settings(environment: Mapping[str, str] = os.environ, **overrides: object) -> Settings:
    """Build the settings from the environment, with the command line's `overrides` (None means not given) on top.

    Raises:
        InvalidInputError: a value that cannot be read, named with its variable.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    dirs = environment.get("TEMPOREC_IMPORT_DIRS", "")
    device = str(given.get("device", environment.get("TEMPOREC_DEVICE", "auto")))
    if device not in DEVICES:
        raise InvalidInputError(f"The device {device!r} is not known.", f"Choose one of {', '.join(DEVICES)}.")
    return Settings(
        home=Path(str(given.get("home") or environment.get("TEMPOREC_HOME") or default_home())).expanduser().resolve(),
        device=device,
        threads=_whole_number("TEMPOREC_THREADS", given.get("threads", environment.get("TEMPOREC_THREADS", "1"))),
        encoder=str(given.get("encoder", environment.get("TEMPOREC_ENCODER", DEFAULT_ENCODER))),
        narrator=str(given.get("narrator", environment.get("TEMPOREC_NARRATOR", ""))),
        idle_seconds=float(_whole_number("TEMPOREC_IDLE_SECONDS", environment.get("TEMPOREC_IDLE_SECONDS", "600"))),
        import_dirs=tuple(Path(part).expanduser().resolve() for part in dirs.split(os.pathsep) if part),
    )


def kept_choices(home: str | Path) -> dict[str, str]:
    """Give the choices that a home keeps, by the names that the environment has for them; none where it keeps none."""
    import json

    try:
        found: object = json.loads((Path(home) / KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    kept = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    return {f"TEMPOREC_{name.upper()}": str(kept[name]) for name in CHOICES if name in kept}


def asked_choices(environment: Mapping[str, str], typed: Mapping[str, object]) -> dict[str, object]:
    """Give those choices that somebody made, on the command line or in the environment."""
    set_there = {name: environment.get(f"TEMPOREC_{name.upper()}") for name in CHOICES}
    return {name: typed.get(name) or set_there[name] for name in CHOICES if typed.get(name) or set_there[name]}


def _whole_number(name: str, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if number < 1:
        raise InvalidInputError(
            f"{name} is {value!r}, which is not a whole number from 1.", f"Set {name} to 1 or more."
        )
    return number
