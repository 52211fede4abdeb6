"""recommend: a ranked list for a user, or for the items of a nameless session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from temporec_mcp.domain.events import CONTEXT_LENGTH, DEFAULT_USER, TEXT_LENGTH
from temporec_mcp.domain.text import check_id, clean_text
from temporec_mcp.domain.times import iso
from temporec_mcp.errors import ArgumentsError
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.edge import Timestamp, moment, zone_for
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, joined, sentences, short_title

if TYPE_CHECKING:
    from temporec_mcp.domain.ranking import RankedItem, RankRequest, Recommendation

LONGEST_LIST = 50
TITLES_SAID = 5
"""Titles that a summary names."""
RECENT_LENGTH = 1_000
SCORE_DIGITS = 6


class RecommendRequest(Request):
    """For whom, when, and what should steer the list."""

    user_id: str | None = Field(default=None, description="Whose history counts; me when left out")
    recent_items: tuple[str, ...] | None = Field(
        default=None,
        max_length=RECENT_LENGTH,
        description="Instead of user_id: item ids of a nameless session, oldest first; nobody's history is used",
    )
    k: int = Field(default=5, ge=1, le=LONGEST_LIST, description="How many items, 1 to 50")
    at: Timestamp | None = Field(default=None, description="The moment to answer for; later events are unknown")
    query: str | None = Field(default=None, max_length=TEXT_LENGTH, description="Words that steer the list")
    exclude_item_ids: tuple[str, ...] | None = Field(default=None, description="Ids that must not come")
    include_seen: bool | None = Field(
        default=None, description="Whether used items may come; follows the data's habit of repeating when left out"
    )
    categories: tuple[str, ...] | None = Field(default=None, description="Only items of one of these categories")
    context: str | None = Field(
        default=None,
        max_length=CONTEXT_LENGTH,
        description="What was done in this context counts more, up to 200 characters",
    )
    diversity: float = Field(default=0, ge=0, le=1, description="0 best matches, 1 as different as possible")


class RankedFields(Part):
    """One place of the list."""

    rank: int
    item_id: str
    title: str
    score: float = Field(description="Final ranking value, falling along the list")
    why: str

    def line(self) -> str:
        """Give the place in one line."""
        return f"{self.rank}. {self.title} (item_id {self.item_id}): {self.why}"


class RecommendReply(Reply):
    """A ranked list."""

    how_to_narrow = "Ask for fewer with k, or for the next ones with exclude_item_ids."

    recommendation_id: str
    model_id: str | None = None
    as_of: str = Field(description="Events after it were unknown")
    strategy: Literal["trained", "zero_shot", "popular"]
    personalised: bool
    items: tuple[RankedFields, ...]

    def lines(self) -> list[str]:
        """Give the ids and a line per item."""
        model = f", model_id {self.model_id}" if self.model_id else ""
        ids = f"recommendation_id {self.recommendation_id}{model}, as_of {self.as_of}, strategy {self.strategy}"
        return [ids, *(item.line() for item in self.items)]


def recommend(app: UseCases, request: RecommendRequest, call: Call) -> RecommendReply:
    """Rank for the request."""
    answer = app.recommend(_rank_request(app, request, call), call.progress)
    return RecommendReply(
        summary=_summary(answer),
        recommendation_id=answer.recommendation_id,
        model_id=answer.model_id,
        as_of=iso(answer.request.as_of),
        strategy=answer.strategy,
        personalised=answer.is_personalised,
        items=tuple(_ranked_fields(item) for item in answer.items),
    )


def _rank_request(app: UseCases, request: RecommendRequest, call: Call) -> RankRequest:
    from temporec_mcp.domain.ranking import RankRequest

    if request.user_id is not None and request.recent_items is not None:
        raise ArgumentsError("Both user_id and recent_items were given.", "Give one: recent_items uses no history.")
    user_id = None
    if request.recent_items is None:
        user_id = DEFAULT_USER if request.user_id is None else check_id(request.user_id, "user_id")
    at = call.now if request.at is None else moment(request.at, zone_for(app, user_id, None), call.now)
    return RankRequest(
        user_id=user_id,
        recent_items=_ids(request.recent_items, "item id in recent_items"),
        k=request.k,
        as_of=at,
        query=_cleaned(request.query, TEXT_LENGTH),
        exclude_item_ids=_ids(request.exclude_item_ids, "item id in exclude_item_ids"),
        include_seen=request.include_seen,
        categories=tuple(clean_text(name, TEXT_LENGTH) for name in request.categories or ()),
        context=_cleaned(request.context, CONTEXT_LENGTH),
        diversity=request.diversity,
    )


def _ids(given: tuple[str, ...] | None, name: str) -> tuple[str, ...]:
    return tuple(check_id(value, name) for value in given or ())


def _cleaned(text: str | None, length: int) -> str | None:
    return (clean_text(text, length) or None) if text is not None else None


def _ranked_fields(item: RankedItem) -> RankedFields:
    from temporec_mcp.explain.narrate import why

    return RankedFields(
        rank=item.rank,
        item_id=item.item_id,
        title=item.title,
        score=round(item.score, SCORE_DIGITS),
        why=why(item.because, item.leading_part),
    )


def _summary(answer: Recommendation) -> str:
    user_id = answer.request.user_id
    whom = "you" if user_id == DEFAULT_USER else user_id or "this session"
    if not answer.items:
        return _nothing_left(answer, whom)
    context = "The context does not count: the history holds nothing done in it." if answer.is_context_unknown else ""
    titles = [f'"{short_title(item.title)}"' for item in answer.items[:TITLES_SAID]]
    more = f" and {len(answer.items) - TITLES_SAID} more" if len(answer.items) > TITLES_SAID else ""
    few = (
        f"Only {counted(len(answer.items), 'item')} passed the filters." if len(answer.items) < answer.request.k else ""
    )
    named = f"{', '.join(titles)}{more}" if more else joined(titles)
    return sentences(f"For {whom}: {named}.", _basis(answer), context, _foreign(answer), _unread(answer), few)


def _nothing_left(answer: Recommendation, whom: str) -> str:
    request = answer.request
    if request.categories or request.exclude_item_ids:
        return sentences(
            f"Nothing is left to recommend for {whom}: no item passes the filters.",
            "Loosen categories or exclude_item_ids.",
        )
    return sentences(
        f"There is nothing new to recommend for {whom}: every item that may be shown has been used already.",
        "One person's own history holds nothing unseen. Bring in a catalogue (import_history of a table of titles, "
        "alone or as items_path; its titles are matched to the history), or ask with include_seen=true for what to "
        "come back to: favourites not used for long, series that are not at their end.",
    )


def _basis(answer: Recommendation) -> str:
    steered = " and the query" if answer.request.query else ""
    if answer.strategy == "trained" and answer.is_personalised:
        past = "history" if answer.request.recent_items == () else "recent items"
        return f"Ranked by the trained model from the {past}{steered}."
    if answer.strategy == "trained":
        return f"Ranked by the trained model{steered}; nothing is known of this user yet, so it is not personal."
    if answer.strategy == "zero_shot":
        return f"No model is trained yet, so the order follows {_likeness(answer)}; train_model makes this better."
    if answer.is_personalised:
        return "Nothing is known of what the items are about, so the list is what is used most."
    if all(not item.score for item in answer.items):
        return "Nothing is known of what anybody used, so the order says nothing yet; log_behavior changes that."
    return "Nothing is known of this user, so the list is what is used most; log_behavior makes it personal."


def _foreign(answer: Recommendation) -> str:
    if not answer.is_query_foreign:
        return ""
    return (
        "The texts here are read by an English encoder, which cannot read the query's script: ask again with the "
        "query in the language of the titles, or serve with --encoder multilingual."
    )


def _unread(answer: Recommendation) -> str:
    if answer.texts_read is None:
        return ""
    read_count, text_count = answer.texts_read
    return (
        f"Only {read_count:,} of {text_count:,} titles have been read so far, the likeliest first; the others are "
        "being read, so ask again in a minute for a list from all."
    )


def _likeness(answer: Recommendation) -> str:
    near = ["what was used before"] if answer.is_personalised else []
    near += ["the query"] if answer.request.query else []
    return f"how close texts are to {joined(near)}"


TOOL = make_tool(
    About(
        name="recommend",
        title="Recommend",
        description="What a user is likely to want next, best first, each with a short reason. Works before any "
        "training and counts events logged a moment ago. Explain a place with explain_recommendation and the "
        "recommendation_id.",
        is_read_only=True,
    ),
    RecommendRequest,
    RecommendReply,
    recommend,
)
