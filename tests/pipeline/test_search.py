from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temporec_mcp.domain.log import EventLog, Floats, batch_histories
from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_distil import distilled
from temporec_mcp.models.net_part import SequencePart, fit_part
from temporec_mcp.pipeline.search import Search, params_of, read_record, search
from temporec_mcp.pipeline.train import train_order
from temporec_mcp.pipeline.workfolder import WorkOrder
from tests.models.chains import SMALL_PLAN, STEP, chain_log, fit_data

PLAN = replace(
    SMALL_PLAN,
    shape=replace(SMALL_PLAN.shape, width=32),
    first=replace(SMALL_PLAN.first, epochs=3),
    validation_share=0.1,
)
MAKING = NetMaking(PLAN, "cpu")
WEIGHTS = np.array([1.0, -1.0], dtype=np.float32)


def silent(_done: float, _phase: str) -> None:
    pass


@pytest.fixture(scope="module")
def log() -> EventLog:
    return chain_log()


def test_a_search_begins_with_the_usual_settings_and_goes_on_where_the_last_one_was_cut_short(
    log: EventLog, tmp_path: Path
) -> None:
    record = tmp_path / "home" / "search.jsonl"
    first = search(fit_data(log), MAKING, Search(record, trial_count=2), silent)
    tried = list(read_record(record))
    record.write_text(record.read_text() + '{"horizon": "next", "ev')

    second = search(fit_data(log), MAKING, Search(record, trial_count=1), silent)

    assert tried[0].params == params_of(PLAN)
    assert [len(one.losses) for one in tried] == [3, 3]
    assert (first.trials, second.trials) == (2, 3)
    assert second.loss <= first.loss == min(loss for one in tried for loss in one.losses)


def test_a_search_without_time_keeps_the_plan(log: EventLog) -> None:
    found = search(fit_data(log), MAKING, Search(None, seconds=0.0), silent)
    assert (found.plan, found.trials) == (PLAN, 0)


def test_trials_on_much_smaller_logs_are_not_gone_on_from(log: EventLog, tmp_path: Path) -> None:
    record = tmp_path / "search.jsonl"
    search(fit_data(log.before(float(np.median(log.times_N)))), MAKING, Search(record, trial_count=1), silent)
    assert search(fit_data(log), MAKING, Search(record, trial_count=0), silent).trials == 0


def test_a_distilled_net_says_what_its_teachers_say_together(log: EventLog) -> None:
    making = NetMaking(replace(SMALL_PLAN, net_count=2, first=replace(SMALL_PLAN.first, epochs=4)), "cpu")
    several = fit_part(fit_data(log), making)
    one = distilled(fit_data(log), several, making)

    past = [log.history(user, int(log.offsets_U[user + 1]) - 1) for user in range(20)]
    batch = batch_histories(past, np.array([one.times_L[-1] + STEP for one in past]), WEIGHTS)

    def distance(part: SequencePart) -> float:
        return float(np.abs(_chances(part.score(batch)) - _chances(several.score(batch))).mean())

    assert len(one.nets) == 1
    assert distance(one) < 0.9 * distance(SequencePart(several.nets[:1]))


def test_the_best_preset_tells_what_it_searched_and_what_one_net_costs(tmp_path: Path) -> None:
    log = chain_log(user_count=90, event_count=25, item_count=20)
    request = TrainRequest(preset="best", time_budget_seconds=4.0)
    order = WorkOrder(request, log, None, "", WEIGHTS, "cpu", search=tmp_path / "search.jsonl")
    seen: list[float] = []

    card = train_order(order, lambda done, _: seen.append(done)).checkpoint.card

    assert "trials" in str(card.data["search"])
    assert "with one net" in str(card.data["distilled"])
    assert seen == sorted(seen)
    assert len(list(read_record(tmp_path / "search.jsonl"))) >= 1


def _chances(scores_BV: Floats) -> Floats:
    chances_BV = np.exp(scores_BV - scores_BV.max(axis=1, keepdims=True))
    return chances_BV / chances_BV.sum(axis=1, keepdims=True)
