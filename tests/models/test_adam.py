import subprocess
import sys

import torch
from torch import nn

from temporec_mcp.models.adam import Adam, AdamConfig

RATES = (0.0, 1e-3, 1e-2, 5e-3)
FIT = """
import sys
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_kind import SequenceNetKind
from tests.models.chains import SMALL_PLAN, chain_log, fit_data
SequenceNetKind(NetMaking(SMALL_PLAN, "cpu")).fit(fit_data(chain_log()))
print([name for name in ("torch.optim.adamw", "torch._dynamo", "sympy") if name in sys.modules])
"""


def test_the_steps_are_those_of_torch() -> None:
    torch.manual_seed(0)
    ours, theirs = (nn.Parameter(torch.ones(5, 3)) for _ in range(2))
    adam = Adam([ours], AdamConfig(decay=0.01))
    other = torch.optim.AdamW([theirs], weight_decay=0.01, betas=(0.9, 0.98))
    for number in range(40):
        slope = torch.randn(5, 3)
        ours.grad, theirs.grad = slope.clone(), slope.clone()
        rate = RATES[number % len(RATES)]
        other.param_groups[0]["lr"] = rate
        other.step()
        adam.step(rate)

    torch.testing.assert_close(ours, theirs)


def test_a_number_without_a_gradient_stays() -> None:
    parameter = nn.Parameter(torch.ones(3))

    Adam([parameter], AdamConfig(decay=0.01)).step(1e-2)

    assert parameter.tolist() == [1.0, 1.0, 1.0]


def test_learning_a_net_loads_no_compiler() -> None:
    loaded = subprocess.run([sys.executable, "-c", FIT], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "['torch.optim.adamw']"
