"""explain_recommendation: why an item has its place, as facts that were checked by scoring again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.reasons import Exclusion
from temporec_mcp.domain.requests import ExplainRequest
from temporec_mcp.domain.text import check_id
from temporec_mcp.domain.times import iso
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.edge import Timestamp, moment, zone_for
from temporec_mcp.tools.pictures import explanation_pictures
from temporec_mcp.tools.references import event_ref
from temporec_mcp.tools.timeline import DETAIL, LANGUAGE, Detail, Language
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted

if TYPE_CHECKING:
    from temporec_mcp.domain.ranking import Comparison, Counterfactual, Explanation
    from temporec_mcp.explain.rewording import Retold
    from temporec_mcp.explain.words import Telling

EFFECT_DIGITS = 6


class ExplainToolRequest(Request):
    """Which place in which answer."""

    item_id: str = Field(description="The item to explain")
    recommendation_id: str | None = Field(default=None, description="The answer that showed it, from recommend")
    user_id: str | None = Field(default=None, description="Instead of recommendation_id: ask anew for this user")
    at: Timestamp | None = Field(default=None, description="With user_id: the moment to ask for, now when left out")
    compare_item_id: str | None = Field(default=None, description="Another item to hold it against")
    detail: Detail = Field(default="brief", description=DETAIL)
    language: Language = Field(default="en", description=LANGUAGE)


class ReasonFields(Part):
    """A past event and what the item's score owes to it."""

    item_id: str
    title: str
    action: str
    timestamp: str
    effect: float = Field(description="Score with the event minus score without it")
    event_ref: str | None = Field(default=None, description="For edit_events and what_if")
    rating: str | None = None

    def line(self) -> str:
        """Give the reason in one line."""
        ids = f"item_id {self.item_id}" + (f", event_ref {self.event_ref}" if self.event_ref else "")
        rated = f", rated {self.rating}" if self.rating else ""
        return f"reason: {self.action} {self.title} ({ids}){rated} at {self.timestamp}, effect {self.effect:+.4f}"


class CounterfactualFields(Part):
    """Without these items' events the item would leave the list."""

    without: tuple[str, ...] = Field(description="Item ids")
    rank_before: int
    rank_after: int

    @classmethod
    def of(cls, found: Counterfactual) -> CounterfactualFields:
        """Give the published fields."""
        return cls(without=found.item_ids, rank_before=found.rank_before, rank_after=found.rank_after)


class RaisedByFields(Part):
    """The single event that would bring the item up most, if it happened at that moment."""

    item_id: str
    title: str
    action: str
    rank_before: int
    rank_after: int


class TimeFields(Part):
    """What another moment of asking, or the lack of a period, does."""

    statement: str
    effect: float


class ComparisonFields(Part):
    """How the item stands against another one."""

    item_id: str
    title: str
    rank: int
    difference: float = Field(description="Score of the explained item minus score of this one")
    components: dict[str, float] = Field(description="What each part adds to the difference")

    @classmethod
    def of(cls, found: Comparison) -> ComparisonFields:
        """Give the published fields."""
        return cls(
            item_id=found.item_id,
            title=found.title,
            rank=found.rank,
            difference=round(found.difference, EFFECT_DIGITS),
            components={name: round(value, EFFECT_DIGITS) for name, value in found.contributions.items()},
        )


class ExplainReply(Reply):
    """Why an item has its place."""

    how_to_narrow = "Ask with detail=brief."

    item_id: str
    title: str
    rank: int
    reasons: tuple[ReasonFields, ...]
    counterfactual: CounterfactualFields | None = None
    raised_by: RaisedByFields | None = None
    excluded_by: tuple[Exclusion, ...] | None = Field(
        default=None, description="Why it is not listed; rank and effects are then what they would be"
    )
    temporal: tuple[TimeFields, ...]
    components: dict[str, float] = Field(description="Share of each part of the model in the score")
    score: float = Field(description="Ranking value, as in recommend")
    sources: dict[str, float] = Field(description="What the score is made of; adds up to it")
    comparison: ComparisonFields | None = None
    verified: bool = Field(description="Every stated effect was reproduced by scoring again")
    narrator: Literal["template", "llm"]
    reworded: int | None = Field(default=None, description="Clauses of the summary in the language model's words")
    wording: str | None = Field(default=None, description="What became of the language model's wording")
    as_of: str
    model_id: str | None = None

    def lines(self) -> list[str]:
        """Give a line per fact."""
        without = self.counterfactual
        return [
            f"item_id {self.item_id}, rank {self.rank}, as_of {self.as_of}, verified {str(self.verified).lower()}",
            *(entry.line() for entry in self.reasons),
            *(
                [f"without {', '.join(without.without)}: rank {without.rank_before} becomes {without.rank_after}"]
                if without
                else []
            ),
            *([_raised(self.raised_by)] if self.raised_by else []),
            *([f"not listed because: {', '.join(self.excluded_by)}"] if self.excluded_by else []),
            *(f"time: {entry.statement}" for entry in self.temporal),
        ]


def explain_recommendation(app: UseCases, request: ExplainToolRequest, call: Call) -> ExplainReply:
    """Explain one place."""
    from temporec_mcp.explain.narrate import narrate
    from temporec_mcp.explain.words import Telling

    found = app.explain(_explain_request(app, request, call), call.progress)
    telling = Telling(request.language, request.detail, zone_for(app, found.user_id, None))
    told = narrate(found, telling)
    retold = app.retell(told, telling)
    return ExplainReply(
        summary=retold.text if retold else told,
        item_id=found.item_id,
        title=found.title,
        rank=found.rank,
        reasons=_reasons(found),
        counterfactual=CounterfactualFields.of(found.counterfactual) if found.counterfactual else None,
        raised_by=_raised_by(found),
        excluded_by=found.excluded_by or None,
        temporal=_temporal(found, telling),
        score=round(found.value, EFFECT_DIGITS),
        sources={name: round(value, EFFECT_DIGITS) for name, value in found.score_parts.items()},
        components={name: round(share, 4) for name, share in found.components.items()},
        comparison=ComparisonFields.of(found.comparison) if found.comparison else None,
        verified=found.is_verified,
        narrator="llm" if retold and retold.worded_count else "template",
        reworded=retold.worded_count if retold else None,
        wording=_outcome(retold) if retold else None,
        as_of=iso(found.as_of),
        model_id=found.model_id,
        pictures=explanation_pictures(found, request.language),
    )


def _outcome(retold: Retold) -> str:
    refused = f"; not accepted: {len(retold.faults)}" if retold.faults else ""
    return f"{retold.worded_count} of {counted(retold.clause_count, 'clause')} in the language model's words{refused}."


def _temporal(found: Explanation, telling: Telling) -> tuple[TimeFields, ...]:
    from temporec_mcp.explain.narrate import tell_change

    changes = (*found.periods, *found.moments, *found.temporal)
    return tuple(
        TimeFields(statement=tell_change(change, found, telling), effect=round(change.effect, EFFECT_DIGITS))
        for change in changes
    )


def _raised_by(found: Explanation) -> RaisedByFields | None:
    lift = found.lift
    if lift is None:
        return None
    return RaisedByFields(
        item_id=lift.item_id,
        title=lift.title,
        action=lift.action,
        rank_before=lift.rank_before,
        rank_after=lift.rank_after,
    )


def _raised(lift: RaisedByFields) -> str:
    ranks = f"rank {lift.rank_before} becomes {lift.rank_after}"
    return f"with one more event, {lift.action} {lift.title} (item_id {lift.item_id}): {ranks}"


def _explain_request(app: UseCases, request: ExplainToolRequest, call: Call) -> ExplainRequest:
    if request.recommendation_id is not None and (request.user_id is not None or request.at is not None):
        raise ArgumentsError(
            "recommendation_id was given together with user_id or at.",
            "Give recommendation_id alone: it already says for whom and when.",
        )
    if request.compare_item_id == request.item_id:
        raise ArgumentsError("compare_item_id is the item itself.", "Give another item, or leave it out.")
    user_id, at = None, None
    if request.recommendation_id is None:
        user_id = DEFAULT_USER if request.user_id is None else check_id(request.user_id, "user_id")
        at = None if request.at is None else moment(request.at, zone_for(app, user_id, None), call.now)
    return ExplainRequest(
        item_id=check_id(request.item_id, "item_id"),
        recommendation_id=_optional_id(request.recommendation_id, "recommendation_id"),
        user_id=user_id,
        at=at,
        compare_item_id=_optional_id(request.compare_item_id, "compare_item_id"),
    )


def _optional_id(value: str | None, name: str) -> str | None:
    return None if value is None else check_id(value, name)


def _reasons(found: Explanation) -> tuple[ReasonFields, ...]:
    return tuple(
        ReasonFields(
            item_id=entry.item_id,
            title=entry.title,
            action=entry.action,
            timestamp=iso(entry.time),
            effect=round(entry.effect, EFFECT_DIGITS),
            event_ref=event_ref(entry.event_seq) if entry.event_seq else None,
            rating=entry.rating.short if entry.rating else None,
        )
        for entry in found.reasons
    )


TOOL = make_tool(
    About(
        name="explain_recommendation",
        title="Explain a recommendation",
        description="Why an item has its place: which past events carry it (by scoring again without them), what would "
        "take it off the list, and what the moment does. Facts only; says so when there is no personal reason.",
        is_read_only=True,
        is_idempotent=True,
    ),
    ExplainToolRequest,
    ExplainReply,
    explain_recommendation,
)
