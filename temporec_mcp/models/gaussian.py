"""The Gaussian mechanism: what a sum over users may be told with, and what that spends.

Adding to a sum that one user moves by at most 1 normal noise of deviation 1 / mu is mu-Gaussian differential privacy;
tellings of mu_1, mu_2 ... are together exactly sqrt(mu_1^2 + mu_2^2 + ...) (Dong, Roth and Su 2022, "Gaussian
Differential Privacy", corollary 3.3), also where a later one was asked by what an earlier one said. It is (epsilon,
delta) differential privacy for every epsilon with the delta of Balle and Wang 2018 ("Improving the Gaussian Mechanism
for Differential Privacy", theorem 8).
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp, hypot, inf, prod, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr, ndtri

from temporec_mcp.domain.training import DELTA

Numbers = NDArray[np.float64]
Draw = Callable[[tuple[int, ...]], Numbers]
"""Gives independent standard normal numbers of a shape."""

LEAST_MU, MOST_MU = 1e-6, 1e3
MOST_EPSILON = 1e6
GRID = 1_024
"""Steps in a deviation of the noise that what is told is rounded to: the last bits of a float would tell of its sum."""
DRAWN_BITS = 53


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells sums over users, each of whose parts has a length of at most 1, within a promise of `mu` in all."""

    mu: float
    """Infinite tells the sums as they are, which promises nothing."""
    draw: Draw

    def deviation(self, share: float) -> float:
        """Give the deviation of the noise on each number that is told with that share of mu squared."""
        return 1.0 / (self.mu * sqrt(share))

    def tell(self, sums: Numbers, share: float) -> Numbers:
        """Give the sums with noise; the shares of all that is told must not add up to more than 1."""
        if self.mu == inf:
            return sums
        deviation = self.deviation(share)
        noisy = sums + deviation * self.draw(sums.shape)
        return np.round(noisy * (GRID / deviation)) * (deviation / GRID)


def system_noise(shape: tuple[int, ...]) -> Numbers:
    """Draw from the operating system's cryptographic source: no seed repeats it, so nobody can take it off again."""
    bits = np.frombuffer(os.urandom(8 * prod(shape)), dtype=np.uint64) >> np.uint64(64 - DRAWN_BITS)
    return np.asarray(ndtri((bits.astype(np.float64) + 0.5) / 2.0**DRAWN_BITS), dtype=np.float64).reshape(shape)


def delta_of(epsilon: float, mu: float) -> float:
    """Give the least delta with which a telling of `mu` is (epsilon, delta) differentially private."""
    near, far = mu / 2.0 - epsilon / mu, -mu / 2.0 - epsilon / mu
    return float(ndtr(near)) - exp(epsilon + float(log_ndtr(far)))


def mu_of(epsilon: float, delta: float = DELTA) -> float:
    """Give the most mu that is (epsilon, delta) differentially private."""
    return float(brentq(lambda mu: delta_of(epsilon, mu) - delta, LEAST_MU, MOST_MU))


def epsilon_of(mu: float, delta: float = DELTA) -> float:
    """Give the least epsilon with which a telling of `mu` is (epsilon, delta) differentially private."""
    if delta_of(0.0, mu) <= delta:
        return 0.0
    return float(brentq(lambda epsilon: delta_of(epsilon, mu) - delta, 0.0, MOST_EPSILON))


def together(mus: Iterable[float]) -> float:
    """Give the mu that several tellings are together."""
    return hypot(*mus)
