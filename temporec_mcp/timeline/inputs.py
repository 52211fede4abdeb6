"""What a summary is made from: one user's events as columns.

Axes: N events.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Flags, Floats, Indices, Times

T = TypeVar("T")
Titles = Mapping[int, str] | Sequence[str]
Categories = Mapping[int, tuple[str, ...]] | Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Where a model that had not learnt from an event put its item, from the events before it; NaN where not asked."""

    places_N: Times
    """Among what the user had not used before; 1 is the first."""
    choices_N: Times
    """How many items stood to choose."""


Foresee = Callable[[NDArray[np.int64]], Foreseen | None]
"""Asks a model about the newest events; None where none of the given ones (positions) would be among them, where there
is no model, or too little that it has not learnt from."""


@dataclass(frozen=True, slots=True)
class TimelineInput:
    """One user's events, in any order."""

    user_id: str
    timezone: str
    """IANA name of the user's zone; every hour, weekday and date is told in it."""
    times_N: Times
    """Seconds since 1970 in UTC."""
    items_N: Indices
    """Item numbers; PADDING for a search, which has no item."""
    actions_N: Indices
    """The action of each event, as place in `action_names`."""
    action_names: tuple[str, ...]
    values_N: Floats
    """NaN where the event has no value."""
    date_only_N: Flags
    """The day is known but not the hour; the time is noon of that day."""
    titles: Titles
    """Title by item number."""
    categories: Categories
    """Labels by item number."""
    now: datetime
    """The moment up to which the events are complete; an open pause lasts until then."""
    item_ids: Titles | None = None
    """Id by item number; a title equal to it is no title, so its words count for nothing."""

    vectors_of: Callable[[Indices], tuple[Flags, Floats]] | None = None
    """Gives for item numbers [I] which have a text vector, and the vectors [I, D], zeros for the others."""
    foresee: Foresee | None = None

    def title_of(self, item: int) -> str:
        """Give the title of an item, empty when there is none."""
        return _entry(self.titles, item) or ""

    def words_of(self, item: int) -> str:
        """Give the title of an item, empty when there is none or when its id stands in for it."""
        title = self.title_of(item)
        return "" if self.item_ids is not None and title == _entry(self.item_ids, item) else title

    def categories_of(self, item: int) -> tuple[str, ...]:
        """Give the labels of an item, none twice, in their order."""
        return tuple(dict.fromkeys(_entry(self.categories, item) or ()))


def _entry(column: Mapping[int, T] | Sequence[T], item: int) -> T | None:
    if isinstance(column, Mapping):
        return column.get(item)
    return column[item]
