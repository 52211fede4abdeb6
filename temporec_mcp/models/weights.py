"""Weights of the blend, learnt by a listwise likelihood on held-out cases.

Axes: C cases, K candidates of a case, P parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from temporec_mcp.domain.log import Floats

PULL = 20.0
"""Strength of the L2 pull towards the default weights, in targets."""
FEW_TARGETS_PULL = 400.0
"""The pull where the targets of the validation cases are few."""
MANY_TARGETS = 2_000
LEAST_CASES = 30
"""With fewer validation cases the default weights stay."""
STEPS = 200
OUT = -1e9
"""Logit of a place without a candidate: its probability is 0, and its logarithm finite."""


@dataclass(frozen=True, slots=True)
class WeightCases:
    """Standardised part scores of the strongest candidates of each case."""

    scores_CKP: Floats
    shares_CK: Floats
    """1 / number of targets at each target, 0 elsewhere."""
    offsets_CK: Floats
    """Logarithm of how many candidates the place stands for; OUT where it holds none."""


def learn_weights(
    cases: WeightCases, names: tuple[str, ...], prior: Mapping[str, float], free_sign: frozenset[str]
) -> tuple[dict[str, float], float]:
    """Maximise the mean log-likelihood of the targets under softmax(sum w z), less a pull towards `prior`.

    Args:
        cases: the validation cases.
        names: the parts, in the order of the last axis.
        prior: the weights to start from and to be pulled to.
        free_sign: parts whose weight may be below 0.

    Returns:
        The weights and the penalised mean negative log-likelihood; the prior itself where cases are too few.
    """
    start_P = np.array([prior[name] for name in names])
    count = len(cases.scores_CKP)
    target_count = int((cases.shares_CK > 0.0).sum())
    pull = (PULL if target_count >= MANY_TARGETS else FEW_TARGETS_PULL) / max(1, target_count)

    def loss(weights_P: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope_P = _negative_likelihood(cases, weights_P)
        away_P = weights_P - start_P
        return value + pull * float(away_P @ away_P), slope_P + 2.0 * pull * away_P

    if count < LEAST_CASES:
        return dict(prior), loss(start_P)[0] if count else 0.0
    bounds = [(None, None) if name in free_sign else (0.0, None) for name in names]
    found = minimize(loss, start_P, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS})
    return dict(zip(names, (float(weight) for weight in found.x), strict=True)), float(found.fun)


def _negative_likelihood(cases: WeightCases, weights_P: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    logits_CK = (cases.scores_CKP @ weights_P.astype(np.float32)).astype(np.float64)
    logits_CK += cases.offsets_CK
    logits_CK -= logits_CK.max(axis=1, keepdims=True)
    logs_CK = logits_CK - np.log(np.exp(logits_CK).sum(axis=1, keepdims=True))
    totals_C1 = cases.shares_CK.sum(axis=1, keepdims=True)
    slope_CK = (totals_C1 * np.exp(logs_CK) - cases.shares_CK).astype(np.float32)
    count = max(1, len(logs_CK))
    slope_P = np.tensordot(slope_CK, cases.scores_CKP, axes=((0, 1), (0, 1))).astype(np.float64)
    return -float((cases.shares_CK * logs_CK).sum()) / count, slope_P / count
