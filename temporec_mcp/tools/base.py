"""What every tool is: a request model, a reply model and a plain function between them. No protocol, no SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from temporec_mcp.errors import CallCancelledError
from temporec_mcp.tools.callers import ALONE, Caller
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.use_cases import UseCases

Progress = Callable[[float, str], None]
"""Called with the part done (0 to 1) and the phase in words."""
IsCancelled = Callable[[], bool]


class Request(BaseModel):
    """The arguments of a tool; unknown ones are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, allow_inf_nan=False, defer_build=True
    )


class Part(BaseModel):
    """A piece of a reply."""

    model_config = ConfigDict(frozen=True, defer_build=True, populate_by_name=True)


class Reply(Part):
    """The fields of a tool's result, small and flat; what does not apply is None and leaves with the dump."""

    how_to_narrow: ClassVar[str] = ""
    """What to ask for so that less is left out."""

    summary: str
    """Plain sentences that say what the user needs."""
    omitted: int | None = Field(default=None, description="Entries left out to stay short")
    narrow: str | None = None
    """How to see what was left out; only where something was."""
    pictures: dict[str, object] = Field(default_factory=dict[str, object], exclude=True)
    """What a page needs beside the fields to draw them; no field, and never shown to a model."""

    def lines(self) -> list[str]:
        """Give what a reader of the text alone needs beside the summary: ids for next calls and a line per item."""
        return []

    def fields(self) -> dict[str, object]:
        """Give the fields as plain JSON values under their public names, without those that do not apply."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def text(self) -> str:
        """Give the text that is complete on its own."""
        note = [f"{self.omitted} more left out to stay short. {self.narrow or ''}".rstrip()] if self.omitted else []
        return "\n".join([self.summary, *self.lines(), *note])


@dataclass(frozen=True, slots=True)
class Call:
    """What a tool may use of the moment it is called in."""

    now: datetime
    """Aware, in UTC: when the call arrived."""
    progress: Progress
    is_cancelled: IsCancelled
    caller: Caller = ALONE
    delivery: str | None = None
    """Names this request, also when it is sent again; None where nothing is ever sent again."""


def stopping(progress: Progress, is_cancelled: IsCancelled) -> Progress:
    """Give a progress that ends the work which reports it as soon as the call is cancelled.

    So work that knows of no cancellation stops too, between two of its steps; what it has kept by then stays kept.

    Raises:
        CallCancelledError: by the progress given, once `is_cancelled` gives True.
    """

    def report(part: float, phase: str) -> None:
        if is_cancelled():
            raise CallCancelledError("The call was cancelled.", "Call again; what it has kept until then counts once.")
        progress(part, phase)

    return report


@dataclass(frozen=True, slots=True)
class About:
    """How a tool presents itself."""

    name: str
    title: str
    description: str
    is_read_only: bool = False
    is_destructive: bool = False
    is_idempotent: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool with its models, ready to be called with plain arguments."""

    about: About
    request: type[Request]
    reply: type[Reply]
    answer: Callable[[UseCases, Mapping[str, object], Call], Reply]
    """Raises ArgumentsError for arguments that the request model refuses, else what the tool raises."""


RequestT = TypeVar("RequestT", bound=Request)


def make_tool(
    about: About, request: type[RequestT], reply: type[Reply], run: Callable[[UseCases, RequestT, Call], Reply]
) -> Tool:
    """Join the models and the function of a tool."""

    def answer(app: UseCases, arguments: Mapping[str, object], call: Call) -> Reply:
        return run(app, read_arguments(request, arguments, about.name), call)

    return Tool(about, request, reply, answer)
