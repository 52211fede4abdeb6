"""Items without labels in groups of like texts, named after the words that set a group apart.

Axes: I distinct items, D width of a text vector, G groups.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats

FEWEST_ITEMS = 10
MOST_GROUPS = 8
LEAST_IN_A_GROUP = 3
LEAST_LIKENESS = 0.25
"""Cosine to its group's centre below which an item belongs to none."""
NAME_WORDS = 2
LEAST_NAMED = 0.2
"""Part of a group's items that a word of its name is in."""
_ROUNDS = 25
_TINY = 1e-9


def group_items(vectors_ID: Floats, counts_I: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the group of each item, -1 for none; deterministic.

    Spherical k-means (Dhillon and Modha, Machine Learning 2001) on vectors without their common part, started from the
    items farthest from each other; of 2 to MOST_GROUPS groups the number with the best simplified silhouette.
    """
    if len(vectors_ID) < FEWEST_ITEMS:
        return np.full(len(vectors_ID), -1, dtype=np.int64)
    weights_I = np.log1p(counts_I).astype(np.float32)
    centred_ID = vectors_ID - weights_I @ vectors_ID / weights_I.sum()
    points_ID: Floats = centred_ID / np.maximum(np.linalg.norm(centred_ID, axis=1, keepdims=True), _TINY)
    best, best_value = np.zeros(len(points_ID), dtype=np.int64), -math.inf
    for count in range(2, min(MOST_GROUPS, len(points_ID) // LEAST_IN_A_GROUP) + 1):
        group_I, value = _group(points_ID, weights_I, count)
        if value > best_value:
            best, best_value = group_I, value
    return best


def _group(points_ID: Floats, weights_I: Floats, count: int) -> tuple[NDArray[np.int64], float]:
    centres_GD = points_ID[_far_apart(points_ID, weights_I, count)]
    group_I = np.zeros(len(points_ID), dtype=np.int64)
    for _ in range(_ROUNDS):
        group_I = (points_ID @ centres_GD.T).argmax(axis=1)
        members_GI = np.where(np.arange(count)[:, None] == group_I, weights_I, np.float32(0))
        sums_GD = members_GI @ points_ID
        moved_GD = sums_GD / np.maximum(np.linalg.norm(sums_GD, axis=1, keepdims=True), _TINY)
        if np.allclose(moved_GD, centres_GD, atol=1e-5):
            break
        centres_GD = moved_GD
    likeness_IG = points_ID @ centres_GD.T
    own_I = likeness_IG[np.arange(len(points_ID)), group_I]
    others_IG = np.where(np.arange(count)[None, :] == group_I[:, None], -np.inf, likeness_IG)
    near_I, far_I = 1 - own_I, 1 - others_IG.max(axis=1)
    silhouette_I = (far_I - near_I) / np.maximum(np.maximum(near_I, far_I), _TINY)
    value = float(weights_I @ silhouette_I / weights_I.sum())
    sizes_G = np.bincount(group_I[own_I >= LEAST_LIKENESS], minlength=count)
    is_in_I = (own_I >= LEAST_LIKENESS) & (sizes_G[group_I] >= LEAST_IN_A_GROUP)
    return np.where(is_in_I, group_I, -1), value


def _far_apart(points_ID: Floats, weights_I: Floats, count: int) -> list[int]:
    """Give items that are each far from those before, starting with the one most like all others."""
    chosen = [int((points_ID @ (weights_I @ points_ID)).argmax())]
    nearest_I = points_ID @ points_ID[chosen[0]]
    while len(chosen) < count:
        chosen.append(int((weights_I * (1 - nearest_I)).argmax()))
        nearest_I = np.maximum(nearest_I, points_ID @ points_ID[chosen[-1]])
    return chosen


def name_groups(words: Sequence[tuple[str, ...]], titles: Sequence[str], group_I: NDArray[np.int64]) -> list[str]:
    """Give a name for each group: its most telling words, or the title of its first item; no name twice, "" if empty.

    A word tells by how often it is in the group's items times the logarithm of how much rarer it is in the others
    (class-based tf-idf; Grootendorst, BERTopic, 2022).
    """
    overall = Counter(word for each in words for word in set(each))
    names: list[str] = []
    for group in range(int(group_I.max(initial=-1)) + 1):
        members = np.flatnonzero(group_I == group).tolist()
        counts = Counter(word for member in members for word in set(words[member]))
        fewest = max(2.0, LEAST_NAMED * len(members))
        telling = {
            word: count * math.log(1 + len(words) / len(members) * count / overall[word])
            for word, count in counts.items()
            if count >= fewest
        }
        best = sorted(telling, key=lambda word: (-telling[word], word))[:NAME_WORDS]
        first = titles[members[0]] if members else ""
        name = ", ".join(best) or first
        names.append(name if name not in names or not members else f"{name}, {first}")
    return names
