from dataclasses import replace

import numpy as np
import torch

from benchmarks.privacy_accounting import least_noise, spent_epsilon
from benchmarks.private_net import PrivatePlan, learn_privately, newest_windows, sum_of_users
from temporec_mcp.domain.log import EventLog
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NetConfig
from temporec_mcp.models.net_data import lessons_of
from tests.models.chains import chain_log, fit_data

LOOSE = PrivatePlan(epsilon=1e3, delta=1e-5, user_share=0.5, steps=8, rate=4e-2)
ITEMS = 12


def new_net(*, has_text: bool = True) -> SequenceNet:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        text = torch.eye(ITEMS) if has_text else None
        return SequenceNet(NetConfig(width=16, length=20), ITEMS, text)


def learnt(log: EventLog, seed: int = 0) -> SequenceNet:
    net = new_net()
    learn_privately(net, lessons_of(fit_data(log)), LOOSE, np.random.default_rng(seed), lambda done: None)
    return net


def test_the_noise_that_a_promise_takes_keeps_it_and_less_noise_breaks_it() -> None:
    noise = least_noise(epsilon=2.0, delta=1e-5, share=0.1, steps=100)
    assert 1.9 < spent_epsilon(noise, 1e-5, 0.1, 100) <= 2.0 + 1e-6
    assert spent_epsilon(0.8 * noise, 1e-5, 0.1, 100) > 2.0
    assert least_noise(1.0, 1e-5, 0.1, 100) > noise


def test_one_more_user_moves_a_step_by_no_more_than_the_promised_length() -> None:
    net, lessons = new_net().eval(), lessons_of(fit_data(chain_log(user_count=6)))
    windows = newest_windows(lessons, 20)
    with_all, without_one = (sum_of_users(net, lessons, chosen, 0.1) for chosen in (windows, windows[:-1]))
    moved = torch.cat([(more - less).flatten() for more, less in zip(with_all, without_one, strict=True)])
    assert 0.09 < float(moved.norm()) < 0.1001


def test_a_user_has_one_window_however_long_the_history() -> None:
    lessons = lessons_of(fit_data(chain_log(user_count=3, event_count=60)))
    windows = newest_windows(lessons, 20)
    assert windows.tolist() == [[39, 59], [99, 119], [159, 179]]


def test_what_is_learnt_depends_on_nothing_but_windows_seed_and_plan() -> None:
    log = chain_log(user_count=8)
    first, second = learnt(log), learnt(log)
    older = log.items_N.copy()
    older[:4] = (older[:4] + 5) % ITEMS  # before the newest window of the first user
    third = learnt(replace(log, items_N=older))
    assert all(
        torch.equal(a, b) for a, b in zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    )
    assert all(torch.equal(a, b) for a, b in zip(first.state_dict().values(), third.state_dict().values(), strict=True))
    assert not first.ids.weight.any()


def test_with_little_noise_it_learns_the_chain_better_than_with_much() -> None:
    log = chain_log(user_count=20)
    lessons = lessons_of(fit_data(log))
    losses: list[float] = []
    for epsilon in (1e3, 0.3):
        net = new_net()
        plan = replace(LOOSE, epsilon=epsilon)
        spent = learn_privately(net, lessons, plan, np.random.default_rng(0), lambda done: None)
        assert spent.epsilon <= epsilon * 1.001
        losses.append(loss_of(net, log))
    assert losses[0] < 0.9 * np.log(ITEMS)
    assert losses[0] < losses[1]


def loss_of(net: SequenceNet, log: EventLog) -> float:
    from temporec_mcp.models.net_fit import Learner

    return Learner(net, lessons_of(fit_data(log)), np.random.default_rng(0)).loss(lessons_of(fit_data(log)), 512)
