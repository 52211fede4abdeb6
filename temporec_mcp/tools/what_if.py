"""what_if: how the list would move with other events or at another moment. Nothing is stored."""

from __future__ import annotations

from pydantic import Field

from temporec_mcp.domain.action_names import canonical_action
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.text import check_id
from temporec_mcp.domain.times import iso
from temporec_mcp.domain.what_if import AddedEvent, WhatIfRequest
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.edge import Timestamp, moment, zone_for
from temporec_mcp.tools.recommend import LONGEST_LIST
from temporec_mcp.tools.references import event_seqs
from temporec_mcp.tools.timeline import LANGUAGE, Language
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.what_if_words import summary_of

MOST_REMOVED = 100
MOST_ADDED = 20
MOST_DAYS = 366.0
DEFAULT_ACTION = "view"


class AddedFields(Request):
    """An event that is only supposed."""

    item_id: str
    action: str = Field(default=DEFAULT_ACTION, description="As in log_behavior")
    value: float | None = None


class WhatIfToolRequest(Request):
    """Which list, and what is supposed."""

    user_id: str | None = Field(default=None, description="Whose list; me when left out")
    recommendation_id: str | None = Field(default=None, description="Instead of user_id and at: the answer to change")
    remove: tuple[str, ...] = Field(
        default=(), max_length=MOST_REMOVED, description="Item ids whose events go, or single events by event_ref"
    )
    add: tuple[AddedFields, ...] = Field(
        default=(), max_length=MOST_ADDED, description="Events supposed at the moment of the list"
    )
    later_days: float = Field(default=0, ge=0, le=MOST_DAYS, description="Ask this many days later")
    at: Timestamp | None = Field(default=None, description="The moment of the list, now when left out")
    k: int | None = Field(default=None, ge=1, le=LONGEST_LIST, description="Length of the list")
    language: Language = Field(default="en", description=LANGUAGE)


class MovedFields(Part):
    """A place of the list as it would be."""

    rank: int
    item_id: str
    title: str
    rank_before: int | None = Field(default=None, description="Left out where it was no candidate")

    def line(self) -> str:
        """Give the place in one line."""
        before = "was no candidate" if self.rank_before is None else f"was {self.rank_before}"
        return f"{self.rank}. {self.title} (item_id {self.item_id}), {before}"


class LeftFields(Part):
    """What would not be listed any more."""

    item_id: str
    title: str
    rank_before: int
    rank_after: int | None = Field(default=None, description="Left out where it would be no candidate")

    def line(self) -> str:
        """Give what leaves in one line."""
        after = "no candidate" if self.rank_after is None else str(self.rank_after)
        return f"leaves: {self.title} (item_id {self.item_id}), {self.rank_before} to {after}"


class WhatIfReply(Reply):
    """How the list would move."""

    how_to_narrow = "Ask for fewer with k."

    items: tuple[MovedFields, ...]
    left: tuple[LeftFields, ...]
    removed_events: int
    added_events: int
    as_of: str
    model_id: str | None = None

    def lines(self) -> list[str]:
        """Give a line per place."""
        return [f"as_of {self.as_of}", *(item.line() for item in self.items), *(item.line() for item in self.left)]


def what_if(app: UseCases, request: WhatIfToolRequest, call: Call) -> WhatIfReply:
    """Suppose, and tell how the list moves."""
    found = app.what_if(_question(app, request, call), call.progress)
    return WhatIfReply(
        summary=summary_of(found, request.language),
        items=tuple(
            MovedFields(rank=item.rank, item_id=item.item_id, title=item.title, rank_before=item.rank_before)
            for item in found.items
        ),
        left=tuple(
            LeftFields(item_id=item.item_id, title=item.title, rank_before=item.rank_before, rank_after=item.rank_after)
            for item in found.left
        ),
        removed_events=sum(entry.event_count for entry in found.removed),
        added_events=len(found.added),
        as_of=iso(found.as_of),
        model_id=found.model_id,
    )


def _question(app: UseCases, request: WhatIfToolRequest, call: Call) -> WhatIfRequest:
    if request.recommendation_id is not None and (request.user_id is not None or request.at is not None):
        raise ArgumentsError(
            "recommendation_id was given together with user_id or at.",
            "Give recommendation_id alone: it already says for whom and when.",
        )
    if not (request.remove or request.add or request.later_days):
        raise ArgumentsError("Nothing is supposed.", "Give remove, add or later_days.")
    user_id = DEFAULT_USER if request.user_id is None else check_id(request.user_id, "user_id")
    return WhatIfRequest(
        user_id=user_id,
        recommendation_id=request.recommendation_id and check_id(request.recommendation_id, "recommendation_id"),
        at=None if request.at is None else moment(request.at, zone_for(app, user_id, None), call.now),
        k=request.k,
        remove=tuple(check_id(name, "entry of remove") for name in request.remove),
        event_seqs=event_seqs(request.remove),
        add=tuple(
            AddedEvent(check_id(event.item_id, "item_id"), canonical_action(event.action), event.value)
            for event in request.add
        ),
        later_days=request.later_days,
    )


TOOL = make_tool(
    About(
        name="what_if",
        title="What if",
        description="How the list would move without some events, with others, or asked later. Nothing is stored.",
        is_read_only=True,
        is_idempotent=True,
    ),
    WhatIfToolRequest,
    WhatIfReply,
    what_if,
)
