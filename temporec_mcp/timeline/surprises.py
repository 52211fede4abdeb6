"""A session whose theme is foreign to the rest of the history.

Axes: E entries (an event has one for each of its labels), P pairs of a session and a label, S sessions, K labels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.timeline.labels import Labelled

FEWEST_SESSIONS = 100
LEAST_KEPT = 3
"""Sessions that every other theme has at least: who is often new is not surprising."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """A session of which nothing is usual."""

    row: int
    """Its first event."""
    label: int
    label_events: int
    """Events that have this label, in all."""
    p_value: float
    """Chance of such a session."""


def find_surprise(labelled: Labelled, session_of_N: NDArray[np.int64]) -> Surprise | None:
    """Find the one session whose labels occur in no other, where all other labels are met again and again.

    The chance of a theme that was never met is then below one in the number of sessions (closed form: Good,
    Biometrika 1953, with no theme that was met once). Only with labels: a word of a title is often new.
    """
    if labelled.source in ("words", "items") or len(labelled.rows) == 0:
        return None
    width = len(labelled.names)
    session_of_E = session_of_N[labelled.rows]
    cells_P = np.unique(session_of_E * width + labelled.labels)
    sessions_P, labels_P = cells_P // width, cells_P % width
    sessions_K = np.bincount(labels_P, minlength=width)
    session_count = len(np.unique(sessions_P))
    foreign_K = np.flatnonzero(sessions_K < LEAST_KEPT)
    if session_count < FEWEST_SESSIONS or len(foreign_K) == 0:
        return None
    session = int(sessions_P[labels_P == foreign_K[0]][0])
    is_here_P = sessions_P == session
    is_all_foreign = bool(np.isin(labels_P[is_here_P], foreign_K).all())
    if not is_all_foreign or np.count_nonzero(is_here_P) != len(foreign_K) or (sessions_K[foreign_K] > 1).any():
        return None
    label = int(foreign_K[0])
    rows = labelled.rows[labelled.labels == label]
    return Surprise(int(rows[0]), label, len(rows), 1 / session_count)
