"""The few things of torch that its stubs leave untyped, and its one global: the random state."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from temporec_mcp.domain.log import Floats

P = ParamSpec("P")
R = TypeVar("R")


def tensor_of(array: NDArray[np.generic]) -> Tensor:
    """Give a tensor over `array`'s memory, or over a copy where the array cannot be shared."""
    shared = np.ascontiguousarray(array)
    if not shared.flags.writeable:
        shared = shared.copy()
    return torch.from_numpy(shared)  # pyright: ignore[reportUnknownMemberType]


def floats_of(tensor: Tensor) -> Floats:
    """Give float32 numbers on the CPU."""
    return tensor.detach().to("cpu", torch.float32).numpy()


def pick_device(name: str) -> torch.device:
    """Give the device named; `auto` takes CUDA, then MPS, then the CPU."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def compiled(function: Callable[P, R], device: torch.device) -> Callable[P, R]:
    """Give the function compiled for CUDA; on other devices compiling takes longer than it saves, so as it is."""
    if device.type != "cuda":
        return function
    return torch.compile(function, dynamic=True)  # pyright: ignore[reportUnknownMemberType]


def set_threads(count: int) -> None:
    """Let torch use `count` threads in this process; more than the free cores makes it many times slower."""
    torch.set_num_threads(count)


@contextmanager
def fast_products(device: torch.device) -> Generator[None]:
    """Let matrix products inside run in bfloat16 on CUDA; on other devices nothing changes."""
    with torch.autocast("cuda", dtype=torch.bfloat16, enabled=device.type == "cuda"):
        yield


@contextmanager
def seeded(seed: int) -> Generator[None]:
    """Make torch's random numbers those of `seed` inside, and leave the process's own as they were."""
    with torch.random.fork_rng():  # pyright: ignore[reportUnknownMemberType]
        torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]
        yield
