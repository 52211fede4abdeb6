"""What happens later changes nothing that was learnt or said before it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.log import EventLog
from temporec_mcp.domain.ranking import RankedItem, RankRequest
from temporec_mcp.domain.training import ENDED, Split, TrainRequest
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.fit import Measured, Recipe, evaluate_recipe
from temporec_mcp.settings import Settings
from tests.models.chains import SMALL_PLAN, chain_log

CANARY = 40
"""An item that nobody uses until the last event of all."""
START = datetime(2026, 1, 5, 20, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ASKED = datetime(2026, 3, 1, tzinfo=UTC)
SHELF = 20


def quiet(done: float, phase: str) -> None:
    del done, phase


def with_canary(log: EventLog) -> EventLog:
    """Let the last event of all be about the canary."""
    items_N = log.items_N.copy()
    items_N[int(np.argmax(log.times_N))] = CANARY
    return replace(log, items_N=items_N)


def measured(log: EventLog, split: Split) -> Measured:
    vectors_VD = np.random.default_rng(0).normal(size=(len(log.item_ids), 8)).astype(np.float32)
    horizon = "weeks" if split == "temporal-static" else "next"
    data = FitData(log, vectors_VD, np.array([1.0, -1.0], dtype=np.float32), horizon)
    recipe = Recipe(horizon, 0, (SequenceNetKind(NetMaking(SMALL_PLAN, "cpu")),))
    return evaluate_recipe(data, recipe, split, quiet)


@pytest.mark.parametrize("split", ["leave-last-out", "temporal", "temporal-static"])
def test_a_canary_after_the_split_changes_no_part_no_weight_and_no_list(split: Split) -> None:
    log = replace(chain_log(event_count=12), item_ids=tuple(f"i{item}" for item in range(CANARY + 1)))
    log = replace(log, items_N=(log.items_N + 3 * log.users_N).astype(np.int32) % CANARY)

    without, beside = measured(log, split), measured(with_canary(log), split)

    assert without.weights == beside.weights
    for stage, parts in without.stages.items():
        for name, part in parts.items():
            for tensor, values in part.tensors().items():
                np.testing.assert_array_equal(beside.stages[stage][name].tensors()[tensor], values)
    assert without.evaluation is not None
    assert beside.evaluation is not None
    assert len(without.evaluation.items_CK) > 0
    np.testing.assert_array_equal(beside.evaluation.items_CK, without.evaluation.items_CK)
    for name, baseline in without.baselines.items():
        np.testing.assert_array_equal(beside.baselines[name].items_CK, baseline.items_CK)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = App(Settings(home=tmp_path / "home", device="cpu"), lambda: NOW)
    app.log_behavior(
        [
            Event(f"u{user}", f"b-{(user + step) % SHELF}", "read", START + timedelta(days=step, minutes=user))
            for user in range(20)
            for step in range(8)
        ],
        [Item(f"b-{volume}") for volume in range(SHELF)],
    )
    yield app
    app.close()


def listed(app: App) -> tuple[RankedItem, ...]:
    return app.recommend(RankRequest("u3", (), 4, ASKED), quiet).items


def test_what_is_logged_later_changes_no_answer_for_an_earlier_moment(app: App) -> None:
    run = app.start_training(TrainRequest(preset="quick"))
    while run.status not in ENDED:
        run = app.training_status(run.job_id, 30.0, quiet, lambda: False)
    before = listed(app)

    app.log_behavior([Event(user, "b-11", "read", ASKED + timedelta(hours=1)) for user in ("u3", "u4")], [])

    assert (run.status, run.error) == ("completed", None)
    assert len(before) == 4
    assert listed(app) == before
    now = app.recommend(RankRequest("u3", (), 4, NOW), quiet).items
    assert [item.item_id for item in now] != [item.item_id for item in before]
