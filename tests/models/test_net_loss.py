import torch
from torch import Tensor
from torch.nn import functional

from temporec_mcp.models.net_loss import CHUNK_ROWS, surprise


def test_the_loss_and_its_slopes_are_those_of_a_full_softmax_over_several_chunks() -> None:
    torch.manual_seed(0)
    count, items, width = 2 * CHUNK_ROWS + 7, 40, 8
    targets_M, worth_M = torch.randint(items, (count,)), torch.rand(count)

    def learnt() -> tuple[Tensor, Tensor, Tensor]:
        chance = torch.Generator().manual_seed(1)
        shapes = ((count, width), (items, width), (items,))
        states_MD, items_VD, popularity_V = (torch.randn(shape, generator=chance) for shape in shapes)
        return states_MD.requires_grad_(), items_VD.requires_grad_(), popularity_V.requires_grad_()

    chunked, whole = learnt(), learnt()
    found = 3.0 * surprise(*chunked, (targets_M, worth_M))
    logits_MV = torch.addmm(whole[2], whole[0], whole[1].T)
    expected = 3.0 * (functional.cross_entropy(logits_MV, targets_M, reduction="none") * worth_M).sum()
    torch.autograd.backward(found)
    torch.autograd.backward(expected)
    torch.testing.assert_close(found, expected)
    for one, other in zip(chunked, whole, strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-4, atol=1e-4)
