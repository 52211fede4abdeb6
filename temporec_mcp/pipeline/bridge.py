"""How the catalogue of today stands to the items that a model learnt: a new item is scored by what its text says.

Every part's scores are regressed on the texts of the known items (ridge), question by question, and the new items get
what their texts predict. Of 10 % of the films of MovieLens 100K that left training, ranked among themselves, this puts
38 % of the targets into the first 10, the mean of the five nearest texts 31 %.

Axes: B histories, V items of the catalogue, M items of the model, W items of the catalogue that the model never saw,
F known items with a text, P parts, D text width, E width of the regression.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import PADDING, Flags, Floats, HistoryBatch, Indices
from temporec_mcp.domain.training import CarriedFrom
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.popularity import PopularityPart, RecentPopularityPart
from temporec_mcp.models.ridge import inverse
from temporec_mcp.models.text import has_text
from temporec_mcp.pipeline.features import whiten

LEAST_LIKENESS = 0.25
"""Cosine below which two texts say nothing of each other."""
CHUNK_ROWS = 1_024
TEXT_WIDTH = 64
WHITENING = 0.5
PENALTY = 0.5
"""Of the ridge, in items."""
LEAST_USED_SHARE = 0.5
"""Used part of a model's vocabulary from which on its unused items are predicted from the used ones.

Below, prediction loses: `python -m benchmarks.lone` asks homes of one person with a catalogue.
"""
STRETCH = 1.25
"""How far predictions are drawn from the mean: a regression's are timid, and new items would never be listed.

Measured as above in the full catalogue, the known targets lose 1 % of NDCG@10 here, 1.5 % at 1.35 and 2.6 % at 1.5.
"""


@dataclass(frozen=True)
class Bridge:
    """Item numbers and scores, from the catalogue to the model and back."""

    to_model_V: Indices
    """The item's number in the model; for a new item that of the one it reads most like, PADDING where none does."""
    closeness_V: Floats
    """1 for an item of the model, the cosine for a new one, 0 where none is like it."""
    new_W: Indices
    """Catalogue numbers of the items that the model never saw."""
    known_M: Floats
    """1 / F at the F known items that the regression is over, else 0."""
    inputs_ME: Floats
    """Their centred texts, zeros for the others."""
    outputs_EW: Floats
    """What the new items make of the products of texts and scores."""

    @cached_property
    def is_exact(self) -> bool:
        """Hold when the catalogue is the model's vocabulary, number for number."""
        return self.is_aligned and len(self.new_W) == 0 and len(self.to_model_V) == len(self.known_M)

    @cached_property
    def is_aligned(self) -> bool:
        """Hold when the known items have the same numbers here and there."""
        return bool(np.array_equal(self.to_model_V[self.known_K], self.known_K))

    @cached_property
    def known_K(self) -> Indices:
        """Catalogue numbers of the items that the model knows."""
        return np.flatnonzero(~self.is_new_V).astype(np.int32)

    @cached_property
    def is_new_V(self) -> Flags:
        """Mark the items that the model never saw."""
        is_new_V: Flags = np.zeros(len(self.to_model_V), dtype=np.bool_)
        is_new_V[self.new_W] = True
        return is_new_V

    def histories(self, batch: HistoryBatch) -> HistoryBatch:
        """Give the batch in the model's item numbers; events on new items speak through their nearest, and softer."""
        if self.is_exact:
            return batch
        seen_BL = batch.items_BL != PADDING
        items_BL = np.where(seen_BL, self.to_model_V[batch.items_BL], PADDING).astype(np.int32)
        weights_BL = np.where(items_BL == PADDING, 0.0, batch.weights_BL * self.closeness_V[batch.items_BL])
        return replace(batch, items_BL=items_BL, weights_BL=weights_BL.astype(np.float32))

    def scores(self, scores_PBM: Floats) -> Floats:
        """Give the parts' scores [P, B, V] for the catalogue; a new item without text has the mean."""
        if self.is_exact:
            return scores_PBM
        if self.is_aligned and scores_PBM.shape[-1] == len(self.to_model_V):
            scores_PBV = scores_PBM.copy()
        else:
            scores_PBV = np.take(scores_PBM, np.maximum(self.to_model_V, 0), axis=-1)
        if len(self.new_W):
            # As one matrix: of a stack of them each would be multiplied by itself, and all inputs read each time.
            flat_NM = scores_PBM.reshape(-1, scores_PBM.shape[-1])
            predicted_NW = self.predicted(flat_NM @ self.known_M, flat_NM @ self.inputs_ME)
            scores_PBV[:, :, self.new_W] = predicted_NW.reshape(*scores_PBM.shape[:2], len(self.new_W))
        return scores_PBV

    def means(self, candidates_V: Flags) -> Floats:
        """Give the weights [M] with which the model's scores sum to their mean over the candidates of the catalogue."""
        shares_V = candidates_V.astype(np.float32) / np.float32(max(1, np.count_nonzero(candidates_V)))
        means_M = np.zeros(len(self.known_M), dtype=np.float32)
        means_M[self.to_model_V[self.known_K]] = shares_V[self.known_K]
        new_W = shares_V[self.new_W]
        means_M += new_W.sum() * self.known_M
        means_M += np.float32(STRETCH) * (self.inputs_ME @ (self.outputs_EW @ new_W))
        return means_M

    def unseen(self, items_K: NDArray[np.intp]) -> Floats:
        """Give the weights [M, K] with which the model's scores sum to those of chosen items that it never saw."""
        outputs_EK = self.outputs_EW[:, np.searchsorted(self.new_W, items_K)]
        return (self.known_M[:, None] + np.float32(STRETCH) * (self.inputs_ME @ outputs_EK)).astype(
            np.float32, copy=False
        )

    def predicted(self, means: Floats, products_E: Floats) -> Floats:
        """Give the scores [..., W] of the new items.

        Args:
            means: of the scores of the known items with a text: the scores times `known_M`.
            products_E: the scores times `inputs_ME`.
        """
        return (means[..., None] + STRETCH * (products_E @ self.outputs_EW)).astype(np.float32)


def build_bridge(
    item_ids: Sequence[str],
    model_item_ids: Sequence[str],
    vectors_VD: Floats | None,
    learnt_M: Flags | None = None,
) -> Bridge:
    """Match the catalogue to a model's vocabulary by id, and new items to known ones by text.

    Args:
        item_ids: the V items of the catalogue.
        model_item_ids: the M items of the model's vocabulary.
        vectors_VD: text vectors of the catalogue, of length 1 (None: new items know nothing of the others).
        learnt_M: the items that the model saw used, where a text can stand in for use (None: all of them).
    """
    is_known_M = np.ones(len(model_item_ids), dtype=np.bool_) if learnt_M is None or vectors_VD is None else learnt_M
    numbers = {item_id: number for number, item_id in enumerate(model_item_ids) if is_known_M[number]}
    to_model_V = np.array([numbers.get(item_id, PADDING) for item_id in item_ids], dtype=np.int32)
    is_new_V = to_model_V == PADDING
    new_W, known_K = (np.flatnonzero(mask_V).astype(np.int32) for mask_V in (is_new_V, ~is_new_V))
    closeness_V = (~is_new_V).astype(np.float32)
    if vectors_VD is None or not len(new_W) or not len(known_K):
        known_M = _shares(to_model_V[known_K], len(model_item_ids))
        nothing_ME = np.zeros((len(known_M), 0), dtype=np.float32)
        return Bridge(to_model_V, closeness_V, new_W, known_M, nothing_ME, np.zeros((0, len(new_W)), dtype=np.float32))
    is_text_V = has_text(vectors_VD)
    known_F = known_K[is_text_V[known_K]] if is_text_V[known_K].any() else known_K
    learnt_F = to_model_V[known_F]
    inputs_FE, outputs_EW = _regression(whiten(vectors_VD, TEXT_WIDTH, WHITENING), known_F, new_W)
    nearest_W, cosine_W = _nearest(vectors_VD, new_W, known_K)
    closeness_V[new_W] = cosine_W
    to_model_V[new_W] = np.where(cosine_W > 0, to_model_V[nearest_W], PADDING)
    inputs_ME = np.zeros((len(model_item_ids), inputs_FE.shape[1]), dtype=np.float32)
    inputs_ME[learnt_F] = inputs_FE
    return Bridge(to_model_V, closeness_V, new_W, _shares(learnt_F, len(model_item_ids)), inputs_ME, outputs_EW)


def learnt_items(blend: Blend, carried: CarriedFrom | None = None) -> Flags | None:
    """Tell which items of the vocabulary the model saw used.

    None where it holds no counts to tell it by, or saw most items unused: what the few say of the many is guesswork
    that would fill the lists, so there each item stands for itself, an unused one by its own text alone. None also for
    a model of another home: its vocabulary is the catalogue here, and its texts speak for what it never saw used.
    """
    if carried is not None:
        return None
    for part in blend.parts:
        if isinstance(part, PopularityPart):
            return _unless_few(part.scores_V > 0.0)
        if isinstance(part, RecentPopularityPart):
            return _unless_few(np.bincount(part.items_N, minlength=part.counts_GV.shape[1]) > 0)
    return None


def _unless_few(is_used_M: Flags) -> Flags | None:
    return is_used_M if is_used_M.mean() >= LEAST_USED_SHARE else None


def _shares(learnt_F: Indices, model_count: int) -> Floats:
    shares_M = np.zeros(model_count, dtype=np.float32)
    shares_M[learnt_F] = 1.0 / max(1, len(learnt_F))
    return shares_M


def _regression(texts_VE: Floats, known_F: Indices, new_W: Indices) -> tuple[Floats, Floats]:
    """Give the two factors of the ridge from the known items' scores to those of the new ones, less the mean.

    With centred texts X and Y of the known and the new items, the prediction is Y (X'X + penalty I)^-1 X' scores.
    """
    mean_E = texts_VE[known_F].mean(axis=0)
    inputs_FE = (texts_VE[known_F] - mean_E).astype(np.float64)
    new_WE = np.where(has_text(texts_VE[new_W])[:, None], texts_VE[new_W] - mean_E, 0.0)
    outputs_EW = inverse(inputs_FE.T @ inputs_FE, PENALTY) @ new_WE.T
    return inputs_FE.astype(np.float32), outputs_EW.astype(np.float32)


def _nearest(vectors_VD: Floats, new_W: Indices, known_K: Indices) -> tuple[Indices, Floats]:
    """Give the catalogue number and cosine [W] of the known item nearest to each new one; too unlike ones 0."""
    known_KD = vectors_VD[known_K]
    nearest: list[Indices] = []
    cosines: list[Floats] = []
    for start in range(0, len(new_W), CHUNK_ROWS):
        cosine_WK = vectors_VD[new_W[start : start + CHUNK_ROWS]] @ known_KD.T
        nearest.append(known_K[cosine_WK.argmax(axis=1)])
        best_W = cosine_WK.max(axis=1)
        cosines.append(np.where(best_W < LEAST_LIKENESS, 0.0, best_W).astype(np.float32))
    return np.concatenate(nearest), np.concatenate(cosines)
