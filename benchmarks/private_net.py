"""The sequence net learnt under differential privacy: what it became says little about whether any one user was there.

DP-SGD (Abadi et al. 2016, algorithm 1) with the user as the unit: a step draws users independently, each gives one
gradient (of the mean loss over the newest window), which is cut to a length, and noise of that length is added to the
sum. Nothing else looks at the events: no counts, no early stop, no choice by a validation loss. The catalogue and its
texts are public, and so is the number of users, to the step's divisor. Needs the extra `bench`, for the accounting.

Axes: U users, M asked positions, V items, D width.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from benchmarks.privacy_accounting import least_noise, spent_epsilon
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_data import Lessons, make_examples
from temporec_mcp.models.torch_facade import tensor_of

LEAST_LENGTH = 1e-12


@dataclass(frozen=True, slots=True)
class PrivatePlan:
    """What is promised, and how the net learns within it."""

    epsilon: float
    """Of (epsilon, delta) differential privacy for one user's whole history."""
    delta: float
    """Far below one in the number of users."""
    user_share: float = 0.2
    """Part of the users that a step draws, each by itself."""
    steps: int = 200
    longest_gradient: float = 0.5
    """Length that a user's gradient is cut to."""
    rate: float = 5e-3
    """Adam's step."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What the learning has spent."""

    epsilon: float
    delta: float
    noise: float
    """Deviation of the noise, in lengths of a user's gradient."""
    unit: str = "user"


def learn_privately(
    net: SequenceNet, lessons: Lessons, plan: PrivatePlan, rng: np.random.Generator, progress: Callable[[float], None]
) -> Spent:
    """Teach `net`, new and without popularity, from every user's newest window; give what it has spent.

    The ids stay out where items have texts: noise on each of them would drown what a few users say. `rng` draws the
    users and the noise, so whoever knows its seed can take the noise off again: it must be secret, or from the system.
    """
    noise = least_noise(plan.epsilon, plan.delta, plan.user_share, plan.steps)
    windows_U2 = newest_windows(lessons, net.config.length)
    _leave_out_ids(net)
    learnt = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(learnt, lr=plan.rate)
    expected = max(1.0, plan.user_share * len(windows_U2))
    net.eval()
    for step in range(plan.steps):
        drawn_U = rng.random(len(windows_U2)) < plan.user_share
        sums = sum_of_users(net, lessons, windows_U2[drawn_U], plan.longest_gradient)
        for parameter, total in zip(learnt, sums, strict=True):
            noise_of_it = rng.standard_normal(tuple(parameter.shape), dtype=np.float32)
            total.add_(tensor_of(noise_of_it).to(total.device), alpha=noise * plan.longest_gradient)
            parameter.grad = total / expected
        optimizer.step()  # pyright: ignore[reportUnknownMemberType]
        progress((step + 1) / plan.steps)
    epsilon = spent_epsilon(noise, plan.delta, plan.user_share, plan.steps)
    return Spent(epsilon, plan.delta, noise)


def sum_of_users(net: SequenceNet, lessons: Lessons, windows_U2: NDArray[np.int64], limit: float) -> list[Tensor]:
    """Add up the gradients of these users, each cut to the length `limit`, so that one more moves no sum further."""
    learnt = [parameter for parameter in net.parameters() if parameter.requires_grad]
    sums = [torch.zeros_like(parameter) for parameter in learnt]
    for user in range(len(windows_U2)):
        gradient = _gradient(net, lessons, windows_U2[user : user + 1], learnt)
        length = float(torch.sqrt(torch.stack([part.square().sum() for part in gradient]).sum()))
        for total, part in zip(sums, gradient, strict=True):
            total.add_(part, alpha=min(1.0, limit / max(length, LEAST_LENGTH)))
    return sums


def newest_windows(lessons: Lessons, length: int) -> NDArray[np.int64]:
    """Give each user's newest window [U, 2] that has something to ask for; a user is in one window only."""
    ends_U, begins_U = lessons.offsets_U[1:] - 1, lessons.offsets_U[:-1]
    starts_U = np.maximum(begins_U, ends_U - length)
    is_useful_U = ends_U > starts_U
    return np.stack((starts_U[is_useful_U], ends_U[is_useful_U]), axis=1)


def _leave_out_ids(net: SequenceNet) -> None:
    if net.text is not None:
        with torch.no_grad():
            net.ids.weight.zero_()
        net.ids.weight.requires_grad_(False)


def _gradient(
    net: SequenceNet,
    lessons: Lessons,
    window_12: NDArray[np.int64],
    learnt: list[torch.nn.Parameter],
) -> tuple[Tensor, ...]:
    examples = make_examples(lessons, window_12, np.random.default_rng(0)).to(net.device)
    asked_BL = examples.worth_BL > 0
    if not bool(asked_BL.any()):
        return tuple(torch.zeros_like(parameter) for parameter in learnt)
    items_VD = net.item_vectors()
    logits_MV = net.rank(net.read(examples.sequences, items_VD)[asked_BL], items_VD)
    loss = functional.cross_entropy(logits_MV, examples.targets_BL[asked_BL])
    found = torch.autograd.grad(loss, learnt, allow_unused=True, materialize_grads=True)
    return tuple(found)
