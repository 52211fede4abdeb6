"""How fast an item falls when events are deleted in the order that a method names (Petsiuk et al. 2018, 4.1)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.explaining.cases import Case, cases
from benchmarks.explaining.methods import BLACK_BOX, INSIDE, Figures, Method
from temporec_mcp.app.asking import Asked
from temporec_mcp.app.home import Home
from temporec_mcp.domain.log import Floats

TOPS = (1, 5)
"""Lists whose items are explained, and whether an item is still in the list of that length is asked."""


@dataclass(frozen=True)
class Curve:
    """Means over the steps of deleting one event after the other, the most important first; less is better."""

    listed: float
    """Part of the steps in which the item is still in the list of `k`."""
    probability: float
    """The item's probability among all candidates, softmax of the scores, over that with all events."""
    score: float
    """(score - score with nothing) / (score with everything - score with nothing), of what is left."""


def deletion(home: Home, asked: list[Asked], seed: int) -> None:
    """Print the deletion curves of every method for the whole blend."""
    del home
    _compare("the whole blend", [case for place in asked for case in cases(place, _ranks())], BLACK_BOX, seed)


def net_deletion(home: Home, asked: list[Asked], seed: int) -> None:
    """Print those for the sequence net alone, which some methods need to look into."""
    del home
    chosen = [case for place in asked for case in cases(place, _ranks(), is_net_only=True)]
    _compare("the sequence net alone", chosen, BLACK_BOX | INSIDE, seed)


def _ranks() -> range:
    return range(1, max(TOPS) + 1)


def _compare(name: str, chosen: list[Case], methods: dict[str, Method], seed: int) -> None:
    found = {key: [method(case, seed) for case in chosen] for key, method in methods.items()}
    for top in TOPS:
        places = [place for place, case in enumerate(chosen) if case.rank <= top]
        curves = {
            key: _mean([curve(chosen[place], figures[place], top) for place in places])
            for key, figures in found.items()
        }
        _print(f"{name}, top {top}", curves, len(places))


def _print(title: str, found: dict[str, Curve], count: int) -> None:
    base = found["random"]
    print(f"\ndeletion, {title}: {count} items; mean over the deletions, in brackets as a part of random's")
    print(f"{'':<22} {'still listed':>18} {'probability left':>18} {'score left':>18}")
    for name, values in found.items():
        figures = [
            f"{value:.3f} ({value / other:.2f})"
            for value, other in (
                (values.listed, base.listed),
                (values.probability, base.probability),
                (values.score, base.score),
            )
        ]
        print(f"{name:<22} " + " ".join(f"{figure:>18}" for figure in figures), flush=True)


def curve(case: Case, figures: Figures, k: int) -> Curve:
    """Delete all events one by one and watch the item, from the first deletion to the last but one."""
    order = np.argsort(-figures, kind="stable")
    histories = [case.history.without(order[:step].tolist()) for step in range(len(order) + 1)]
    scores_BV = case.ranker.score(histories, np.full(len(histories), case.asked.as_of))
    own_B = scores_BV[:, case.item].astype(np.float64)
    ranks_B = 1 + (scores_BV > scores_BV[:, [case.item]]).sum(axis=1)
    chances_B = _probabilities(scores_BV, case.item)
    gained = own_B[0] - own_B[-1]
    left_B = (own_B - own_B[-1]) / gained if gained > 0 else np.full(len(own_B), np.nan)
    inner = slice(1, -1)
    return Curve(
        listed=float((ranks_B[inner] <= k).mean()),
        probability=float((chances_B[inner] / chances_B[0]).mean()),
        score=float(left_B[inner].mean()),
    )


def _probabilities(scores_BV: Floats, item: int) -> NDArray[np.float64]:
    """Give the softmax at `item`; the weights of the blend were learnt by the likelihood of just these."""
    raised_BV = np.exp(scores_BV.astype(np.float64) - scores_BV.max(axis=1, keepdims=True))
    return raised_BV[:, item] / raised_BV.sum(axis=1)


def _mean(curves: list[Curve]) -> Curve:
    """Average over cases; those that history does not lift have no score to lose."""
    return Curve(
        listed=float(np.mean([found.listed for found in curves])),
        probability=float(np.mean([found.probability for found in curves])),
        score=float(np.nanmean([found.score for found in curves])),
    )
