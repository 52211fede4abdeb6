"""The sequence net as a part of the blend: nets of several seeds whose log-probabilities are averaged.

Axes: B histories, L positions, V items, D width, R what all nets read of a history.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from temporec_mcp.domain.log import Floats, HistoryBatch
from temporec_mcp.domain.training import EpochLoss
from temporec_mcp.models.factors import item_factors
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NAME, NetConfig, NetMaking
from temporec_mcp.models.net_data import Lessons, lessons_of, sequences_of
from temporec_mcp.models.net_fit import Learner, OnLoss
from temporec_mcp.models.net_warm import SHAPE
from temporec_mcp.models.pairs import positives
from temporec_mcp.models.part import FitData, Tensors
from temporec_mcp.models.torch_facade import floats_of, pick_device, seeded, tensor_of

Told = Callable[[float], None]
CHUNK_ROWS = 128
"""Histories that are read at once."""
LEAST_VALIDATION_TARGETS = 50
"""With fewer late targets than this there is nothing to stop by."""
SEED_STEP = 1_000_003
"""Between the seeds of the nets of one part."""


class SequencePart:
    """Fitted sequence nets."""

    def __init__(self, nets: list[SequenceNet]) -> None:
        """Serve `nets`, which share the catalogue and the text vectors."""
        self.nets = nets
        self.device = nets[0].device
        with torch.inference_mode():
            self._items = [net.eval().item_vectors() for net in nets]

    @property
    def name(self) -> str:
        """The part's name."""
        return NAME

    def score(self, batch: HistoryBatch) -> Floats:
        """Give the mean log-probability [B, V] of each item to come next, up to a constant for each row."""
        rows = [floats_of(self._ranked(states)) for states in self._read(batch)]
        return np.concatenate(rows) if rows else np.zeros((0, self._items[0].shape[0]), dtype=np.float32)

    def readings(self, batch: HistoryBatch) -> Floats:
        """Give what the nets read of each history [B, R]; times `item_rows` it is `score`."""
        rows = [floats_of(torch.cat(states, dim=1)) / len(self.nets) for states in self._read(batch)]
        read_BR = np.concatenate(rows) if rows else np.zeros((0, sum(items.shape[1] for items in self._items)))
        return np.pad(read_BR.astype(np.float32), ((0, 0), (0, 1)), constant_values=1.0)

    def item_rows(self) -> Floats:
        """Give what each number of a reading says for every item [R, V]."""
        popularity_V = torch.stack([net.popularity_V for net in self.nets]).mean(dim=0)
        return np.concatenate([*(floats_of(items_VD).T for items_VD in self._items), floats_of(popularity_V)[None]])

    @torch.inference_mode()
    def _read(self, batch: HistoryBatch) -> Iterator[list[Tensor]]:
        """Give the states [B, D] of each net after the newest event, some histories at a time."""
        sequences = sequences_of(batch, self.nets[0].config.length).to(self.device)
        for start in range(0, len(batch.as_of_B), CHUNK_ROWS):
            chunk = sequences.rows(start, start + CHUNK_ROWS)
            yield [
                net.read(chunk, items_VD, newest=1)[:, -1] for net, items_VD in zip(self.nets, self._items, strict=True)
            ]

    @torch.inference_mode()
    def _ranked(self, states: list[Tensor]) -> Tensor:
        asked = zip(self.nets, states, self._items, strict=True)
        return torch.stack([net.rank(states_BD, items_VD) for net, states_BD, items_VD in asked]).mean(dim=0)

    def tensors(self) -> Tensors:
        """Give the nets' numbers and shape, and the text vectors once."""
        shape = asdict(self.nets[0].config)
        tensors: Tensors = {f"{SHAPE}{name}": np.array(value) for name, value in shape.items()}
        vectors_VT = self.nets[0].vectors_VT
        if vectors_VT is not None:
            tensors["vectors_VT"] = floats_of(vectors_VT)
        for number, net in enumerate(self.nets):
            tensors.update({f"{number}.{name}": floats_of(value) for name, value in net.state_dict().items()})
        return tensors


def load_part(tensors: Mapping[str, NDArray[np.generic]], device: str) -> SequencePart:
    """Make the part that `tensors` was saved from."""
    shape = {name.removeprefix(SHAPE): array.item() for name, array in tensors.items() if name.startswith(SHAPE)}
    config = NetConfig(**shape)
    vectors = tensors.get("vectors_VT")
    nets: list[SequenceNet] = []
    while f"{len(nets)}.ids.weight" in tensors:
        prefix = f"{len(nets)}."
        state = {
            name.removeprefix(prefix): tensor_of(array) for name, array in tensors.items() if name.startswith(prefix)
        }
        net = SequenceNet(config, len(state["ids.weight"]), None if vectors is None else tensor_of(vectors))
        net.load_state_dict(state)
        nets.append(net.to(pick_device(device)))
    return SequencePart(nets)


def fit_part(data: FitData, making: NetMaking) -> SequencePart:
    """Fit the nets of the plan from nothing: stop by the latest targets, then learn those too."""
    plan, lessons = making.plan, lessons_of(data)
    cut = _late_cut(lessons, plan.validation_share)
    early, late = _split_at(lessons, cut)
    factors_VD = tensor_of(item_factors(positives(data).before(cut), plan.shape.width))
    first_share = 1.0 if late is None else plan.first.epochs / (plan.first.epochs + plan.again.epochs)
    nets: list[SequenceNet] = []
    for number, told in enumerate(_tellers(making)):
        seed = data.seed + number * SEED_STEP
        rng = np.random.default_rng(seed)
        with seeded(seed):
            net = _new_net(data, making)
            net.set_popularity(tensor_of(lessons.target_counts(len(data.log.item_ids))))
            net.set_items(factors_VD)
            on_loss = partial(_tell_epoch, making, number)
            Learner(net, early, rng).learn(plan.first, _part_of(told, 0.0, first_share), late, on_loss)
            if late is not None:
                Learner(net, lessons, rng).learn(plan.again, _part_of(told, first_share, 1.0))
        nets.append(_finished(net, lessons))
    return SequencePart(nets)


def try_plan(data: FitData, making: NetMaking, on_loss: OnLoss) -> float:
    """Learn one net by the plan and give its loss on the newest targets, which it did not learn from."""
    lessons = lessons_of(data)
    cut = _late_cut(lessons, making.plan.validation_share)
    early, late = _split_at(lessons, cut)
    with seeded(data.seed):
        net = _new_net(data, making)
        net.set_popularity(tensor_of(early.target_counts(len(data.log.item_ids))))
        net.set_items(tensor_of(item_factors(positives(data).before(cut), making.plan.shape.width)))
        learner = Learner(net, early, np.random.default_rng(data.seed))
        return learner.learn(making.plan.first, making.on_progress, late, on_loss)


def refit_part(data: FitData, earlier: SequencePart, making: NetMaking) -> SequencePart:
    """Go on from nets that were fitted on an earlier stretch of the same log."""
    lessons = lessons_of(data)
    nets: list[SequenceNet] = []
    for number, (old, told) in enumerate(zip(earlier.nets, _tellers(making), strict=True)):
        seed = data.seed + number * SEED_STEP
        with seeded(seed):
            net = _new_net(data, making)
            net.load_state_dict(old.state_dict())
            Learner(net, lessons, np.random.default_rng(seed)).learn(making.plan.again, told)
        nets.append(_finished(net, lessons))
    return SequencePart(nets)


def _tellers(making: NetMaking) -> list[Told]:
    """Give for each net of the plan what tells the done part of it as a part of the whole."""
    count = making.plan.net_count
    return [_part_of(making.on_progress, number / count, (number + 1) / count) for number in range(count)]


def _tell_epoch(making: NetMaking, number: int, epoch: int, loss: float) -> None:
    making.on_epoch(EpochLoss(number, epoch + 1, loss))


def _part_of(told: Told, start: float, end: float) -> Told:
    return lambda done: told(start + done * (end - start))


def _late_cut(lessons: Lessons, share: float) -> float:
    """Give the time from which the newest targets are held out to stop by; inf where they are too few."""
    times = lessons.times_N[lessons.is_target_N]
    return float("inf") if share * len(times) < LEAST_VALIDATION_TARGETS else float(np.quantile(times, 1.0 - share))


def _split_at(lessons: Lessons, cut: float) -> tuple[Lessons, Lessons | None]:
    """Split off the targets from `cut` on; None where there is no cut."""
    if np.isinf(cut):
        return lessons, None
    return lessons.between(-np.inf, cut), lessons.between(cut, np.inf)


def _new_net(data: FitData, making: NetMaking) -> SequenceNet:
    vectors_VT = None if data.vectors_VD is None else tensor_of(data.vectors_VD.astype(np.float32))
    net = SequenceNet(making.plan.shape, len(data.log.item_ids), vectors_VT)
    return net.to(pick_device(making.device))


def _finished(net: SequenceNet, lessons: Lessons) -> SequenceNet:
    net.forget_unknown(tensor_of(lessons.target_counts(net.ids.num_embeddings)).to(net.device))
    return net.eval()
