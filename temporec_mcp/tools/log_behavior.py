"""log_behavior: events and items in, one by one, so that a bad one costs no good one."""

from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, JsonValue, WithJsonSchema

from temporec_mcp.domain.requests import LogOutcome
from temporec_mcp.errors import ArgumentsError, InvalidInputError
from temporec_mcp.tools.base import About, Call, Part, Reply, Request, make_tool
from temporec_mcp.tools.records import EventInput, ItemInput, Zones, to_event, to_item
from temporec_mcp.tools.schema import schema_of
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted, joined, sentences

BATCH_LENGTH = 10_000

_Events = WithJsonSchema(
    {"type": "array", "maxItems": BATCH_LENGTH, "items": schema_of(EventInput, "validation")}, mode="validation"
)
_Items = WithJsonSchema(
    {"type": "array", "maxItems": BATCH_LENGTH, "items": schema_of(ItemInput, "validation")}, mode="validation"
)


class LogRequest(Request):
    """Each entry is read on its own, so the lists hold anything here; the schema says what each should be."""

    events: Annotated[tuple[JsonValue, ...], _Events] = Field(
        default=(), max_length=BATCH_LENGTH, description="What users did, up to 10,000 events"
    )
    items: Annotated[tuple[JsonValue, ...], _Items] = Field(
        default=(), max_length=BATCH_LENGTH, description="What can be recommended, up to 10,000 items, added or updated"
    )


class Rejection(Part):
    """An entry that was not taken."""

    index: int = Field(description="Position in its list, from 0")
    kind: Literal["event", "item"]
    reason: str


class LogReply(Reply):
    """What became of each entry."""

    how_to_narrow: ClassVar[str] = "Send fewer entries at a time to see every reason."

    accepted: int = Field(description="New events")
    duplicates: int = Field(description="Events that were there already")
    updated: int = Field(description="Events whose value or text was corrected")
    rejected: int = Field(description="Entries not taken, see rejections")
    rejections: tuple[Rejection, ...]
    items_saved: int

    def lines(self) -> list[str]:
        """Give a line per rejected entry."""
        return [f"{entry.kind} {entry.index}: {entry.reason}" for entry in self.rejections]


ResultT = TypeVar("ResultT")


def log_behavior(app: UseCases, request: LogRequest, call: Call) -> LogReply:
    """Store what is good, and name what is not by its index and the reason."""
    if not request.events and not request.items:
        raise ArgumentsError("Nothing was given to log.", "Give at least one entry in events or items.")
    zones = Zones(app)
    events, bad_events = _read_each("event", request.events, lambda entry: to_event(entry, zones, call.now))
    items, bad_items = _read_each("item", request.items, to_item)
    arrived_at = call.now if call.delivery else None
    outcome = app.log_behavior(events, items, arrived_at) if events or items else LogOutcome(0, 0, 0, 0)
    rejections = (*bad_events, *bad_items)
    return LogReply(
        summary=_summary(outcome, len(bad_events), len(bad_items)),
        accepted=outcome.accepted,
        duplicates=outcome.duplicates,
        updated=outcome.updated,
        rejected=len(rejections),
        rejections=rejections,
        items_saved=outcome.items_saved,
    )


def _read_each(
    kind: Literal["event", "item"], entries: Sequence[JsonValue], read: Callable[[JsonValue], ResultT]
) -> tuple[list[ResultT], list[Rejection]]:
    good: list[ResultT] = []
    bad: list[Rejection] = []
    for index, entry in enumerate(entries):
        try:
            good.append(read(entry))
        except InvalidInputError as error:
            bad.append(Rejection(index=index, kind=kind, reason=str(error)))
    return good, bad


def _summary(outcome: LogOutcome, bad_event_count: int, bad_item_count: int) -> str:
    taken = [f"{counted(outcome.accepted, 'event')} accepted"]
    if outcome.duplicates:
        taken.append(f"{counted(outcome.duplicates, 'duplicate')} already there")
    if outcome.updated:
        taken.append(f"{counted(outcome.updated, 'event')} corrected")
    bad = [counted(count, noun) for count, noun in ((bad_event_count, "event"), (bad_item_count, "item")) if count]
    return sentences(
        f"{joined(taken)}.",
        f"{counted(outcome.items_saved, 'item')} saved." if outcome.items_saved else "",
        f"{joined(bad)} not taken: mend what the rejections name and send only those again." if bad else "",
    )


TOOL = make_tool(
    About(
        name="log_behavior",
        title="Log behaviour",
        description="Store what users did (view, watch, purchase, rate, skip ...) and the items it can be done with. "
        "New events count in the next recommendation at once. Sending an event twice adds nothing; an entry that "
        "cannot be used is named in rejections and costs no other.",
    ),
    LogRequest,
    LogReply,
    log_behavior,
)
