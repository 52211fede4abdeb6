"""Attributions of one score to the events before it: ours, and captum's on the same model.

Every method gives one figure an event [L], the larger the more the event speaks for the item.
"""

from collections.abc import Callable
from typing import cast

import numpy as np
import torch
from captum.attr import IntegratedGradients, KernelShap, Lime
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from benchmarks.explaining.cases import Case
from temporec_mcp.domain.log import Floats
from temporec_mcp.explain.attribute import attribute, removal_order
from temporec_mcp.explain.rescoring import Rescorer
from temporec_mcp.models import net as net_module
from temporec_mcp.models.net import SequenceNet, Sequences
from temporec_mcp.models.net_data import sequences_of
from temporec_mcp.models.net_part import SequencePart

SAMPLES = 400
"""Scorings that LIME and kernel SHAP may use; ours takes half the square of the events, 450 for 30."""
STEPS = 50
"""Of integrated gradients."""

Figures = NDArray[np.float64]
Method = Callable[[Case, int], Figures]


def ours(case: Case, seed: int) -> Figures:
    """Give the order in which our explanation would choose its reasons, if it named every event: last 1."""
    del seed
    rescorer = Rescorer(case.ranker, case.target)
    found = attribute(rescorer)
    count = len(found.units)
    figures = np.zeros(len(case.history))
    for place, unit in enumerate(removal_order(rescorer, found, range(count), count)):
        figures[list(found.units[unit].positions)] = count - place
    return figures


def effects(case: Case) -> Figures:
    """Give the effects that our explanation tells."""
    found = attribute(Rescorer(case.ranker, case.target))
    figures = np.zeros(len(case.history))
    for unit, strength in zip(found.units, found.strengths, strict=True):
        figures[list(unit.positions)] = strength / len(unit.positions)
    return figures


def at_random(case: Case, seed: int) -> Figures:
    """Give noise."""
    return np.random.default_rng((seed, case.item)).random(len(case.history))


def lime(case: Case, seed: int) -> Figures:
    """Give LIME's weights of events present or absent."""
    torch.manual_seed(seed)
    return _masked(Lime(_of_masks(case)), case)


def kernel_shap(case: Case, seed: int) -> Figures:
    """Give kernel SHAP's values of events present or absent."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    return _masked(KernelShap(_of_masks(case)), case)


def integrated_gradients(case: Case, seed: int) -> Figures:
    """Give the integrated gradients of the events' embeddings, from zeros, summed over the width."""
    del seed
    net, sequences = _net_of(case)
    items_VD = net.item_vectors().detach()
    own_LD = items_VD[sequences.items_BL[0]]

    def score(embedded_BLD: Tensor) -> Tensor:
        rows, length, width = embedded_BLD.shape
        numbered_BL = torch.arange(rows * length).view(rows, length)
        states = net.read(_repeated(sequences, rows, numbered_BL), embedded_BLD.reshape(-1, width))
        return net.rank(states[:, -1], items_VD).log_softmax(dim=1)[:, case.item]

    found = IntegratedGradients(score).attribute(own_LD[None], n_steps=STEPS, internal_batch_size=STEPS)
    return cast("Tensor", found)[0].sum(dim=1).detach().numpy().astype(np.float64)


def attention(case: Case, seed: int) -> Figures:
    """Give how much the last position attends to each event, the mean over heads and blocks."""
    del seed
    net, sequences = _net_of(case)
    seen: list[Tensor] = []
    original = functional.scaled_dot_product_attention

    def watched(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor) -> Tensor:
        weights = (query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5 + attn_mask).softmax(dim=-1)
        seen.append(weights[0, :, -1].mean(dim=0))
        return weights @ value

    net_module.functional.scaled_dot_product_attention = watched  # type: ignore[assignment]
    try:
        with torch.inference_mode():
            net.read(sequences, net.item_vectors())
    finally:
        net_module.functional.scaled_dot_product_attention = original
    return torch.stack(seen).mean(dim=0).numpy().astype(np.float64)


BLACK_BOX: dict[str, Method] = {"ours": ours, "random": at_random, "LIME": lime, "kernel SHAP": kernel_shap}
"""Methods that ask any ranker."""
INSIDE: dict[str, Method] = {"integrated gradients": integrated_gradients, "attention": attention}
"""Methods that need the net itself."""


def _of_masks(case: Case) -> Callable[[Tensor], Tensor]:
    moment = case.asked.as_of

    def score(masks_BL: Tensor) -> Tensor:
        kept = [case.history.keep(mask_L.numpy() > 0.5) for mask_L in masks_BL]
        scores_BV: Floats = case.ranker.score(kept, np.full(len(kept), moment))
        return torch.tensor(scores_BV[:, case.item])

    return score


def _masked(method: Lime, case: Case) -> Figures:
    inputs = torch.ones(1, len(case.history))
    found = method.attribute(inputs, baselines=torch.zeros_like(inputs), n_samples=SAMPLES, perturbations_per_eval=100)
    return cast("Tensor", found)[0].numpy().astype(np.float64)


def _net_of(case: Case) -> tuple[SequenceNet, Sequences]:
    part = cast("SequencePart", case.ranker.served.blend.parts[0])
    batch = case.ranker.batch([case.history], np.array([case.asked.as_of]))
    return part.nets[0].eval(), sequences_of(batch, part.nets[0].config.length)


def _repeated(sequences: Sequences, rows: int, items_BL: Tensor) -> Sequences:
    return Sequences(
        items_BL,
        sequences.times_BL.expand(rows, -1),
        sequences.asked_BL.expand(rows, -1),
        sequences.weights_BL.expand(rows, -1),
        sequences.real_BL.expand(rows, -1),
    )
