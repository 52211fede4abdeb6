"""Tools over MCP: how they are listed, and a call from its arguments to its result."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar, cast

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.shared.exceptions import MCPError

from temporec_mcp.errors import TemporecError
from temporec_mcp.server.state import Context
from temporec_mcp.tools.base import Call, Reply, Tool
from temporec_mcp.tools.fit import fit
from temporec_mcp.tools.registry import TOOLS
from temporec_mcp.tools.schema import schema_of

PROGRESS_SECONDS = 0.25
"""Pause between two progress notifications."""
ERROR_LENGTH = 900
"""Characters of an error message; its end, the next step, is never cut."""

ResultT = TypeVar("ResultT")


@dataclass
class Watch:
    """What a running call and its watchers tell each other across threads."""

    part: float = 0.0
    phase: str = ""
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def report(self, part: float, phase: str) -> None:
        """Note how far the call is; never goes back."""
        self.part, self.phase = max(self.part, min(part, 1.0)), phase

    def cancel(self) -> None:
        """Ask the call to stop."""
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        """Tell whether the caller has lost interest."""
        return self._cancelled.is_set()


async def list_tools(context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
    """Give all tools with their schemas."""
    del context, params
    return types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS.values()])


async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
    """Run a tool in a thread; a fault that the caller can mend becomes an error result."""
    tool = TOOLS.get(params.name)
    if tool is None:
        raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name!r}. Call one of {', '.join(TOOLS)}.")
    arguments = params.arguments or {}
    state = context.lifespan_context
    make_call = call_maker(context)

    def work(watch: Watch) -> types.CallToolResult:
        try:
            reply = tool.answer(state.app, arguments, make_call(watch))
        except TemporecError as error:
            return _error_result(error)
        return _result(fit(reply))

    result = await run_watched(context, work)
    if not result.is_error:
        _remember_users(context, arguments)
    return result


def call_maker(context: Context) -> Callable[[Watch], Call]:
    """Give what turns a watch into the call of this request, which is as old and has the name that its relay says."""
    state = context.lifespan_context
    now, delivery = state.stamps(context)
    return lambda watch: Call(now, watch.report, watch.is_cancelled, state.caller, delivery)


async def run_watched(context: Context, work: Callable[[Watch], ResultT]) -> ResultT:
    """Run `work` in a thread, passing its progress on to the client and the client's cancellation on to it."""
    watch = Watch()
    results: list[ResultT] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_report_progress, context, watch)
        try:
            results.append(await anyio.to_thread.run_sync(partial(work, watch), abandon_on_cancel=True))
        except anyio.get_cancelled_exc_class():
            watch.cancel()
            raise
        tasks.cancel_scope.cancel()
    return results[0]


async def _report_progress(context: Context, watch: Watch) -> None:
    """Tell the caller how far the call is; nothing is sent to one who has not asked for it."""
    sent = -1.0
    while True:
        await anyio.sleep(PROGRESS_SECONDS)
        if watch.part > sent and watch.phase:
            sent = watch.part
            await context.session.report_progress(sent, 1.0, watch.phase)


def _remember_users(context: Context, arguments: Mapping[str, object]) -> None:
    events = arguments.get("events")
    entries = cast("list[object]", events) if isinstance(events, list) else []
    for named in (arguments, *entries):
        user_id = cast("Mapping[str, object]", named).get("user_id") if isinstance(named, Mapping) else None
        if isinstance(user_id, str):
            context.lifespan_context.remember_user(context, user_id)


def _result(reply: Reply) -> types.CallToolResult:
    content: list[types.ContentBlock] = [types.TextContent(text=reply.text())]
    return types.CallToolResult(content=content, structured_content=reply.fields())


def _error_result(error: TemporecError) -> types.CallToolResult:
    room = ERROR_LENGTH - len(error.next_step)
    what = error.what if len(error.what) <= room else error.what[: max(room - 1, 0)] + "…"
    content: list[types.ContentBlock] = [types.TextContent(text=f"{what} {error.next_step}")]
    return types.CallToolResult(content=content, is_error=True)


def _listed(tool: Tool) -> types.Tool:
    about = tool.about
    return types.Tool(
        name=about.name,
        title=about.title,
        description=about.description,
        input_schema=dict(schema_of(tool.request, "validation")),
        output_schema=dict(schema_of(tool.reply, "serialization")),
        annotations=types.ToolAnnotations(
            read_only_hint=about.is_read_only,
            destructive_hint=about.is_destructive,
            idempotent_hint=about.is_idempotent,
            open_world_hint=False,
        ),
    )
