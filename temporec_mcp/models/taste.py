"""A part that learns from sums over users alone: what the features of past items say of the features of the next.

An item's features are its text in few components and how popular it is. Where x are those of the next item and h those
of the items before it, decayed, the sum of h x' over everybody's steps, held against how the features spread over what
is popular, is the first step of a log-linear model from popularity towards taste. It is F x F numbers, however many
users and items there are, so the noise of a promise is small beside it.

Axes: N events of a user, B histories, V items, U distinct items of a batch, D text width, F features.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from temporec_mcp.domain.log import EventLog, Floats, HistoryBatch
from temporec_mcp.models.linear import spread
from temporec_mcp.models.pairs import popularity, positives
from temporec_mcp.models.part import FitData, Tensors
from temporec_mcp.models.recency import Recency

Wide = NDArray[np.float64]

DECAY = 0.3
"""Per event back, in fitting and in scoring."""
NEXT_RECENCY = Recency(rate=DECAY)
WEEKS_RECENCY = Recency(rate=0.03)
PENALTY = 0.1
"""Of the spread of the features, in their mean variance."""
NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class TastePart:
    """Score of an item = decayed features of the history x taste x features of the item."""

    name: str
    features_VF: Floats
    taste_FF: Floats
    recency: Recency

    def score(self, batch: HistoryBatch) -> Floats:
        """Give scores [B, V]; 0 without a history."""
        weights_BL = self.recency.weights(batch)
        items_U, weights_BU = spread(batch.items_BL[:, : self.recency.length], weights_BL, len(self.features_VF))
        past_BF = weights_BU @ self.features_VF[items_U]
        return np.asarray((past_BF @ self.taste_FF) @ self.features_VF.T, dtype=np.float32)

    def tensors(self) -> Tensors:
        """Give everything `load` needs to make an equal part."""
        return {"features": self.features_VF, "taste": self.taste_FF, "recency": self.recency.to_array()}


@dataclass(frozen=True, slots=True)
class TasteKind:
    """How to make the taste part."""

    name: str = "taste"

    def fit(self, data: FitData) -> TastePart:
        """Learn with the sums as they are, without any promise."""
        log = positives(data)
        features = item_features(data.vectors_VD, popularity(log).astype(np.float64))
        return self.of(features, taste_sum(log, features.values_VF), data.horizon)

    def of(self, features: "Features", sums_FF: Wide, horizon: str) -> TastePart:
        """Make the part from the sums of `taste_sum`, which may have noise."""
        taste_FF = sums_FF @ np.linalg.inv(features.spread_FF)
        recency = NEXT_RECENCY if horizon == "next" else WEEKS_RECENCY
        return TastePart(self.name, features.values_VF.astype(np.float32), taste_FF.astype(np.float32), recency)

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> TastePart:
        """Make the part that `tensors` was saved from."""
        return TastePart(
            self.name,
            np.asarray(tensors["features"], dtype=np.float32),
            np.asarray(tensors["taste"], dtype=np.float32),
            Recency.from_array(tensors["recency"]),
        )


TASTE = TasteKind()


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of each item, and how that spreads."""

    values_VF: Wide
    """Less the mean over what is popular."""
    spread_FF: Wide
    """Their second moments over what is popular, with a penalty."""


def item_features(texts_VD: Floats | None, counts_V: Wide) -> Features:
    """Give the features of items from their texts (None: none are known) and how often they are used, never below 0.

    The root of the count is one feature beside the texts, with the mean variance of theirs.
    """
    shares_V = counts_V / max(float(counts_V.sum()), NOTHING)
    values_VF = _centred(np.sqrt(counts_V)[:, None], shares_V)
    values_VF /= max(float(np.sqrt(shares_V @ values_VF[:, 0] ** 2)), NOTHING)
    if texts_VD is not None and texts_VD.shape[1]:
        centred_VD = _centred(texts_VD.astype(np.float64), shares_V)
        scale = float(np.sqrt(np.mean(shares_V @ centred_VD**2)))
        values_VF = np.concatenate((centred_VD, scale * values_VF), axis=1)
    spread_FF = (values_VF * shares_V[:, None]).T @ values_VF
    penalty = PENALTY * float(np.trace(spread_FF)) / len(spread_FF) + NOTHING
    return Features(values_VF, spread_FF + penalty * np.eye(len(spread_FF)))


def _centred(values_VF: Wide, shares_V: Wide) -> Wide:
    return values_VF - shares_V @ values_VF


def popularity_sum(log: EventLog) -> Wide:
    """Add up over users what each has used [V], every user with length 1, so that one more moves it by 1 at most."""
    cells, counts = np.unique(log.users_N.astype(np.int64) * len(log.item_ids) + log.items_N, return_counts=True)
    users, items = np.divmod(cells, max(1, len(log.item_ids)))
    lengths_U = np.sqrt(np.bincount(users, counts.astype(np.float64) ** 2, len(log.user_ids)))
    return np.asarray(np.bincount(items, counts / lengths_U[users], len(log.item_ids)), dtype=np.float64)


def taste_sum(log: EventLog, values_VF: Wide) -> Wide:
    """Add up over users the sum of h x' over the steps of each [F, F], every user with length 1 at most.

    h are the features of the items before a step, decayed by their place; x those of the item that came.
    """
    width = int(values_VF.shape[1])
    sums_FF = np.zeros((width, width), dtype=np.float64)
    for start, end in zip(log.offsets_U[:-1].tolist(), log.offsets_U[1:].tolist(), strict=True):
        if end - start < 2:
            continue
        values_NF = values_VF[log.items_N[start:end]]
        past_NF = np.asarray(lfilter([1.0], [1.0, -np.exp(-DECAY)], values_NF[:-1], axis=0), dtype=np.float64)
        own_FF = past_NF.T @ values_NF[1:]
        sums_FF += own_FF / max(float(np.linalg.norm(own_FF)), NOTHING)
    return sums_FF
