"""What is to be explained, beside the ranker that ranked it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from temporec_mcp.domain.log import History
from temporec_mcp.domain.ranking import BoundRanker, Strategy
from temporec_mcp.domain.reasons import Exclusion


@dataclass(frozen=True, slots=True)
class ExplainTarget:
    """An item of an answer, and the history that the answer was given for."""

    item: int
    """Item number: its place in the ranker's `item_ids`."""
    k: int
    """Length of the list that was shown."""
    user_id: str | None
    """None when asked with recent items."""
    model_id: str | None
    strategy: Strategy
    history: History
    """Its item numbers are those of the ranker."""
    action_names: Sequence[str]
    """By action number."""
    titles: Sequence[str]
    """By item number."""
    as_of: datetime
    compare_item: int | None = None
    """Item number of the one to compare with; of an item beyond the list that is the last listed one when None."""
    labels: Sequence[Sequence[str]] = ()
    """What each item is about, by item number; empty where nothing is known."""
    zone: tzinfo = UTC
    """Months, weeks and days are those of this zone."""
    rating_top: float | None = None
    """Upper end of the scale that the user rates on; None where it is not known."""
    rebind: Callable[[History, Sequence[str]], BoundRanker] | None = None
    """Gives what ranks for another history (with the names of its actions), whose seen items are no candidates."""
    unfiltered: BoundRanker | None = None
    """What ranks without the filters of the request; None where it has none."""
    excluded_by: tuple[Exclusion, ...] = ()
    """Why the item is no candidate of the request, where the ranker takes it for one nevertheless."""


@dataclass(frozen=True, slots=True)
class ExplainLimits:
    """How much is tried, so that an explanation stays quick at any length of history."""

    single_items: int = 100
    """Items of the history that are left out one at a time, those used last."""
    block_count: int = 20
    """Blocks that the older items are left out in."""
    opened_blocks: int = 2
    """Strongest blocks whose items are then left out one at a time."""
    reasons: int = 5
    reason_pool: int = 8
    """Strongest items, one at a time, that the reasons are chosen from."""
    against: int = 2
    events_per_item: int = 10
    """Newest events of an item that are tried to find its strongest."""
    suspects: int = 6
    """Items that are tried as stand-ins for each other."""
    set_size: int = 5
    """Items in a counterfactual, at most."""
    pool: int = 12
    """Items that a counterfactual is put together from."""
    helpers: int = 8
    """Items whose supposed events are tried to bring the explained one up, beside those of the list."""
    helpers_checked: int = 3
    """Best of them that are tried in the list they would lead to."""
    small_share: float = 0.05
    """An effect below this share of the candidates' spread is small."""
    negligible_share: float = 1e-4
    """An effect below this share of the candidates' spread is none."""


LIMITS = ExplainLimits()
