"""Erasing a user: nothing of the user is in any byte of the home, and what is trained then never knew the user."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from temporec_mcp.app import App
from temporec_mcp.app.home import open_home
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.ranking import RankRequest
from temporec_mcp.domain.training import ENDED, TrainingRun, TrainRequest
from temporec_mcp.errors import NotFoundError, TrainingError
from temporec_mcp.models.checkpoint import TENSORS_FILE, load_card
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.registry import TOOLS
from tests.app.conftest import NOW, START, catalogue, histories, never, no_progress, train

CANARY = "canary-40961"


def leaving() -> list[Event]:
    """Give the history of a user who will leave: own items, shared ones, first of all to use some."""
    items = [f"{CANARY}-item-{n}" for n in range(4)] + ["0-3", "4-7", "late"]
    return [
        Event(
            user_id=f"{CANARY}-user",
            item_id=item_id,
            action="read" if step % 2 else f"{CANARY}-action",
            time=START + timedelta(days=step // 2, minutes=7 * step),
            value=step / 10,
            text=f"{CANARY} text",
            session_id=f"{CANARY} session",
            context=f"{CANARY} context",
            event_id=f"{CANARY} event {step}",
        )
        for step, item_id in enumerate(items * 3)
    ]


def staying() -> list[Event]:
    late = [Event(f"u{user}", "late", "read", START + timedelta(days=9, minutes=user)) for user in range(3)]
    return [*histories(), *late]


def traces(folder: Path, text: str = CANARY) -> list[str]:
    needles = (text.encode(), text.encode("utf-16-le"))
    # A job that has just ended takes its work folder away meanwhile, which `os.walk` passes over.
    walked = [(Path(place), folders, files) for place, folders, files in os.walk(folder)]
    paths = [place / name for place, _, files in walked for name in files]
    found = [str(path.relative_to(folder)) for path in paths if any(needle in content(path) for needle in needles)]
    return found + [name for _, folders, files in walked for name in (*folders, *files) if text in name]


def content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""


def ended(app: App, job_id: str) -> TrainingRun:
    run = app.training_status(job_id, 60, no_progress, never)
    assert run.status in ENDED
    return run


def forget(app: App) -> dict[str, object]:
    call = Call(NOW, no_progress, never)
    preview = TOOLS["forget_user"].answer(app, {"user_id": f"{CANARY}-user"}, call).fields()
    arguments = {"user_id": f"{CANARY}-user", "confirm": preview["confirm"]}
    return TOOLS["forget_user"].answer(app, arguments, call).fields()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def known(home: Path) -> Iterator[App]:
    """Give an application that knows the user who will leave, before anybody else."""
    app = App(Settings(home=home), lambda: NOW)
    titles = [Item(f"{CANARY}-item-{n}", f"{CANARY} title {n}", is_catalogue=False) for n in range(4)]
    app.log_behavior(leaving(), titles)
    app.log_behavior(staying(), catalogue())
    yield app
    app.close()


def leave_what_deaths_leave(home: Path) -> None:
    for folder in ("work/job-dead", "models/never-registered", "temporec.duckdb.tmp", "temporec.duckdb.unclean-half"):
        (home / folder).mkdir(parents=True)
        (home / folder / "left").write_text(CANARY, encoding="utf-8")
    for file in ("owner.log", "backups/x.duckdb.half", "temporec.duckdb.clean"):
        (home / file).write_text(f"left by a death {CANARY}", encoding="utf-8")


def learnt(model: Path) -> dict[str, bytes]:
    """Give everything that a model has learnt; the arrival numbers of its held-out events are a home's own."""
    tensors = load_file(model / TENSORS_FILE)
    return {name: tensor.tobytes() for name, tensor in tensors.items() if not name.endswith("seqs_C")}


def test_no_byte_of_a_home_and_no_bit_of_its_new_model_tells_of_an_erased_user(
    known: App, home: Path, tmp_path: Path
) -> None:
    model_id = train(known, seed=3).model_id
    known.recommend(RankRequest(f"{CANARY}-user", (), 5, NOW, query=None), no_progress)
    known.back_up(None)
    known.close()
    assert len(traces(home)) >= 3
    leave_what_deaths_leave(home)
    told = forget(known)
    assert traces(home) == []
    (destroyed,) = told["models"]  # type: ignore[misc]
    assert (destroyed["model_id"], destroyed["outcome"].split(":")[0]) == (model_id, "destroyed")
    removed = {"events": 21, "recommendations": 1, "items": 4, "safety_copies": 2, "vectors": 4}
    assert told["removed"] == removed
    again = ended(known, str(told["job_id"]))
    assert again.status == "completed" and again.is_activated
    assert traces(home) == [] and traces(home, "u3") != []

    innocent = App(Settings(home=tmp_path / "innocent"), lambda: NOW)
    innocent.log_behavior(staying(), catalogue())
    never_saw = train(innocent, seed=3)
    one, two = home / "models" / str(again.model_id), tmp_path / "innocent" / "models" / str(never_saw.model_id)
    assert learnt(one) == learnt(two)
    assert load_card(one).item_ids == load_card(two).item_ids
    assert load_card(one).weights == load_card(two).weights
    assert (again.metrics, again.baselines, again.data) == (never_saw.metrics, never_saw.baselines, never_saw.data)
    request = RankRequest("u4", (), 10, NOW)
    assert known.recommend(request, no_progress).items == innocent.recommend(request, no_progress).items
    innocent.close()


def test_a_training_that_has_read_the_user_begins_anew_without(known: App, home: Path) -> None:
    job = known.start_training(TrainRequest(preset="quick", seed=1))
    while not list((home / "work").glob("job-*/order.npz")):
        known.training_status(job.job_id, 0.05, no_progress, never)
    assert forget(known)["models"] == []
    assert traces(home) == []
    run = ended(known, job.job_id)
    assert run.status == "completed"
    assert not [name for name in load_card(home / "models" / str(run.model_id)).item_ids if CANARY in name]
    assert traces(home) == []


def test_a_measuring_that_has_read_the_user_stops(known: App, home: Path) -> None:
    told: list[dict[str, object]] = []

    def erase_once(done: float, phase: str) -> None:
        if done > 0.3 and not told:
            told.append(forget(known))

    with pytest.raises(TrainingError, match="erased while"):
        known.evaluate("temporal", "quick", 0, erase_once, never)
    assert told and traces(home) == []


def test_whoever_only_asked_can_be_erased_too(known: App) -> None:
    known.recommend(RankRequest("passer-by", (), 3, NOW), no_progress)
    assert known.preview_forget("passer-by").would_remove["recommendations"] == 1
    assert known.forget("passer-by", None).removed["recommendations"] == 1
    with pytest.raises(NotFoundError, match="passer-by"):
        known.forget("passer-by", None)


def test_a_home_of_one_has_nothing_to_learn_from_when_that_one_is_erased(home: Path) -> None:
    app = App(Settings(home=home), lambda: NOW)
    app.log_behavior([replace(event, user_id=f"{CANARY}-user") for event in histories()[:40]], [])
    train(app)
    told = forget(app)
    assert "job_id" not in told and len(told["models"]) == 1  # type: ignore[arg-type]
    app.close()
    assert traces(home) == []


def test_an_opened_home_has_no_work_of_dead_processes(home: Path) -> None:
    (home / "work" / "job-1").mkdir(parents=True)
    (home / "models" / "half").mkdir(parents=True)
    opened = open_home(Settings(home=home), lambda: datetime.now(UTC))
    opened.close()
    assert not (home / "work").exists() and list((home / "models").iterdir()) == []
    shutil.rmtree(home)
