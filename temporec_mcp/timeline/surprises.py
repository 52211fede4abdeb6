"""A session whose theme is foreign to the rest of the history, and items that a model held unlikely.

Axes: N events, F of them foreseen, E entries (an event has one for each of its labels), P pairs of a session and a
label, S sessions, K labels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Times
from temporec_mcp.timeline.chance import FEWEST_VALUES, MOST_OUTLIERS
from temporec_mcp.timeline.inputs import Foresee, Foreseen
from temporec_mcp.timeline.labels import Labelled

FEWEST_SESSIONS = 100
LEAST_KEPT = 3
"""Sessions that every other theme has at least: who is often new is not surprising."""
USUAL = 0.9
"""Part of the user's events whose places are the usual ones."""
TIMES_USUAL = 3.0
LEAST_DEEP = 0.25
"""Part of all that stood to choose that the model has to have put before an item to call it unlikely."""
MOST_KINDRED = 0.02
"""Part of the user's other events that may share a label with an unlikely item: the first of a new taste is none."""


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
    # Sorted, as np.unique hashes whole numbers, which takes twenty times as long.
    cells_E = np.sort(session_of_E * width + labelled.labels)
    cells_P = cells_E[np.diff(cells_E, prepend=-1) > 0]
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


@dataclass(frozen=True, slots=True)
class Unlikely:
    """An item that a model put far behind the user's usual places."""

    row: int
    place: int
    choices: int
    usual_place: int
    """Nine in ten of the other events have this place or a better one."""
    count: int
    """The other events."""


def find_unlikely(labelled: Labelled, foresee: Foresee) -> list[Unlikely]:
    """Find the items that a model held far less likely than what the user usually takes up, and that stay alone.

    Only with labels; and nothing where it happens more than now and then, for then it is a habit. The model is asked
    only when there is an event that stays alone.
    """
    lone = _lone_rows(labelled)
    foreseen = foresee(lone) if len(lone) else None
    if foreseen is None:
        return []
    rows_F = np.flatnonzero(~np.isnan(foreseen.places_N))
    depths_F = foreseen.places_N[rows_F] / foreseen.choices_N[rows_F]
    if len(rows_F) < FEWEST_VALUES:
        return []
    is_far_F = (depths_F > TIMES_USUAL * np.quantile(depths_F, USUAL)) & (depths_F > LEAST_DEEP)
    if np.count_nonzero(is_far_F) > MOST_OUTLIERS:
        return []
    return [_unlikely(foreseen, rows_F, place) for place in np.flatnonzero(is_far_F & np.isin(rows_F, lone)).tolist()]


def _lone_rows(labelled: Labelled) -> NDArray[np.int64]:
    """Give the labelled events that hardly any other event shares a label with."""
    if labelled.source in ("words", "items") or len(labelled.rows) == 0:
        return np.zeros(0, dtype=np.int64)
    others_E = np.bincount(labelled.labels, minlength=len(labelled.names))[labelled.labels] - 1
    rows, firsts = np.unique(labelled.rows, return_index=True)  # the entries of an event follow each other
    return rows[np.maximum.reduceat(others_E, firsts) <= MOST_KINDRED * (labelled.event_count - 1)]


def _unlikely(foreseen: Foreseen, rows_F: NDArray[np.int64], place: int) -> Unlikely:
    places_F: Times = np.delete(foreseen.places_N[rows_F], place)
    row = int(rows_F[place])
    usual = int(np.quantile(places_F, USUAL, method="higher"))
    return Unlikely(row, int(foreseen.places_N[row]), int(foreseen.choices_N[row]), usual, len(places_F))
