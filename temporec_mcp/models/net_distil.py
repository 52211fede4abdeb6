"""One net that says what several say together: it learns their mean answer to every position of the log.

Source: Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network", section 2, temperature 1.

Axes: B histories, L positions, M asked positions, V items, D width.
"""

import copy

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_data import Examples, lessons_of
from temporec_mcp.models.net_fit import LEAST_WORTH, Learner
from temporec_mcp.models.net_part import SequencePart
from temporec_mcp.models.part import FitData
from temporec_mcp.models.torch_facade import seeded


class Pupil(Learner):
    """Learns what its teachers expect at every position that something is asked at."""

    teachers: list[SequenceNet]

    def _loss(self, examples: Examples) -> Tensor:
        items_VD = self.net.item_vectors()
        asked_BL = examples.worth_BL > 0
        logits_MV = self.net.rank(self.read(examples.sequences, items_VD)[asked_BL], items_VD).log_softmax(dim=1)
        expected_MV = self._expected(examples, asked_BL)
        away_M = functional.kl_div(logits_MV, expected_MV, reduction="none", log_target=True).sum(dim=1)
        worth_M = examples.worth_BL[asked_BL]
        return (away_M * worth_M).sum() / worth_M.sum().clamp(min=LEAST_WORTH)

    @torch.no_grad()
    def _expected(self, examples: Examples, asked_BL: Tensor) -> Tensor:
        """Give the teachers' log-probabilities [M, V], averaged as `SequencePart.score` does."""
        answers = [
            net.rank(net.read(examples.sequences, items_VD)[asked_BL], items_VD).log_softmax(dim=1)
            for net, items_VD in ((net, net.item_vectors()) for net in self.teachers)
        ]
        return torch.stack(answers).mean(dim=0).log_softmax(dim=1)


def distilled(data: FitData, teachers: SequencePart, making: NetMaking) -> SequencePart:
    """Give a part of one net that starts as the first of `teachers` and learns what all of them say.

    The log is `data`'s, the schedule the plan's for going on; the same seed gives the same net. All items are ranked
    at every position, so the catalogue must be one that nets rank whole (`Sampling.full_limit`).
    """
    lessons = lessons_of(data)
    net = copy.deepcopy(teachers.nets[0])
    with seeded(data.seed):
        pupil = Pupil(net.train(), lessons, np.random.default_rng(data.seed))
        pupil.teachers = [teacher.eval() for teacher in teachers.nets]
        pupil.learn(making.plan.again, making.on_progress)
    return SequencePart([net.eval()])
