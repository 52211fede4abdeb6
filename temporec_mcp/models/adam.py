"""Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).

Written out because the first optimizer of torch.optim that is made loads torch's compiler: 75 MB and 800 modules, in a
training that takes seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class AdamConfig:
    """The numbers that stay the same from step to step."""

    decay: float
    """Part of the rate by which each parameter shrinks at each step."""
    mean_memory: float = 0.9
    """What the running mean of the gradients keeps at each step."""
    square_memory: float = 0.98
    """What the running mean of their squares keeps."""
    least_deviation: float = 1e-8


class Adam:
    """Moves parameters against their gradients, each by about the same step."""

    def __init__(self, parameters: Iterable[nn.Parameter], config: AdamConfig) -> None:
        """Start with no step taken."""
        self._parameters = list(parameters)
        self._config = config
        self._means = [torch.zeros_like(parameter) for parameter in self._parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in self._parameters]
        self._count = 0

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Take a step of about `rate` in every number that has a gradient, and let go of the gradients."""
        config = self._config
        self._count += 1
        scale = rate / (1.0 - config.mean_memory**self._count)
        root = (1.0 - config.square_memory**self._count) ** 0.5
        for parameter, mean, square in zip(self._parameters, self._means, self._squares, strict=True):
            slope: Tensor | None = parameter.grad
            if slope is None:
                continue
            mean.lerp_(slope, 1.0 - config.mean_memory)
            square.mul_(config.square_memory).addcmul_(slope, slope, value=1.0 - config.square_memory)
            parameter.mul_(1.0 - rate * config.decay)
            parameter.addcdiv_(mean, square.sqrt().div_(root).add_(config.least_deviation), value=-scale)
            parameter.grad = None
