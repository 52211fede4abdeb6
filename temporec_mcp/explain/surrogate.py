"""Copies of a model that a person can read: a small tree, and importances by shuffling features.

Axes: N scored items of some questions, F readable features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats, Indices
from temporec_mcp.domain.model_view import ModelView

TREE_DEPTH = 3
LEAST_LEAF_SHARE = 0.02
"""Part of the cases that a leaf of the tree holds, at least."""
HELD_SHARE = 0.3
"""Part of the questions that the copies are held against."""
SHUFFLES = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """What a model said of items, beside what a person can say of them."""

    features_NF: Floats
    names: tuple[str, ...]
    scores_N: Floats
    """In spreads of the candidates of their question."""
    questions_N: Indices


class _Copy(Protocol):
    """The part of a scikit-learn regressor that is used, with types."""

    def fit(self, X: Floats, y: Floats) -> "_Copy": ...

    def predict(self, X: Floats) -> NDArray[np.float64]: ...


class _Nodes(Protocol):
    """The arrays of a fitted scikit-learn tree."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    children_left: NDArray[np.int64]
    children_right: NDArray[np.int64]
    value: NDArray[np.float64]


def view_of(sample: Sample, seed: int = 0) -> ModelView:
    """Fit both copies on a part of the questions and measure them on the others; the same seed gives the same view."""
    from sklearn.ensemble import HistGradientBoostingRegressor  # pyright: ignore[reportMissingTypeStubs]
    from sklearn.tree import DecisionTreeRegressor  # pyright: ignore[reportMissingTypeStubs]

    questions = np.unique(sample.questions_N)
    rng = np.random.default_rng(seed)
    held = rng.choice(questions, max(1, round(HELD_SHARE * len(questions))), replace=False)
    is_held_N = np.isin(sample.questions_N, held)
    fitted = sample.features_NF[~is_held_N], sample.scores_N[~is_held_N]
    measured = sample.features_NF[is_held_N], sample.scores_N[is_held_N]
    leaf = max(1, int(LEAST_LEAF_SHARE * len(fitted[1])))
    tree = DecisionTreeRegressor(max_depth=TREE_DEPTH, min_samples_leaf=leaf, random_state=seed)
    finer = HistGradientBoostingRegressor(random_state=seed)
    for copy in (tree, finer):
        cast("_Copy", copy).fit(*fitted)
    fidelity = _explained(cast("_Copy", finer), *measured)
    return ModelView(
        rules=tuple(_rules(cast("_Nodes", tree.tree_), sample.names)),  # pyright: ignore[reportUnknownMemberType]
        tree_fidelity=_explained(cast("_Copy", tree), *measured),
        importances=_importances(cast("_Copy", finer), sample.names, measured, rng),
        copy_fidelity=fidelity,
        questions=len(questions),
        cases=len(sample.scores_N),
    )


def _explained(copy: _Copy, features_NF: Floats, scores_N: Floats) -> float:
    """Give R squared."""
    rest = float(((scores_N - copy.predict(features_NF)) ** 2).sum())
    whole = float(((scores_N - scores_N.mean()) ** 2).sum())
    return 1.0 - rest / whole if whole else 0.0


def _importances(
    copy: _Copy, names: Sequence[str], measured: tuple[Floats, Floats], rng: np.random.Generator
) -> dict[str, float]:
    features_NF, scores_N = measured
    base = _explained(copy, features_NF, scores_N)
    lost: dict[str, float] = {}
    for place, name in enumerate(names):
        losses: list[float] = []
        for _ in range(SHUFFLES):
            shuffled_NF = features_NF.copy()
            shuffled_NF[:, place] = rng.permutation(shuffled_NF[:, place])
            losses.append(base - _explained(copy, shuffled_NF, scores_N))
        lost[name] = float(np.mean(losses))
    return dict(sorted(lost.items(), key=lambda entry: (-entry[1], entry[0])))


def _rules(nodes: _Nodes, names: Sequence[str], node: int = 0, depth: int = 0) -> list[str]:
    indent = "  " * depth
    if nodes.children_left[node] < 0:
        return [f"{indent}score {float(nodes.value[node].ravel()[0]):+.2f}"]
    name, limit = names[int(nodes.feature[node])], float(nodes.threshold[node])
    left, right = int(nodes.children_left[node]), int(nodes.children_right[node])
    return [
        f"{indent}{name} up to {limit:.2f}:",
        *_rules(nodes, names, left, depth + 1),
        f"{indent}{name} above {limit:.2f}:",
        *_rules(nodes, names, right, depth + 1),
    ]
