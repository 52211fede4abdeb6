"""What the users of a home have in common.

Axes: N events of all users, V items, E entries (an event has one for each of its labels), P pairs of a user and a
label, K labels.
"""

from collections.abc import Sequence

import numpy as np

from temporec_mcp.domain.log import EventLog
from temporec_mcp.domain.timeline import SharedInterest


def shared_interests(
    log: EventLog, labels_of: Sequence[tuple[str, ...]], min_users: int, most: int
) -> tuple[SharedInterest, ...]:
    """Give the labels that at least `min_users` users have events of, those of the largest share first, `most` at most.

    The share is that of a user's labelled events, averaged over all users who have any, so nobody counts more than
    another; an event of several labels is split evenly. `labels_of` gives the labels by item number. Labels of fewer
    users are neither named nor counted.
    """
    names = sorted({label for labels in labels_of for label in labels})
    number_of = {name: number for number, name in enumerate(names)}
    own_V = [tuple(dict.fromkeys(labels)) for labels in labels_of]
    sizes_V = np.array([len(labels) for labels in own_V], dtype=np.int64)
    flat = np.array([number_of[label] for labels in own_V for label in labels], dtype=np.int64)
    rows_N = np.flatnonzero(log.items_N >= 0)
    items_N = log.items_N[rows_N]
    sizes_N = sizes_V[items_N]
    if not sizes_N.any():
        return ()
    inside_E = np.arange(int(sizes_N.sum())) - np.repeat(np.cumsum(sizes_N) - sizes_N, sizes_N)
    labels_E = flat[np.repeat((np.cumsum(sizes_V) - sizes_V)[items_N], sizes_N) + inside_E]
    users_E = np.repeat(log.users_N[rows_N].astype(np.int64), sizes_N)
    weights_E = 1.0 / np.repeat(sizes_N, sizes_N)
    pairs_P, pair_of_E = np.unique(users_E * len(names) + labels_E, return_inverse=True)
    users_P, labels_P = pairs_P // len(names), pairs_P % len(names)
    events_P = np.bincount(pair_of_E, weights=weights_E)
    events_of_users = np.bincount(users_P, weights=events_P)
    counts_K = np.bincount(labels_P, minlength=len(names))
    shares_K = np.bincount(labels_P, weights=events_P / events_of_users[users_P], minlength=len(names))
    shares_K /= np.count_nonzero(events_of_users)
    order: list[int] = np.argsort(-shares_K, kind="stable").tolist()
    kept = [label for label in order if counts_K[label] >= min_users][:most]
    return tuple(SharedInterest(names[label], float(shares_K[label]), int(counts_K[label])) for label in kept)
