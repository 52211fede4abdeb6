"""A part over the items' text vectors: what reads like the newest of the history.

Axes: B histories, L positions, U distinct items of a batch, V items, D width.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from temporec_mcp.domain.log import Flags, Floats, HistoryBatch
from temporec_mcp.errors import TrainingError
from temporec_mcp.models.linear import SPARSE_BATCH, SPARSE_SHARE, spread
from temporec_mcp.models.part import FitData, Tensors
from temporec_mcp.models.recency import SLOW_DECAY, Recency

SHARPNESS = 3.0
TEXT_RECENCY = Recency(rate=0.1, age_scale_days=0.04, age_power=0.2)


@dataclass(frozen=True)
class TextPart:
    """Score of an item = sum over the history of weight(event) x exp(sharpness x cosine); 0 for items without text."""

    name: str
    vectors_VD: Floats
    """Unit length; a row of zeros is an item without text."""
    sharpness: float
    recency: Recency

    @cached_property
    def is_text_V(self) -> Flags:
        """Which items have a text."""
        return has_text(self.vectors_VD)

    def score(self, batch: HistoryBatch) -> Floats:
        """Give scores [B, V]."""
        weights_BL = self.recency.weights(batch)
        items_BL = batch.items_BL[:, : self.recency.length]
        items_U, weights_BU = spread(items_BL, weights_BL, len(self.vectors_VD))
        is_text_U = self.is_text_V[items_U]
        told_BU = weights_BU[:, is_text_U]
        if len(told_BU) >= SPARSE_BATCH and np.count_nonzero(told_BU) < SPARSE_SHARE * told_BU.size:
            told_BU = sparse.csr_array(told_BU)
        return np.asarray(told_BU @ self.rows(items_U[is_text_U]), dtype=np.float32)

    def rows(self, items_U: NDArray[np.integer]) -> Floats:
        """Give what an event of each of the items says for all [U, V], its weight not counted."""
        sharpened_UD = np.multiply(self.vectors_VD[items_U], self.sharpness, dtype=np.float32)
        close_UV: Floats = np.matmul(sharpened_UD, self.vectors_VD.T, dtype=np.float32)
        np.exp(close_UV, out=close_UV)
        if not self.is_text_V.all():
            close_UV[~self.is_text_V[items_U]] = 0.0
            close_UV[:, ~self.is_text_V] = 0.0
        return close_UV

    def tensors(self) -> Tensors:
        """Give everything `load` needs to make an equal part."""
        return {
            "vectors": self.vectors_VD,
            "sharpness": np.array(self.sharpness),
            "recency": self.recency.to_array(),
        }


@dataclass(frozen=True, slots=True)
class TextKind:
    """How to make the text part; needs vectors."""

    name: str = "text"
    sharpness: float = SHARPNESS
    next_recency: Recency = TEXT_RECENCY
    weeks_recency: Recency = SLOW_DECAY

    def fit(self, data: FitData) -> TextPart:
        """Take the vectors as they are, at unit length.

        Raises:
            TrainingError: there are no vectors.
        """
        if data.vectors_VD is None:
            raise TrainingError("The text part has no text vectors.", "Leave it out or encode the items' texts first.")
        return self.over(data.vectors_VD, data.horizon)

    def over(self, vectors_VD: Floats, horizon: str) -> TextPart:
        """Make the part over these vectors, which need not be of length 1; it learns from nothing else."""
        recency = self.next_recency if horizon == "next" else self.weeks_recency
        return TextPart(self.name, unit_rows(vectors_VD), self.sharpness, recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> TextPart:
        """Make the part that `tensors` was saved from."""
        return TextPart(
            self.name,
            np.asarray(tensors["vectors"], dtype=np.float32),
            float(tensors["sharpness"]),
            Recency.from_array(tensors["recency"]),
        )


TEXT = TextKind()


def has_text(vectors_VD: Floats) -> Flags:
    """Mark the rows [V] that are not all zeros, which is what a text encodes to; several times as fast as `np.any`."""
    return np.einsum("vd,vd->v", vectors_VD, vectors_VD) > 0.0


def unit_rows(vectors_VD: Floats) -> Floats:
    """Scale each row to length 1; rows of zeros stay."""
    lengths_V = np.linalg.norm(vectors_VD, axis=1, keepdims=True)
    return (vectors_VD / np.where(lengths_V > 0.0, lengths_V, 1.0)).astype(np.float32)
