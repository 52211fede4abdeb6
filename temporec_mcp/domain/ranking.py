"""Recommendations and their reasons, as facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from temporec_mcp.domain.log import Floats, History, Times
from temporec_mcp.domain.reasons import Exclusion, Lift, MomentEffect, PeriodEffect, Rating

Strategy = Literal["trained", "zero_shot", "popular"]


@dataclass(frozen=True, slots=True)
class RankRequest:
    """What is asked for, with everything that the answer depends on but the store's content."""

    user_id: str | None
    """None when asked with `recent_items`."""
    recent_items: tuple[str, ...]
    k: int
    as_of: datetime
    """Events after it are unknown."""
    query: str | None = None
    exclude_item_ids: tuple[str, ...] = ()
    include_seen: bool | None = None
    """None takes the default from the data's repeat share."""
    categories: tuple[str, ...] = ()
    context: str | None = None
    diversity: float = 0.0


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One place of a list."""

    rank: int
    item_id: str
    title: str
    score: float
    """The final ranking value; falls along the list."""
    because: tuple[str, ...] = ()
    """Titles of the past events that the item leans on most, for the short `why`; empty for the item itself."""
    leading_part: str = ""
    """The part of the model that speaks most for it."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An answer, as it is recorded."""

    recommendation_id: str
    request: RankRequest
    model_id: str | None
    """None when no model served."""
    strategy: Strategy
    is_personalised: bool
    items: tuple[RankedItem, ...]
    last_seq: int
    """Arrival number of the newest event that the store held; together with `as_of` it pins the history."""
    texts_read: tuple[int, int] | None = None
    """How many of how many texts had been read; None where all had, or where the answer comes from its record."""
    is_query_foreign: bool = False
    """The query's letters are not those that the encoder of this home reads."""
    is_context_unknown: bool = False
    """A context was asked for in which the history has nothing."""


class BoundRanker(Protocol):
    """One request with its candidates, filters and query fixed, ready to be asked again with other histories."""

    @property
    def item_ids(self) -> Sequence[str]:
        """The V items that scores are given for."""
        ...

    def score(self, histories: Sequence[History], as_of_B: Times) -> Floats:
        """Give final ranking values [B, V], -inf where an item is no candidate, diversity not yet applied."""
        ...

    def score_items(self, histories: Sequence[History], as_of_B: Times, items: Sequence[int]) -> Floats:
        """Give the ranking values [B, K] of chosen candidates, as `score` does but for the last digits of a float."""
        ...

    def contributions(self, history: History, as_of: float, item: int) -> dict[str, float]:
        """Give what each part adds to the score of item number `item`; the values add up to its score."""
        ...

    def contributions_at(self, history: History, as_of_B: Times, item: int) -> list[dict[str, float]]:
        """Give `contributions` for each of several moments, from one scoring."""
        ...

    def top(self, scores_V: Floats, k: int) -> list[int]:
        """Give the item numbers of the list of `k`, best first, after diversity."""
        ...

    def select(self, scores_V: Floats, k: int) -> list[tuple[int, float]]:
        """Give `top` with the values that the list shows, which never rise along it."""
        ...


@dataclass(frozen=True, slots=True)
class Reason:
    """A past event and what the item's score owes to it."""

    item_id: str
    title: str
    action: str
    time: datetime
    effect: float
    """Score with the event minus score without it, by re-scoring."""
    event_seq: int = 0
    """The store's arrival number of the event; 0 for the items of a nameless session."""
    rating: Rating | None = None
    """None where the event rates nothing."""


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Past events that weigh more together than one at a time: several of one item, or stand-ins for each other."""

    item_ids: tuple[str, ...]
    titles: tuple[str, ...]
    event_count: int
    """All events of these items in the history."""
    effect: float
    """Score minus score without all these events, by re-scoring."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Without these items' events the item would leave the list (verified by re-scoring)."""

    item_ids: tuple[str, ...]
    titles: tuple[str, ...]
    rank_before: int
    rank_after: int


@dataclass(frozen=True, slots=True)
class TimeEffect:
    """What the moment of asking does to the item."""

    shift_days: float
    """How much later the same question was asked, in days."""
    effect: float
    """Score now minus score then."""
    rank_now: int
    rank_then: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the item stands against another one in the same answer."""

    item_id: str
    title: str
    rank: int
    difference: float
    """Score of the explained item minus score of this one."""
    contributions: dict[str, float]
    """What each part adds to the difference."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item has its place, as facts that were verified by re-scoring."""

    item_id: str
    title: str
    rank: int
    """1 is best; among all candidates of the request."""
    k: int
    score: float
    user_id: str | None
    as_of: datetime
    model_id: str | None
    strategy: Strategy
    history_count: int
    reasons: tuple[Reason, ...]
    """Strongest first."""
    counterfactual: Counterfactual | None
    """None when no set of up to five events was found; then the sentence says so."""
    temporal: tuple[TimeEffect, ...]
    components: dict[str, float]
    """Share of each part in the score: |contribution| over the sum of all |contributions|."""
    is_verified: bool
    """Every stated effect was reproduced by a second scoring."""
    comparison: Comparison | None = None
    against: tuple[Reason, ...] = ()
    """Past events that lower its score, strongest first."""
    groups: tuple[ReasonGroup, ...] = ()
    """Groups that hold items of `reasons`."""
    lead_effects: tuple[float, ...] = ()
    """Score minus score without all events of the items of the first 1, 2, 3 ... `reasons`."""
    history_effect: float = 0.0
    """Score minus score with no history at all."""
    lead: float = 0.0
    """Score minus the mean score of all candidates."""
    spread: float = 1.0
    """Standard deviation of the candidates' scores; what an effect is small against."""
    contributions: dict[str, float] = field(default_factory=dict[str, float])
    """What each part adds to the score."""
    without_history: dict[str, float] = field(default_factory=dict[str, float])
    """What each part adds when there is no history at all."""
    grouped_count: int = 0
    """Old events that were left out in blocks only, not one at a time."""
    value: float = 0.0
    """The ranking value as the list shows it: the score, and with diversity what that takes off it."""
    score_parts: dict[str, float] = field(default_factory=dict[str, float])
    """`value` by readable sources, the moment of asking among them; they add up to it."""
    lift: Lift | None = None
    """None when no event was found that would bring it up, or it is first already."""
    moments: tuple[MomentEffect, ...] = ()
    periods: tuple[PeriodEffect, ...] = ()
    """The one that matters most, if any changes the rank."""
    excluded_by: tuple[Exclusion, ...] = ()
    """Why it is no candidate; then rank and all effects are what they would be if it were one."""
    rank_unfiltered: int | None = None
    """Rank without the filters of the request; None where it has none."""
    event_times: tuple[float, ...] = ()
    """Moments of the newest events that the answer knew, seconds since 1970, oldest first."""
