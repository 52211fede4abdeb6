# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""The one typed door to the accounting of Opacus, which is partly untyped; it comes with the extra `bench`.

Renyi accounting of the Gaussian mechanism over users that each step draws independently (Mironov et al. 2019).
"""

import warnings
from collections.abc import Generator
from contextlib import contextmanager

ORDERS = [*(1 + tenth / 10 for tenth in range(1, 100)), *range(12, 64), *(64 * 2**power for power in range(3))]
"""Renyi orders among which the tightest bound is taken."""


@contextmanager
def _quiet() -> Generator[None]:
    """Leave out the word that the tightest order is the last: the bound is true, and only looser than it might be."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Optimal order is the", category=UserWarning)
        yield


def least_noise(epsilon: float, delta: float, share: float, steps: int) -> float:
    """Give the least deviation of the noise, in lengths of a user's part, that keeps (epsilon, delta) over the steps.

    Args:
        epsilon: promised.
        delta: promised.
        share: chance of each user to be drawn by a step.
        steps: how many.
    """
    from opacus.accountants.utils import get_noise_multiplier

    with _quiet():
        return float(
            get_noise_multiplier(
                target_epsilon=epsilon,
                target_delta=delta,
                sample_rate=share,
                steps=steps,
                accountant="rdp",
                alphas=ORDERS,
            )
        )


def spent_epsilon(noise: float, delta: float, share: float, steps: int) -> float:
    """Give the epsilon that steps with this noise have spent at `delta`."""
    from opacus.accountants import RDPAccountant

    accountant = RDPAccountant()
    accountant.history = [(noise, share, steps)]
    with _quiet():
        return float(accountant.get_epsilon(delta=delta, alphas=ORDERS))
