"""Weights of the blend, learnt by a listwise likelihood on held-out cases.

How far the data may move the weights from where they start, and where they start, is asked of the data as well: each
answer is tried on cases that its weights were not learnt from.

Axes: C cases, K candidates of a case, P parts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from temporec_mcp.domain.log import Floats

Weights = NDArray[np.float64]

PULL = 20.0
"""Strength of the L2 pull towards the start where the targets of the validation cases are many, in targets."""
FEW_TARGETS_PULLS = (20_000.0, 1_000.0, 100.0, 20.0)
"""The pulls that are tried where they are few, the surest first."""
MANY_TARGETS = 2_000
LEAST_CASES = 30
"""With fewer validation cases the default weights stay."""
LEAST_APART_CASES = 100
"""With fewer cases a kind of user gets no weights of its own."""
FOLDS = 4
STEPS = 200
TRIAL_STEPS = 30
TRIAL_CASES = 400
"""Cases that the trials use, at most; a pull counts in targets, so it holds for more of them as well."""
SURE = 2.0
"""Standard errors by which another choice must be better before it is preferred to a surer one."""
ECHO = 0.1
"""Part of the default weights that stays beside a single part, for users of whom that part knows nothing."""
RUNS = 20
"""Runs of cases whose means tell how sure a gain is."""
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

    @property
    def target_count(self) -> int:
        """Count the targets of all cases."""
        return int((self.shares_CK > 0.0).sum())

    def take(self, chosen: NDArray[np.intp]) -> "WeightCases":
        """Give the cases with these numbers."""
        return WeightCases(self.scores_CKP[chosen], self.shares_CK[chosen], self.offsets_CK[chosen])

    def folds(self) -> Iterator[tuple["WeightCases", "WeightCases"]]:
        """Give the cases to learn from and those to judge by, a run of neighbouring cases (one user's lie together)."""
        numbers = np.arange(len(self.scores_CKP))
        for held in np.array_split(numbers, FOLDS):
            yield self.take(np.setdiff1d(numbers, held)), self.take(held)


@dataclass(frozen=True, slots=True)
class _Learner:
    """How the weights are found: the start, the pull towards it, the bounds."""

    start_P: Weights
    pull: float
    """In targets."""
    least_P: Weights
    """The lowest weight of each part, -inf for any."""
    steps: int = STEPS

    def learn(self, cases: WeightCases) -> tuple[Weights, float]:
        """Give the weights and the penalised mean negative log-likelihood."""
        pull = self.pull / max(1, cases.target_count)

        def loss(weights_P: Weights) -> tuple[float, Weights]:
            losses_C, slope_P = _negative_likelihood(cases, weights_P)
            away_P = weights_P - self.start_P
            return float(losses_C.mean()) + pull * float(away_P @ away_P), slope_P + 2.0 * pull * away_P

        bounds = [(low, np.inf) for low in self.least_P.tolist()]
        start_P = np.maximum(self.start_P, self.least_P)
        found = minimize(loss, start_P, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": self.steps})
        return np.asarray(found.x, dtype=np.float64), float(found.fun)


def learn_weights(
    cases: WeightCases, names: tuple[str, ...], prior: Mapping[str, float], least: Mapping[str, float]
) -> tuple[dict[str, float], float]:
    """Maximise the mean log-likelihood of the targets under softmax(sum w z), less a pull towards a start.

    The start is `prior`, or the best single part where the cases say that this is surely better.

    Args:
        cases: the validation cases.
        names: the parts, in the order of the last axis.
        prior: the weights to start from and to be pulled to.
        least: the lowest weight of parts for which it is not 0; -inf for any.

    Returns:
        The weights and the penalised mean negative log-likelihood; the prior itself where cases are too few.
    """
    start_P = np.array([prior[name] for name in names])
    least_P = np.array([least.get(name, 0.0) for name in names])
    if len(cases.scores_CKP) < LEAST_CASES:
        losses_C, _ = _negative_likelihood(cases, start_P)
        return dict(prior), float(losses_C.mean()) if len(losses_C) else 0.0
    learner = _Learner(start_P, PULL, least_P)
    if cases.target_count < MANY_TARGETS:
        tried = cases.take(np.unique(np.linspace(0, len(cases.scores_CKP) - 1, TRIAL_CASES).astype(np.intp)))
        learner = _surest(tried, [replace(learner, pull=pull) for pull in FEW_TARGETS_PULLS] + _single(tried, learner))
    weights_P, loss = learner.learn(cases)
    return dict(zip(names, (float(weight) for weight in weights_P), strict=True)), loss


def learn_apart(
    cases: WeightCases, names: tuple[str, ...], common: Mapping[str, float], least: Mapping[str, float]
) -> dict[str, float]:
    """Learn weights of their own for a kind of user, starting from those that all share.

    Returns:
        The weights; none where the cases are few, or do not say that these users surely are better off with them.
    """
    if len(cases.scores_CKP) < LEAST_APART_CASES:
        return {}
    common_P = np.array([common[name] for name in names])
    learner = _Learner(common_P, PULL, np.array([least.get(name, 0.0) for name in names]), TRIAL_STEPS)
    gains_C = _negative_likelihood(cases, common_P)[0] - np.concatenate(
        [_negative_likelihood(judged, learner.learn(fold)[0])[0] for fold, judged in cases.folds()]
    )
    if gains_C.mean() <= SURE * _standard_error(gains_C):
        return {}
    weights_P, _ = learner.learn(cases)
    return dict(zip(names, (float(weight) for weight in weights_P), strict=True))


def _single(cases: WeightCases, learner: _Learner) -> list[_Learner]:
    """Give the learners that start from the best single part, an echo of the default beside it; none if worse.

    It is compared with the default as it stands, which for most data it cannot beat, and then no trial is spent.
    """
    alone: list[tuple[float, Weights]] = []
    for place in range(len(learner.start_P)):
        only_P = np.arange(len(learner.start_P)) == place
        column = replace(cases, scores_CKP=cases.scores_CKP[:, :, only_P])
        scale, loss = replace(learner, start_P=np.ones(1), pull=1.0, least_P=learner.least_P[only_P]).learn(column)
        alone.append((loss, np.where(only_P, float(scale[0]), 0.0)))
    loss, best_P = min(alone, key=lambda option: option[0])
    if loss >= _negative_likelihood(cases, learner.start_P)[0].mean():
        return []
    start_P = best_P + ECHO * learner.start_P
    return [replace(learner, start_P=start_P, pull=pull) for pull in FEW_TARGETS_PULLS]


def _surest(cases: WeightCases, learners: list[_Learner]) -> _Learner:
    """Give the learner that does best on cases it did not learn from; near ties go to the earlier one."""
    folds = list(cases.folds())
    best, best_C = 0, np.zeros(0)
    for place, learner in enumerate(learners):
        trial = replace(learner, steps=TRIAL_STEPS)
        losses_C = np.concatenate([_negative_likelihood(judged, trial.learn(fold)[0])[0] for fold, judged in folds])
        gains_C = best_C - losses_C if place else np.zeros(len(losses_C))
        if not place or gains_C.mean() > SURE * _standard_error(gains_C):
            best, best_C = place, losses_C
    return learners[best]


def _standard_error(gains_C: NDArray[np.float64]) -> float:
    """Give the standard error of the mean, by runs of cases, as those of one user are alike."""
    means = [run.mean() for run in np.array_split(gains_C, min(RUNS, len(gains_C)))]
    return float(np.std(means) / np.sqrt(len(means)))


def _negative_likelihood(cases: WeightCases, weights_P: Weights) -> tuple[NDArray[np.float64], Weights]:
    """Give the loss of each case [C] and the slope of their mean."""
    logits_CK = (cases.scores_CKP @ weights_P.astype(np.float32)).astype(np.float64)
    logits_CK += cases.offsets_CK
    logits_CK -= logits_CK.max(axis=1, keepdims=True)
    logs_CK = logits_CK - np.log(np.exp(logits_CK).sum(axis=1, keepdims=True))
    totals_C1 = cases.shares_CK.sum(axis=1, keepdims=True)
    slope_CK = (totals_C1 * np.exp(logs_CK) - cases.shares_CK).astype(np.float32)
    slope_P = np.tensordot(slope_CK, cases.scores_CKP, axes=((0, 1), (0, 1))).astype(np.float64)
    return -(cases.shares_CK * logs_CK).sum(axis=1), slope_P / max(1, len(logs_CK))
