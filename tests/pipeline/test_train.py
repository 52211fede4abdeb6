import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from temporec_mcp.domain.log import batch_histories
from temporec_mcp.domain.training import Preset, Split, TrainRequest
from temporec_mcp.errors import NotFoundError, TrainingError
from temporec_mcp.models.checkpoint import HeldOutLists, load_blend, load_card, load_checkpoint, save_checkpoint
from temporec_mcp.pipeline.recipes import plan_of
from temporec_mcp.pipeline.stages import Stages
from temporec_mcp.pipeline.train import Trained, evaluate_order, train_order
from temporec_mcp.pipeline.worker import ORPHANED_EXIT, TrainingCancelledError, run_evaluation, run_worker
from temporec_mcp.pipeline.workfolder import WorkOrder, read_order, write_order
from tests.models.chains import STEP, chain_log

QUICK = TrainRequest(preset="quick")


def order_of(request: TrainRequest = QUICK, user_count: int = 30) -> WorkOrder:
    log = chain_log(user_count=user_count, event_count=12, item_count=40)
    vectors_VD = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
    return WorkOrder(request, log, vectors_VD, "tiny", np.array([1.0, -1.0], dtype=np.float32), "cpu")


def silent(_done: float, _phase: str) -> None:
    pass


def processes_of(folder: Path) -> list[str]:
    """Give the running processes that have `folder` as an argument; none where the system does not tell."""
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    return [command.decode(errors="replace") for command in commands if str(folder).encode() in command]


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train_order(order_of(), silent)


@pytest.fixture(scope="module")
def saved(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "first"
    save_checkpoint(folder, trained.checkpoint)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "job"
    assert processes_of(tmp_path / "job") == []


def test_a_job_in_a_child_gives_the_same_model_as_in_this_process(folder: Path, saved: Path) -> None:
    write_order(folder, order_of())
    seen: list[float] = []

    result = run_worker(folder, lambda done, _: seen.append(done), lambda: False)

    assert result.card == load_card(saved)
    here, there = load_checkpoint(saved), load_checkpoint(result.checkpoint)
    for part, tensors in here.parts.items():
        for name, tensor in tensors.items():
            np.testing.assert_array_equal(there.parts[part][name], tensor)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert result.comparison is None


def test_an_order_is_read_as_it_was_written(folder: Path) -> None:
    order = replace(order_of(), previous=folder / "old", split="next-basket", threads=2)
    write_order(folder, order)

    again = read_order(folder)

    assert repr(replace(again, log=order.log, vectors_VD=None)) == repr(replace(order, vectors_VD=None))
    assert repr(again.log) == repr(order.log)
    np.testing.assert_array_equal(again.vectors_VD, order.vectors_VD)


def test_a_cancelled_job_is_gone_when_the_caller_hears_of_it(folder: Path) -> None:
    write_order(folder, order_of())
    seen: list[str] = []

    with pytest.raises(TrainingCancelledError):
        run_worker(folder, lambda _, phase: seen.append(phase), lambda: bool(seen))

    assert processes_of(folder) == []


def test_a_job_dies_with_its_parent(folder: Path) -> None:
    write_order(folder, order_of(user_count=200))
    command = [sys.executable, "-m", "temporec_mcp.pipeline.worker", str(folder)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdout.readline()

    child.stdin.close()

    assert child.wait(30) == ORPHANED_EXIT
    child.stdout.close()


def test_too_few_events_are_told_in_the_childs_own_words(folder: Path) -> None:
    order = order_of()
    write_order(folder, replace(order, log=order.log.before(0.0)))

    with pytest.raises(TrainingError, match=r"0 usable events.*import_history"):
        run_worker(folder, silent, lambda: False)


def test_a_child_that_dies_without_a_word_is_told_by_its_code(folder: Path) -> None:
    folder.mkdir()

    with pytest.raises(TrainingError, match="ended with code 1"):
        run_worker(folder, silent, lambda: False)


def test_a_quick_job_never_imports_torch(folder: Path) -> None:
    write_order(folder, order_of())
    code = (
        "import sys; from pathlib import Path; from temporec_mcp.pipeline.worker import main\n"
        "assert main(Path(sys.argv[1]), sys.stdout) == 0; assert 'torch' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, capture_output=True)


def test_a_saved_model_scores_equal_to_the_bit(trained: Trained, saved: Path) -> None:
    log = order_of().log
    batch = batch_histories([log.history(0), log.history(5)], np.full(2, 2e9), np.ones(2, dtype=np.float32))

    scores_PBV = load_blend(load_checkpoint(saved)).part_scores(batch)

    np.testing.assert_array_equal(scores_PBV, load_blend(trained.checkpoint).part_scores(batch))
    assert load_card(saved) == trained.checkpoint.card


def test_a_damaged_model_is_named_with_the_way_out(saved: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "model.json").write_bytes((saved / "model.json").read_bytes())
    (broken / "model.safetensors").write_bytes((saved / "model.safetensors").read_bytes()[:100])

    with pytest.raises(NotFoundError, match=r"broken cannot be read.*train_model"):
        load_checkpoint(broken)


def test_the_recipe_is_measured_beside_baselines_and_says_what_it_learnt_from(trained: Trained) -> None:
    card = trained.checkpoint.card
    log = order_of().log

    assert card.metrics is not None
    assert card.metrics.cases > 0
    assert "popularity" in card.baselines
    assert card.metrics.ndcg_at_10 > card.baselines["popularity"].ndcg_at_10
    assert (card.trained_from, card.trained_to) == (log.times_N.min(), log.times_N.max())
    assert card.last_seq == log.seqs_N.max()
    assert card.data["kept"] == len(log.items_N)


def test_the_same_recipe_on_the_same_events_is_not_worse(saved: Path, trained: Trained) -> None:
    again = train_order(replace(order_of(), previous=saved), silent).comparison

    assert again is not None
    assert again.basis == "same_window"
    assert not again.is_worse
    assert again.ndcg_at_10 == again.previous_ndcg_at_10
    assert trained.comparison is None


def test_a_recipe_that_answers_less_is_worse(tmp_path: Path) -> None:
    order = replace(order_of(), log=chain_log(user_count=30, event_count=12, item_count=40, is_shuffled=True))
    before = train_order(order, silent).checkpoint
    perfect = np.zeros_like(before.held_out.hits_CK)
    perfect[:, 0] = True
    save_checkpoint(tmp_path, replace(before, held_out=HeldOutLists(before.held_out.seqs_C, perfect)))

    comparison = train_order(replace(order, previous=tmp_path), silent).comparison

    assert comparison is not None
    assert comparison.is_worse
    assert comparison.high < 0.0
    assert comparison.previous_ndcg_at_10 == pytest.approx(1.0)


def test_an_old_model_is_asked_itself_about_what_came_later(tmp_path: Path) -> None:
    order = order_of()
    early = order.log.before(1.7e9 + 8 * STEP)
    old = train_order(replace(order, log=early), silent)
    save_checkpoint(tmp_path, old.checkpoint)

    comparison = train_order(replace(order, previous=tmp_path), silent).comparison

    assert comparison is not None
    assert comparison.basis == "later_events"
    assert comparison.cases > 0
    assert comparison.previous_ndcg_at_10 > 0.0


def test_another_recipe_is_fitted_anew_where_its_model_knows_the_cases(saved: Path, tmp_path: Path) -> None:
    old = load_checkpoint(saved)
    other = replace(old.card, request=TrainRequest(preset="quick", time_budget_seconds=60.0))
    unknown = HeldOutLists(old.held_out.seqs_C[1:], old.held_out.hits_CK[1:])
    save_checkpoint(tmp_path, replace(old, card=other, held_out=unknown))

    comparison = train_order(replace(order_of(), previous=tmp_path), silent).comparison

    assert comparison is not None
    assert comparison.basis == "same_window"
    assert comparison.ndcg_at_10 == comparison.previous_ndcg_at_10


def test_balanced_adds_the_net_and_its_model_loads(tmp_path: Path) -> None:
    seen: list[float] = []
    request = TrainRequest(preset="balanced", time_budget_seconds=5.0)

    result = train_order(order_of(request, user_count=50), lambda done, _: seen.append(done))

    save_checkpoint(tmp_path, result.checkpoint)
    blend = load_blend(load_checkpoint(tmp_path), "cpu")
    assert blend.names[-1] == "net"
    assert seen == sorted(seen)
    batch = batch_histories([order_of().log.history(0)], np.array([2e9]), np.ones(2, dtype=np.float32))
    np.testing.assert_array_equal(blend.part_scores(batch), load_blend(result.checkpoint, "cpu").part_scores(batch))


@pytest.mark.parametrize("preset", ["quick", "balanced"])
@pytest.mark.parametrize(("user_count", "event_count", "item_count"), [(1, 10, 12), (1, 2, 3), (3, 5, 1)])
def test_the_smallest_histories_give_a_model(
    preset: Preset, user_count: int, event_count: int, item_count: int
) -> None:
    order = replace(order_of(TrainRequest(preset=preset)), log=chain_log(user_count, event_count, item_count))

    trained = train_order(replace(order, vectors_VD=None), silent)

    blend = load_blend(trained.checkpoint)

    batch = batch_histories([order.log.history(0)], np.array([2e9]), np.ones(2, dtype=np.float32))
    candidates_BV = np.ones((1, item_count), dtype=np.bool_)
    assert np.isfinite(blend.combine(blend.part_scores(batch), candidates_BV)).all()
    assert ("net" in trained.checkpoint.card.data) == (preset == "balanced")


@pytest.mark.parametrize("split", ["leave-last-out", "temporal", "temporal-static", "next-basket"])
def test_a_recipe_is_measured_by_each_protocol(split: Split) -> None:
    report = evaluate_order(order_of(), split, silent)

    assert report.split == split
    assert report.metrics.cases > 0
    assert "popularity" in report.baselines
    assert report.quality is not None
    lead = report.quality.leads[report.quality.best_baseline]
    assert lead.low <= lead.mean <= lead.high


def test_measuring_in_a_child_gives_the_report(folder: Path) -> None:
    order = replace(order_of(), split="leave-last-out")
    write_order(folder, order)

    assert run_evaluation(folder, silent, lambda: False) == evaluate_order(order, "leave-last-out", silent)


def test_large_logs_are_read_less_often_and_small_ones_in_smaller_steps() -> None:
    small = order_of().log
    items_N = np.tile(small.items_N, 2_000)
    large = replace(small, items_N=items_N, item_ids=tuple(str(number) for number in range(60_000)))

    assert plan_of(QUICK, large).first.epochs < plan_of(QUICK, small).first.epochs
    assert plan_of(QUICK, small).first.batch_events < 3_200
    assert plan_of(TrainRequest(preset="best"), small).net_count > 1


def test_progress_with_nets_rises_to_its_end_over_three_fits() -> None:
    seen: list[float] = []
    stages = Stages(lambda done, _: seen.append(done), 0.9, has_net=True)

    for step in range(3):
        stages.recipe(step / 3, "fitting net")
        for done in (0.0, 0.5, 1.0):
            stages.net(done)
    stages.recipe(1.0, "done")

    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(0.9)
    assert len(set(seen)) >= 9
