"""How the catalogue of today stands to the items that a model learnt: a new item borrows from those it reads like.

Axes: B histories, V items of the catalogue, M items of the model, W items of the catalogue that the model never saw,
K neighbours, P parts, D text width.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from temporec_mcp.domain.log import PADDING, Floats, HistoryBatch, Indices

NEIGHBOUR_COUNT = 5
LEAST_LIKENESS = 0.25
"""Cosine below which two texts say nothing of each other."""
CHUNK_ROWS = 1_024


@dataclass(frozen=True, slots=True)
class Bridge:
    """Item numbers and scores, from the catalogue to the model and back."""

    to_model_V: Indices
    """The item's number in the model; for a new item that of the one it reads most like, PADDING where none does."""
    closeness_V: Floats
    """1 for an item of the model, the cosine for a new one, 0 where none is like it."""
    new_W: Indices
    """Catalogue numbers of the items that the model never saw."""
    like_WK: Indices
    """Model numbers of the items that each new one reads like."""
    likeness_WK: Floats
    """Their weights, adding up to 1 (or all 0)."""

    @property
    def is_exact(self) -> bool:
        """Hold when the catalogue is the model's vocabulary, number for number."""
        return len(self.new_W) == 0 and bool(np.array_equal(self.to_model_V, np.arange(len(self.to_model_V))))

    def histories(self, batch: HistoryBatch) -> HistoryBatch:
        """Give the batch in the model's item numbers; events on new items speak through their nearest, and softer."""
        seen_BL = batch.items_BL != PADDING
        items_BL = np.where(seen_BL, self.to_model_V[batch.items_BL], PADDING).astype(np.int32)
        weights_BL = np.where(items_BL == PADDING, 0.0, batch.weights_BL * self.closeness_V[batch.items_BL])
        return replace(batch, items_BL=items_BL, weights_BL=weights_BL.astype(np.float32))

    def scores(self, scores_PBM: Floats) -> Floats:
        """Give the parts' scores [P, B, V] for the catalogue; a new item has the weighted mean of its neighbours'."""
        scores_PBV = scores_PBM[:, :, np.maximum(self.to_model_V, 0)]
        if len(self.new_W):
            borrowed_PBWK = scores_PBM[:, :, self.like_WK]
            scores_PBV[:, :, self.new_W] = np.einsum("pbwk,wk->pbw", borrowed_PBWK, self.likeness_WK)
        return scores_PBV


def build_bridge(item_ids: Sequence[str], model_item_ids: Sequence[str], vectors_VD: Floats | None) -> Bridge:
    """Match the catalogue to a model's vocabulary by id, and new items to known ones by text.

    Args:
        item_ids: the V items of the catalogue.
        model_item_ids: the M items that the model learnt.
        vectors_VD: text vectors of the catalogue, of length 1 (None: new items stay without neighbours).
    """
    numbers = {item_id: number for number, item_id in enumerate(model_item_ids)}
    to_model_V = np.array([numbers.get(item_id, PADDING) for item_id in item_ids], dtype=np.int32)
    is_new_V = to_model_V == PADDING
    new_W, known_K = (np.flatnonzero(mask_V).astype(np.int32) for mask_V in (is_new_V, ~is_new_V))
    closeness_V = (~is_new_V).astype(np.float32)
    neighbour_count = min(NEIGHBOUR_COUNT, len(known_K)) if vectors_VD is not None else 0
    like_WK = np.zeros((len(new_W), neighbour_count), dtype=np.int32)
    likeness_WK = np.zeros((len(new_W), neighbour_count), dtype=np.float32)
    if vectors_VD is not None and neighbour_count and len(new_W):
        nearest_WK, likeness_WK = _nearest(vectors_VD, new_W, known_K, neighbour_count)
        like_WK = to_model_V[nearest_WK]
        closest_W = likeness_WK.argmax(axis=1)
        rows_W = np.arange(len(new_W))
        cosine_W = likeness_WK[rows_W, closest_W]
        closeness_V[new_W] = cosine_W
        to_model_V[new_W] = np.where(cosine_W > 0, like_WK[rows_W, closest_W], PADDING)
        likeness_WK = likeness_WK / np.maximum(likeness_WK.sum(axis=1, keepdims=True), 1e-9)
    return Bridge(to_model_V, closeness_V, new_W, like_WK, likeness_WK)


def _nearest(vectors_VD: Floats, new_W: Indices, known_K: Indices, count: int) -> tuple[Indices, Floats]:
    """Give catalogue numbers and cosines [W, count] of the known items nearest to each new one; too unlike ones 0."""
    known_KD = vectors_VD[known_K]
    nearest: list[Indices] = []
    cosines: list[Floats] = []
    for start in range(0, len(new_W), CHUNK_ROWS):
        cosine_WK = vectors_VD[new_W[start : start + CHUNK_ROWS]] @ known_KD.T
        best_WK = np.argpartition(-cosine_WK, count - 1, axis=1)[:, :count]
        best_cosine_WK = np.take_along_axis(cosine_WK, best_WK, axis=1)
        nearest.append(known_K[best_WK].astype(np.int32))
        cosines.append(np.where(best_cosine_WK < LEAST_LIKENESS, 0.0, best_cosine_WK).astype(np.float32))
    return np.concatenate(nearest), np.concatenate(cosines)
