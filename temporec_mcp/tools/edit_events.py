"""edit_events: what is wrong in a history put right, one by one, so that a bad edit costs no good one."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field, JsonValue, WithJsonSchema

from temporec_mcp.domain.action_names import canonical_action
from temporec_mcp.domain.events import DEFAULT_USER
from temporec_mcp.domain.seeing import Edit, EditKind, EditOutcome
from temporec_mcp.domain.text import check_id
from temporec_mcp.domain.times import parse_time
from temporec_mcp.errors import ArgumentsError, InvalidInputError
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.edge import Timestamp
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.forget import ModelOutcome
from temporec_mcp.tools.records import Zones
from temporec_mcp.tools.references import event_seq_of
from temporec_mcp.tools.schema import schema_of
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, joined, sentences

MOST_EDITS = 100
STILL_SERVES = "learnt from what was removed or corrected; train_model makes one that has not"
DONE_WORDS: dict[EditKind, str] = {
    "correct": "corrected",
    "remove": "removed",
    "hide": "hidden",
    "show": "shown",
    "delete_item": "deleted",
}
OF_ITEMS: tuple[EditKind, ...] = ("hide", "show", "delete_item")


class EditInput(Request):
    """One thing to put right."""

    do: EditKind = Field(
        description="correct or remove an event (all with item_id), hide or show an item for this user, delete an item"
    )
    event_ref: str | None = Field(default=None, description="From list_events")
    item_id: str | None = Field(default=None, description="The item that is meant")
    value: float | None = Field(default=None, description="Right rating, seconds or price")
    timestamp: Timestamp | None = Field(default=None, description="Right time or day")
    action: str | None = Field(default=None, description="Right action")


_Edits = WithJsonSchema(
    {"type": "array", "maxItems": MOST_EDITS, "items": schema_of(EditInput, "validation")}, mode="validation"
)


class EditRequest(Request):
    """Each edit is read on its own."""

    edits: Annotated[tuple[JsonValue, ...], _Edits] = Field(
        min_length=1, max_length=MOST_EDITS, description="What to put right, up to 100"
    )
    user_id: str | None = Field(default=None, description="Whose events; me when left out")


class EditRejection(Part):
    """An edit that was not made."""

    index: int
    reason: str


class EditReply(Reply):
    """What became of each edit."""

    how_to_narrow: ClassVar[str] = "Send fewer edits at a time to see every reason."

    done: dict[str, int]
    rejected: int
    rejections: tuple[EditRejection, ...]
    models: tuple[ModelOutcome, ...]

    def lines(self) -> list[str]:
        """Give a line per rejected edit and per model."""
        models = [f"model_id {entry.model_id}: {entry.outcome}" for entry in self.models]
        return [*(f"edit {entry.index}: {entry.reason}" for entry in self.rejections), *models]


def edit_events(app: UseCases, request: EditRequest, call: Call) -> EditReply:
    """Make the edits that can be made, and name the others by index and reason."""
    user_id = DEFAULT_USER if request.user_id is None else check_id(request.user_id, "user_id")
    zones = Zones(app)
    edits: list[tuple[int, Edit]] = []
    unread: list[tuple[int, str]] = []
    for index, entry in enumerate(request.edits):
        try:
            edits.append((index, _edit(entry, zones, user_id, call)))
        except InvalidInputError as error:
            unread.append((index, str(error)))
    outcome = app.edit_events(user_id, edits, call.now) if edits else EditOutcome({}, ())
    rejections = sorted((*unread, *outcome.rejections))
    return EditReply(
        summary=_summary(outcome, len(rejections)),
        done={DONE_WORDS[kind]: count for kind, count in outcome.done.items()},
        rejected=len(rejections),
        rejections=tuple(EditRejection(index=index, reason=reason) for index, reason in rejections),
        models=still_serving(outcome.models),
    )


def still_serving(model_ids: Sequence[str]) -> tuple[ModelOutcome, ...]:
    """Give what becomes of models that have learnt from what is gone."""
    return tuple(ModelOutcome(model_id=model_id, outcome=STILL_SERVES) for model_id in model_ids)


def _edit(entry: JsonValue, zones: Zones, user_id: str, call: Call) -> Edit:
    given = read_arguments(EditInput, entry, "An edit")
    _check_target(given)
    time = None if given.timestamp is None else parse_time(given.timestamp, zones.of(user_id), call.now)
    return Edit(
        kind=given.do,
        event_seq=None if given.event_ref is None else event_seq_of(given.event_ref),
        item_id=None if given.item_id is None else check_id(given.item_id, "item_id"),
        value=given.value,
        action=None if given.action is None else canonical_action(given.action),
        time=None if time is None else time.time,
        is_date_only=time is not None and time.is_date_only,
    )


def _check_target(given: EditInput) -> None:
    right = (given.value, given.timestamp, given.action)
    is_right_given = any(value is not None for value in right)
    if given.do == "correct":
        if given.event_ref is None or given.item_id is not None or not is_right_given:
            raise ArgumentsError("correct needs event_ref and what is right.", "Give value, timestamp or action.")
        return
    if is_right_given:
        raise ArgumentsError(f"{given.do} takes no value, timestamp or action.", "Use do=correct to put them right.")
    if given.do in OF_ITEMS and (given.item_id is None or given.event_ref is not None):
        raise ArgumentsError(f"{given.do} needs item_id and no event_ref.", "Give item_id.")
    if given.do == "remove" and (given.item_id is None) == (given.event_ref is None):
        raise ArgumentsError("remove needs either event_ref or item_id.", "Give event_ref, or item_id for all with it.")


def _summary(outcome: EditOutcome, rejected_count: int) -> str:
    done = [
        f"{counted(count, 'item' if kind in OF_ITEMS else 'event')} {DONE_WORDS[kind]}"
        for kind, count in outcome.done.items()
    ]
    return sentences(
        f"{joined(done)}. The next list follows." if done else "Nothing was changed.",
        f"{counted(rejected_count, 'edit')} not made, see rejections." if rejected_count else "",
        f"{counted(len(outcome.models), 'model')} had learnt from it and can still serve: train_model makes one that "
        "has not."
        if outcome.models
        else "",
    )


TOOL = make_tool(
    About(
        name="edit_events",
        title="Correct events",
        description="Correct or remove events, hide or show items. What was removed stays away when its file comes "
        "again.",
        is_destructive=True,
        is_idempotent=True,
    ),
    EditRequest,
    EditReply,
    edit_events,
)
