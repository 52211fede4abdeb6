import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from temporec_mcp.domain.log import EventLog, Floats, HistoryBatch, batch_histories
from temporec_mcp.models.net import SequenceNet, Sequences
from temporec_mcp.models.net_config import NetConfig, NetMaking, Sampling, Schedule
from temporec_mcp.models.net_data import batch_windows, cut_windows, lessons_of, make_examples
from temporec_mcp.models.net_fit import Learner
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.models.part import Part
from tests.models.chains import HOUR, SMALL_PLAN, chain_log, fit_data

KIND = SequenceNetKind(NetMaking(SMALL_PLAN, "cpu"))
WEIGHTS = np.array([1.0, -1.0], dtype=np.float32)


@pytest.fixture(scope="module")
def chain() -> EventLog:
    return chain_log()


@pytest.fixture(scope="module")
def part(chain: EventLog) -> Part:
    return KIND.fit(fit_data(chain))


def histories(log: EventLog, count: int = 8, length: int = 100) -> HistoryBatch:
    """Give the first users' histories without the last event, asked for an hour after their end."""
    past = [log.history(user, int(log.offsets_U[user + 1]) - 1) for user in range(count)]
    return batch_histories(past, np.array([one.times_L[-1] + HOUR for one in past]), WEIGHTS, length)


def last_items(log: EventLog, count: int) -> list[int]:
    return [int(log.items_N[end - 1]) for end in log.offsets_U[1 : count + 1]]


def hit_share(scores_BV: Floats, targets: list[int]) -> float:
    return float(np.mean(scores_BV.argmax(axis=1) == targets))


def net_and_sequences() -> tuple[SequenceNet, Sequences]:
    torch.manual_seed(0)
    net = SequenceNet(NetConfig(width=16, block_count=2), 12, torch.randn(12, 5)).eval()
    for block in net.blocks:
        torch.nn.init.normal_(block.get_parameter("age_bias.weight"))
        torch.nn.init.normal_(block.get_parameter("distance_bias"))
    rng = np.random.default_rng(0)
    windows = np.array([[0, 10], [25, 35]])
    return net, make_examples(lessons_of(fit_data(chain_log())), windows, rng).sequences


def test_a_later_event_changes_no_earlier_output() -> None:
    net, sequences = net_and_sequences()
    items_BL, times_BL, asked_BL = (
        column.clone() for column in (sequences.items_BL, sequences.times_BL, sequences.asked_BL)
    )
    items_BL[:, 6] = (items_BL[:, 6] + 5) % 12
    times_BL[:, 6] += 600.0
    asked_BL[:, 6] += 7_200.0
    changed = replace(sequences, items_BL=items_BL, times_BL=times_BL, asked_BL=asked_BL)

    before_BLD = net.read(sequences, net.item_vectors())
    after_BLD = net.read(changed, net.item_vectors())

    assert torch.equal(before_BLD[:, :6], after_BLD[:, :6])
    assert not torch.allclose(before_BLD[:, 6:], after_BLD[:, 6:])


def test_the_newest_position_is_read_alone_as_it_is_read_with_all_others() -> None:
    net, sequences = net_and_sequences()
    with torch.inference_mode():
        items_VD = net.item_vectors()
        everywhere_BLD = net.read(sequences, items_VD)
        for newest in (1, 3):
            torch.testing.assert_close(net.read(sequences, items_VD, newest), everywhere_BLD[:, -newest:])


def test_more_padding_changes_no_score(chain: EventLog, part: Part) -> None:
    batch = histories(chain, 2)
    short = [chain.history(0, 3)]
    asked = np.array([chain.times_N[3]])
    alone = part.score(batch_histories(short, asked, WEIGHTS))

    padded_batch = batch_histories([*short, chain.history(1)], np.append(asked, batch.as_of_B[1]), WEIGHTS)

    assert padded_batch.items_BL.shape[1] > 3
    np.testing.assert_allclose(part.score(padded_batch)[0], alone[0], atol=1e-5)


def test_one_batch_can_be_learnt_by_heart() -> None:
    shuffled = fit_data(chain_log(user_count=4, event_count=10, is_shuffled=True))
    torch.manual_seed(0)
    net = SequenceNet(NetConfig(width=32, dropout=0.0), 12, None)
    learner = Learner(net, lessons_of(shuffled), np.random.default_rng(0))
    start = learner.loss(learner.lessons, 1_000)

    learner.learn(Schedule(epochs=150, rate=1e-2, batch_events=1_000, decay=0.0), lambda _: None)

    assert learner.loss(learner.lessons, 1_000) < 0.05 < 1.0 < start


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(chain: EventLog, part: Part) -> None:
    again, other = KIND.fit(fit_data(chain)), KIND.fit(fit_data(chain, seed=1))

    for name, tensor in part.tensors().items():
        np.testing.assert_array_equal(again.tensors()[name], tensor)
    assert not np.array_equal(other.tensors()["0.ids.weight"], part.tensors()["0.ids.weight"])


def test_fitting_leaves_the_random_state_of_the_process_alone(chain: EventLog) -> None:
    state = torch.get_rng_state()

    KIND.fit(fit_data(chain_log(user_count=5)))

    assert torch.equal(torch.get_rng_state(), state)


def test_a_chain_is_learnt_and_a_shuffled_one_is_not(chain: EventLog, part: Part) -> None:
    shuffled = chain_log(is_shuffled=True)
    count = len(chain.user_ids)

    assert hit_share(part.score(histories(chain, count)), last_items(chain, count)) > 0.95
    hidden = shuffled.keep(~np.isin(np.arange(len(shuffled.items_N)), shuffled.offsets_U[1:] - 1))
    blind = KIND.fit(fit_data(hidden))
    assert hit_share(blind.score(histories(shuffled, count)), last_items(shuffled, count)) < 0.4


def test_a_saved_net_scores_equal_to_the_bit(chain: EventLog) -> None:
    data = replace(fit_data(chain), vectors_VD=np.random.default_rng(0).normal(size=(12, 6)).astype(np.float32))
    fitted = SequenceNetKind(NetMaking(replace(SMALL_PLAN, net_count=2), "cpu")).fit(data)

    loaded = KIND.load(fitted.tensors())

    np.testing.assert_array_equal(loaded.score(histories(chain)), fitted.score(histories(chain)))


def test_a_refit_learns_what_the_earlier_fit_could_not_know(chain: EventLog) -> None:
    turned = replace(chain, items_N=chain.items_N.copy())
    for start in chain.offsets_U[:-1]:
        late = slice(int(start) + 15, int(start) + 25)
        turned.items_N[late] = (np.arange(10) * 5 + int(start) // 25) % 12
    cut = float(np.sort(turned.times_N)[len(turned.times_N) * 3 // 5])
    early = KIND.fit(fit_data(turned.before(cut)))
    count = len(turned.user_ids)

    again = NetMaking(replace(SMALL_PLAN, again=SMALL_PLAN.first), "cpu")
    later = SequenceNetKind(again).refit(fit_data(turned), early)

    targets = last_items(turned, count)
    assert hit_share(early.score(histories(turned, count)), targets) < 0.2
    assert hit_share(later.score(histories(turned, count)), targets) > 0.5


def test_an_event_against_its_item_is_read_but_never_learnt_as_an_answer(chain: EventLog) -> None:
    actions_N = np.where(chain.items_N == 3, 1, 0).astype(np.int32)
    part = KIND.fit(fit_data(replace(chain, actions_N=actions_N)))

    scores_BV = part.score(histories(chain, len(chain.user_ids)))

    assert 3 in last_items(chain, len(chain.user_ids))
    assert not (scores_BV.argmax(axis=1) == 3).any()


def test_a_history_without_events_is_answered_by_popularity() -> None:
    log = chain_log(item_count=6, is_shuffled=True)
    favourite = replace(log, items_N=np.where(log.items_N < 3, 2, log.items_N).astype(np.int32))

    scores_BV = KIND.fit(fit_data(favourite)).score(batch_histories([log.history(0, 0)], np.array([2e9]), WEIGHTS))

    assert np.isfinite(scores_BV).all()
    assert scores_BV[0].argmax() == 2


def test_drawn_negatives_estimate_the_loss_over_all_items() -> None:
    lessons = lessons_of(fit_data(chain_log(is_shuffled=True)))
    torch.manual_seed(0)
    net = SequenceNet(NetConfig(width=16), 12, None)
    rng = np.random.default_rng(0)

    full = Learner(net, lessons, rng).loss(lessons, 500)
    drawn = Learner(net, lessons, rng, Sampling(full_limit=0, negative_count=20_000)).loss(lessons, 500)

    assert drawn == pytest.approx(full, rel=0.01)


def test_every_event_but_the_first_is_asked_for_and_windows_stay_inside_their_user() -> None:
    offsets_U = np.array([0, 1, 8, 8, 40])

    windows = cut_windows(offsets_U, 5, np.random.default_rng(0))

    asked = {row + 1 for start, end in windows for row in range(start, end)}
    assert asked == {*range(2, 8), *range(9, 40)}
    assert all(0 < end - start <= 5 for start, end in windows)
    batched = np.concatenate(batch_windows(windows, 12, np.random.default_rng(0)))
    assert sorted(map(tuple, batched.tolist())) == sorted(map(tuple, windows.tolist()))


def test_a_history_of_thousands_of_events_is_learnt_from_whole() -> None:
    log = chain_log(user_count=1, event_count=3_000)
    windows = cut_windows(log.offsets_U, NetConfig().length, np.random.default_rng(1))
    lessons = lessons_of(fit_data(log))
    asked_times = [
        time
        for window in windows
        for time in make_examples(lessons, window[None, :], np.random.default_rng(0)).sequences.asked_BL[0].tolist()
    ]
    assert set(asked_times) == set(log.times_N[1:].tolist())


def test_for_the_coming_weeks_the_answer_lies_within_them(chain: EventLog) -> None:
    far = replace(chain, times_N=chain.times_N + HOUR * 24 * 40 * (np.arange(len(chain.times_N)) % 25 >= 20))
    examples = make_examples(
        lessons_of(fit_data(far, horizon="weeks")), np.array([[0, 24], [25, 49]]), np.random.default_rng(0)
    )

    steps_BL = (examples.targets_BL - examples.sequences.items_BL) % 12
    assert len(torch.unique(steps_BL[:, :15])) > 3
    assert (steps_BL[:, 19] == 1).all()
    assert (examples.sequences.asked_BL >= examples.sequences.times_BL).all()


def test_learning_ends_in_its_time() -> None:
    endless = replace(SMALL_PLAN, first=replace(SMALL_PLAN.first, epochs=1_000_000, seconds=0.5))
    seen: list[float] = []

    SequenceNetKind(NetMaking(endless, "cpu", seen.append)).fit(fit_data(chain_log(user_count=2)))

    assert seen == sorted(seen)
    assert 0.5 < seen[-1] <= 1.0


def test_knowing_of_the_net_does_not_import_torch() -> None:
    code = (
        "import sys, temporec_mcp.models.checkpoint, temporec_mcp.pipeline.recipes; assert 'torch' not in sys.modules"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
