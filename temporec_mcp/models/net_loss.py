"""The loss of ranking all items, taken a few positions at a time: their logits are never held all at once.

Axes: M positions, V items, D width.
"""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx

CHUNK_ROWS = 512
"""Positions whose logits are held at once."""


class _Surprise(torch.autograd.Function):
    """The weighted sum of -log softmax(states x items + popularity)[target]; slopes are found on the way."""

    @staticmethod
    def forward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: FunctionCtx, ranked: tuple[Tensor, Tensor], states_MD: Tensor, items_VD: Tensor, popularity_V: Tensor
    ) -> Tensor:
        """Give the sum, and keep its slopes."""
        targets_M, worth_M = ranked
        slopes = (torch.empty_like(states_MD), torch.zeros_like(items_VD), torch.zeros_like(popularity_V))
        total = states_MD.new_zeros(())
        for start in range(0, len(states_MD), CHUNK_ROWS):
            rows = slice(start, start + CHUNK_ROWS)
            logits_CV = torch.addmm(popularity_V, states_MD[rows], items_VD.T)
            targets_C1, worth_C1 = targets_M[rows, None], worth_M[rows, None]
            norms_C1 = logits_CV.logsumexp(dim=1, keepdim=True)
            total += ((norms_C1 - logits_CV.gather(1, targets_C1)) * worth_C1).sum()
            slope_CV = logits_CV.sub_(norms_C1).exp_().mul_(worth_C1).scatter_add_(1, targets_C1, -worth_C1)
            torch.mm(slope_CV, items_VD, out=slopes[0][rows])
            slopes[1].addmm_(slope_CV.T, states_MD[rows])
            slopes[2].add_(slope_CV.sum(dim=0))
        ctx.save_for_backward(*slopes)
        return total

    @staticmethod
    def backward(ctx: FunctionCtx, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        """Give the slopes that `forward` found."""
        slopes = cast("tuple[Tensor, ...]", ctx.saved_tensors)  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
        return (None, *(slope * grad_outputs[0] for slope in slopes))


def surprise(states_MD: Tensor, items_VD: Tensor, popularity_V: Tensor, ranked: tuple[Tensor, Tensor]) -> Tensor:
    """Give the sum over the positions of worth times -log softmax of the right item, to be learnt from.

    Args:
        states_MD: what each position reads, float32.
        items_VD: the items' representations.
        popularity_V: added to each item's logit.
        ranked: for each position the right item's number (int64), and what it counts (float32).
    """
    apply = cast("Callable[..., Tensor]", _Surprise.apply)  # pyright: ignore[reportUnknownMemberType]
    return apply(ranked, states_MD, items_VD, popularity_V)
