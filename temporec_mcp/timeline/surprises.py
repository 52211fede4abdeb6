"""Sessions whose theme is foreign to the rest of the history.

Axes: E entries (an event has one for each of its labels), P pairs of a session and a label, S sessions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.timeline.chance import find_outliers
from temporec_mcp.timeline.labels import Labelled

FEWEST_SESSIONS = 60
ALPHA = 0.006
_PRIOR_EVENTS = 0.5


@dataclass(frozen=True, slots=True)
class Surprise:
    """A session of which nothing is usual."""

    row: int
    """Its first event."""
    label: int
    """The most usual of its labels."""
    label_events: int
    """Events that have this label, in all."""
    p_value: float


def find_surprises(labelled: Labelled, session_of_N: NDArray[np.int64]) -> Iterator[Surprise]:
    """Find sessions whose most usual label is far rarer elsewhere than that of any other session.

    The surprise of a session is -log of that label's part of all other events (closed form, no model); it has to stand
    out from the tail of the surprises of all sessions. Only with labels: a word of a title is often new.
    """
    if labelled.source == "words" or labelled.source == "items" or len(labelled.rows) == 0:
        return
    width = len(labelled.names)
    session_of_E = session_of_N[labelled.rows]
    cells_P, counts_P = np.unique(session_of_E * width + labelled.labels, return_counts=True)
    sessions_P, labels_P = cells_P // width, cells_P % width
    totals_K = np.bincount(labelled.labels, minlength=width)
    sizes_S = np.bincount(session_of_N[labelled.item_rows])
    elsewhere_P = totals_K[labels_P] - counts_P
    others_P = labelled.event_count - sizes_S[sessions_P]
    surprise_P = -np.log((elsewhere_P + _PRIOR_EVENTS) / (others_P + 2 * _PRIOR_EVENTS))
    order_P = np.lexsort((surprise_P, sessions_P))
    firsts = np.unique(sessions_P[order_P], return_index=True)[1]
    best = order_P[firsts]
    if len(best) < FEWEST_SESSIONS:
        return
    least_S = surprise_P[best]
    count, p_value = find_outliers(least_S, ALPHA)
    for place in np.argsort(-least_S, kind="stable")[:count]:
        pair = int(best[place])
        label = int(labels_P[pair])
        rows = labelled.rows[(session_of_E == sessions_P[pair]) & (labelled.labels == label)]
        yield Surprise(int(rows[0]), label, int(totals_K[label]), p_value)
