from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temporec_mcp.domain.log import EventLog, batch_histories
from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.models.checkpoint import save_checkpoint
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.models.net_warm import Catalogue, carried
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.recipes import recipe_of
from temporec_mcp.pipeline.train import Trained, train_order
from temporec_mcp.pipeline.warm import going_on
from temporec_mcp.pipeline.workfolder import WorkOrder
from tests.models.chains import SMALL_PLAN, chain_log

WEIGHTS = np.array([1.0, -1.0], dtype=np.float32)
VECTORS_VD = np.random.default_rng(0).normal(size=(12, 6)).astype(np.float32)
REQUEST = TrainRequest(preset="balanced")
TODAY = chain_log(user_count=40, event_count=16)


def yesterdays(log: EventLog) -> EventLog:
    """Give the log without the last event of each user, and arrival numbers in the order of time."""
    return log.before(float(np.quantile(log.times_N, 0.93)))


def arriving_in_order(log: EventLog) -> EventLog:
    return replace(log, seqs_N=np.argsort(np.argsort(log.times_N, kind="stable"), kind="stable").astype(np.int64))


def order_of(log: EventLog, previous: Path | None = None) -> WorkOrder:
    return WorkOrder(REQUEST, log, VECTORS_VD, "tiny", WEIGHTS, "cpu", previous=previous)


def trained(log: EventLog, previous: Path | None = None) -> Trained:
    return train_order(order_of(log, previous), lambda done, phase: None)


def generation_of(log: EventLog, previous: Path) -> int:
    """Give how many models in a row would have gone on, 0 when learning would begin anew."""
    data = FitData(log, VECTORS_VD, WEIGHTS)
    return going_on(order_of(log, previous), data, recipe_of(REQUEST, log, "cpu", lambda done: None))[1]


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "yesterday"
    save_checkpoint(folder, trained(yesterdays(arriving_in_order(TODAY))).checkpoint)
    return folder


def test_todays_model_goes_on_from_yesterdays_and_is_the_same_each_time(yesterday: Path) -> None:
    first, second = (trained(arriving_in_order(TODAY), yesterday).checkpoint for _ in range(2))

    assert first.card.generation == 1
    assert first.card.data["net"] == "went on from the model before"
    assert first.card.metrics is not None
    assert first.card.metrics.ndcg_at_10 > 0.8
    for name, tensor in first.parts["net"].items():
        np.testing.assert_array_equal(second.parts["net"][name], tensor)


def test_a_model_that_learnt_from_an_event_that_is_gone_is_not_gone_on_from(yesterday: Path) -> None:
    log = arriving_in_order(TODAY)
    assert generation_of(log, yesterday) == 1
    assert generation_of(log.keep(log.seqs_N != 5), yesterday) == 0


def test_old_events_that_arrive_late_may_be_held_out_so_learning_begins_anew(yesterday: Path) -> None:
    log = arriving_in_order(TODAY)
    is_late_N = log.seqs_N > yesterdays(log).seqs_N.max()
    times_N = np.where(is_late_N, log.times_N - 2e6, log.times_N)
    order = np.lexsort((times_N, log.users_N))
    late = replace(log, times_N=times_N[order], items_N=log.items_N[order], seqs_N=log.seqs_N[order])
    assert generation_of(late, yesterday) == 0


def test_nets_say_the_same_of_known_items_in_a_catalogue_that_grew_and_turned() -> None:
    log = chain_log()
    kind = SequenceNetKind(NetMaking(SMALL_PLAN, "cpu"))
    part = kind.fit(FitData(log, VECTORS_VD, WEIGHTS))
    order = np.random.default_rng(1).permutation(12)
    turn_DD = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 6)))[0].astype(np.float32)
    vectors_VD = np.concatenate([VECTORS_VD[order], np.zeros((1, 6), dtype=np.float32)]) @ turn_DD
    item_ids = [log.item_ids[item] for item in order] + ["new"]
    counts_V = np.bincount(log.items_N, minlength=13)

    moved = kind.load(carried(part.tensors(), log.item_ids, Catalogue(item_ids, vectors_VD, counts_V)))

    places = np.argsort(order).astype(np.int32)
    history = log.history(0)
    times = np.array([2e9])
    before = part.score(batch_histories([history], times, WEIGHTS))
    after = moved.score(batch_histories([replace(history, items_L=places[history.items_L])], times, WEIGHTS))
    assert after.shape == (1, 13)
    differences = after[0, places] - before[0]
    np.testing.assert_allclose(differences, differences.mean(), atol=2e-3)
