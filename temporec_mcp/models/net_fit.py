"""How the sequence net learns: whole passes over the log, a rising and falling rate, and a stop when it gets worse.

Axes: W windows, B histories, L positions, M asked positions, V items, D width, K candidates.
"""

import copy
import math
import time
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from temporec_mcp.models.adam import Adam, AdamConfig
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import Sampling, Schedule
from temporec_mcp.models.net_data import Examples, Lessons, batch_windows, cut_windows, make_examples, useful_windows
from temporec_mcp.models.net_loss import surprise
from temporec_mcp.models.torch_facade import compiled, fast_products, tensor_of

LEAST_WORTH = 1e-6
"""A batch that asks for less than this teaches nothing."""


EVERY_ITEM_IF_FEW = Sampling()
OnLoss = Callable[[int, float], None]
"""Told the number of an epoch, from 0, and its loss on what is not learnt from."""


def _unheard(_epoch: int, _loss: float) -> None:
    """Tell nobody."""


class Learner:
    """Teaches one net from one log."""

    def __init__(
        self, net: SequenceNet, lessons: Lessons, rng: np.random.Generator, sampling: Sampling = EVERY_ITEM_IF_FEW
    ) -> None:
        """Get ready; `rng` cuts the windows, torch's own random state does the rest."""
        self.net = net
        self.read = compiled(net.read, net.device)
        self.lessons = lessons
        self.rng = rng
        self.sampling = sampling
        counts_V = tensor_of(lessons.target_counts(net.ids.num_embeddings) + 1.0).to(net.device, torch.float32)
        self.draw_V = counts_V / counts_V.sum()

    def learn(
        self,
        schedule: Schedule,
        progress: Callable[[float], None],
        validation: Lessons | None = None,
        on_loss: OnLoss = _unheard,
    ) -> float:
        """Learn for the schedule's epochs; with `validation` keep the net of the best epoch and stop early.

        Args:
            schedule: how long and how fast.
            progress: told the done part at every step.
            validation: targets that are not learnt from.
            on_loss: told the loss on them after every epoch; what it raises ends the learning.

        Returns:
            The loss on `validation` of the net that was kept, inf without.
        """
        adam = Adam(self.net.parameters(), AdamConfig(schedule.decay))
        stop = EarlyStop(schedule.patience)
        clock = LearningClock(schedule)
        for epoch in range(schedule.epochs):
            batches = self._batches(schedule)
            for number, windows_B2 in enumerate(batches):
                done = clock.done(epoch + number / len(batches))
                if done >= 1.0:
                    break
                progress(done)
                self._learn_from(make_examples(self.lessons, windows_B2, self.rng), schedule)
                adam.step(rate_at(schedule, done))
            if validation is not None:
                stop.note(self.net, self.loss(validation, schedule.batch_events))
                on_loss(epoch, stop.losses[-1])
            if stop.is_over or clock.done(epoch + 1.0) >= 1.0:
                break
        stop.restore(self.net)
        return min(stop.losses, default=math.inf)

    def loss(self, lessons: Lessons, batch_events: int) -> float:
        """Give the mean loss over the lessons' targets, each asked once, without dropout and always the same way."""
        rng = np.random.default_rng(0)
        windows_W2 = useful_windows(lessons, cut_windows(lessons.offsets_U, self.net.config.length, rng))
        total, worth = 0.0, 0.0
        self.net.eval()
        with torch.inference_mode():
            for windows_B2 in batch_windows(windows_W2, batch_events, rng):
                examples = make_examples(lessons, windows_B2, rng).to(self.net.device)
                batch_worth = float(examples.worth_BL.sum())
                total += float(self._loss(examples)) * batch_worth
                worth += batch_worth
        self.net.train()
        return total / max(worth, 1.0)

    def _batches(self, schedule: Schedule) -> list[NDArray[np.int64]]:
        windows_W2 = useful_windows(self.lessons, cut_windows(self.lessons.offsets_U, self.net.config.length, self.rng))
        windows_W2 = windows_W2[self.rng.permutation(len(windows_W2))]
        read = np.cumsum(windows_W2[:, 1] - windows_W2[:, 0])
        windows_W2 = windows_W2[: int(np.searchsorted(read, schedule.most_epoch_events)) + 1]
        return batch_windows(windows_W2, schedule.batch_events, self.rng)

    def _learn_from(self, examples: Examples, schedule: Schedule) -> None:
        """Leave the gradients of these examples in the parameters."""
        with fast_products(self.net.device):
            loss = self._loss(examples.to(self.net.device))
        loss.backward()  # pyright: ignore[reportUnknownMemberType]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), schedule.gradient_limit)

    def _loss(self, examples: Examples) -> Tensor:
        """Give the mean of -log softmax of the right items, weighted by their worth."""
        items_VD = self.net.item_vectors()
        asked_BL = examples.worth_BL > 0
        states_MD = self.read(examples.sequences, items_VD)[asked_BL]
        targets_M, worth_M = examples.targets_BL[asked_BL], examples.worth_BL[asked_BL]
        if self.net.ids.num_embeddings <= self.sampling.full_limit:
            if states_MD.device.type == "cpu":
                summed = surprise(states_MD, items_VD, self.net.popularity_V, (targets_M, worth_M))
                return summed / worth_M.sum().clamp(min=LEAST_WORTH)
            losses_M = functional.cross_entropy(self.net.rank(states_MD, items_VD), targets_M, reduction="none")
        else:
            losses_M = self._sampled_losses(states_MD, targets_M, items_VD)
        return (losses_M * worth_M).sum() / worth_M.sum().clamp(min=LEAST_WORTH)

    def _sampled_losses(self, states_MD: Tensor, targets_M: Tensor, items_VD: Tensor) -> Tensor:
        """Estimate -log softmax from drawn negatives, each counted 1 / its expected draws (Jean et al. 2015, 3.1)."""
        drawn_K = torch.multinomial(self.draw_V, self.sampling.negative_count, replacement=True)
        expected_K = self.sampling.negative_count * self.draw_V[drawn_K]
        wrong_MK = self.net.rank(states_MD, items_VD, drawn_K) - expected_K.log()
        wrong_MK = wrong_MK.masked_fill(drawn_K[None, :] == targets_M[:, None], float("-inf"))
        right_M = (states_MD * items_VD[targets_M]).sum(dim=1) + self.net.popularity_V[targets_M]
        return torch.logsumexp(torch.cat((right_M[:, None], wrong_MK), dim=1), dim=1) - right_M


class LearningClock:
    """Tells how much of a learning is over, by epochs or by its time limit, whichever is further."""

    def __init__(self, schedule: Schedule) -> None:
        """Start now."""
        self._schedule = schedule
        self._began = time.monotonic()

    def done(self, epochs: float) -> float:
        """Give the part that is over, from 0, after that many epochs."""
        done = epochs / self._schedule.epochs
        if self._schedule.seconds is None:
            return done
        return max(done, (time.monotonic() - self._began) / self._schedule.seconds)


class EarlyStop:
    """Remembers the best net so far and tells when to stop looking for a better one."""

    def __init__(self, patience: int) -> None:
        """Wait for `patience` losses that are no better before it is over."""
        self.patience = patience
        self.losses: list[float] = []
        self.best: dict[str, Tensor] | None = None

    def note(self, net: SequenceNet, loss: float) -> None:
        """Note the loss of an epoch, and the net if it is the best so far."""
        if not self.losses or loss < min(self.losses):
            self.best = copy.deepcopy(net.state_dict())
        self.losses.append(loss)

    @property
    def is_over(self) -> bool:
        """Hold when the last `patience` losses were no better than the best."""
        return bool(self.losses) and len(self.losses) - 1 - self.losses.index(min(self.losses)) >= self.patience

    def restore(self, net: SequenceNet) -> None:
        """Put the best net back, where one was noted."""
        if self.best is not None:
            net.load_state_dict(self.best)


def rate_at(schedule: Schedule, done: float) -> float:
    """Give the rate when the part `done` of the time is over: a straight rise, then half a cosine down."""
    rise = min(1.0, (done + 1e-3) / schedule.warmup_share)
    fall = 0.5 * (1.0 + math.cos(math.pi * done))
    return schedule.rate * rise * (schedule.last_rate_share + (1.0 - schedule.last_rate_share) * fall)
