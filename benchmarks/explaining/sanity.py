"""Reasons come from what was learnt: an untrained net gives others, a net of another seed should not."""

from itertools import combinations
from typing import cast

import numpy as np
import torch
from scipy.stats import spearmanr

from benchmarks.explaining.cases import Case, cases, net_only
from benchmarks.explaining.methods import Figures, effects, ours
from temporec_mcp.app.asking import Asked
from temporec_mcp.app.home import Home
from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.models.net import SequenceNet
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_kind import SequenceNetKind
from temporec_mcp.models.net_part import SequencePart
from temporec_mcp.models.part import FitData, Part
from temporec_mcp.pipeline.features import whiten

SEEDS = (0, 1, 2)
TOP = 3


def sanity(home: Home, asked: list[Asked], seed: int) -> None:
    """Print the rank correlation with untrained nets, and how much the first reasons of three seeds share."""
    chosen = [case for place in asked for case in cases(place, range(1, 3), is_net_only=True)]
    trained = cast("SequencePart", chosen[0].ranker.served.blend.parts[0])
    own = [effects(case) for case in chosen]
    correlations = [
        spearmanr(figures, effects(_with(case, _untrained(trained, number)))).statistic
        for number in SEEDS
        for case, figures in zip(chosen, own, strict=True)
    ]
    mean, size = float(np.nanmean(correlations)), float(np.nanmean(np.abs(correlations)))
    print(f"\nuntrained against trained net, {len(chosen)} items, three untrained seeds: ", end="")
    print(f"mean rho {mean:+.3f}, mean |rho| {size:.3f}", flush=True)
    order = home.orders.order(TrainRequest(), lambda done, phase: None, lambda: False)
    vectors_VD = None if order.vectors_VD is None else whiten(order.vectors_VD)
    nets = [
        SequenceNetKind(NetMaking(device="cpu")).fit(FitData(order.log, vectors_VD, order.action_weights, seed=number))
        for number in SEEDS
    ]
    told = [[_top(ours(_with(case, net), seed)) for case in chosen] for net in nets]
    shared = [
        len(one & two) / len(one | two)
        for first, second in combinations(told, 2)
        for one, two in zip(first, second, strict=True)
    ]
    print(f"first {TOP} reasons of nets of three seeds: Jaccard {np.mean(shared):.3f}", flush=True)


def _with(case: Case, net: Part) -> Case:
    return Case(case.asked, net_only(case.asked, net), case.item, case.rank)


def _untrained(trained: SequencePart, seed: int) -> SequencePart:
    first = trained.nets[0]
    torch.manual_seed(seed)
    return SequencePart([SequenceNet(first.config, first.ids.num_embeddings, first.vectors_VT)])


def _top(figures: Figures) -> set[int]:
    return set(np.argsort(-figures, kind="stable")[:TOP].tolist())
