"""Tools over MCP: how they are listed, and how a call is run and watched."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar, cast

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.shared.exceptions import MCPError

from temporec_mcp.domain.text import shown
from temporec_mcp.server.apps import tool_meta
from temporec_mcp.server.state import Context
from temporec_mcp.server.task_calls import call_as_task, declares_tasks
from temporec_mcp.server.tasks import Fields
from temporec_mcp.server.watch import Watch
from temporec_mcp.server.work import tool_work
from temporec_mcp.tools.base import Tool
from temporec_mcp.tools.registry import TOOLS
from temporec_mcp.tools.schema import schema_of

PROGRESS_SECONDS = 0.25
"""Pause between two progress notifications."""

ResultT = TypeVar("ResultT")


async def list_tools(context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
    """Give all tools with their schemas."""
    del context, params
    return types.ListToolsResult(tools=[_listed(tool) for tool in TOOLS.values()])


async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult | Fields:
    """Run a tool in a thread; a client that declares tasks gets a task when it takes long."""
    tool = TOOLS.get(params.name)
    if tool is None:
        raise MCPError(types.INVALID_PARAMS, f"There is no tool {shown(params.name)}. Call one of {', '.join(TOOLS)}.")
    arguments = params.arguments or {}
    if declares_tasks(context):
        result = await call_as_task(context, tool, arguments)
    else:
        result = await run_watched(context, tool_work(context, tool, arguments))
    if not (isinstance(result, types.CallToolResult) and result.is_error):
        _remember_users(context, arguments)
    return result


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
        _meta=tool_meta(about.name),
    )
