"""A tool call as work for a thread: from its arguments to its result."""

from collections.abc import Callable, Mapping

import mcp_types as types

from temporec_mcp.errors import TemporecError
from temporec_mcp.server.apps import PICTURES, shows_pages
from temporec_mcp.server.state import Context
from temporec_mcp.server.watch import Watch
from temporec_mcp.tools.base import Call, Reply, Tool, stopping
from temporec_mcp.tools.fit import fit

ERROR_LENGTH = 900
"""Characters of an error message; its end, the next step, is never cut."""


def call_maker(context: Context) -> Callable[[Watch], Call]:
    """Give what turns a watch into the call of this request, which is as old and has the name that its relay says."""
    state = context.lifespan_context
    now, delivery = state.stamps(context)

    def call(watch: Watch) -> Call:
        progress = stopping(watch.report, watch.is_cancelled)
        return Call(now, progress, watch.is_cancelled, state.caller, delivery)

    return call


def tool_work(context: Context, tool: Tool, arguments: Mapping[str, object]) -> Callable[[Watch], types.CallToolResult]:
    """Give what runs `tool`; a fault that the caller can mend becomes an error result."""
    app = context.lifespan_context.app
    make_call = call_maker(context)
    has_pages = shows_pages(context)

    def work(watch: Watch) -> types.CallToolResult:
        try:
            reply = tool.answer(app, arguments, make_call(watch))
        except TemporecError as error:
            return error_result(error)
        return reply_result(reply, has_pages)

    return work


def reply_result(reply: Reply, has_pages: bool = False) -> types.CallToolResult:
    """Give a reply as text and fields, cut to what a client takes, and to one that shows pages what they draw."""
    fitting = fit(reply)
    content: list[types.ContentBlock] = [types.TextContent(text=fitting.text())]
    meta = {PICTURES: fitting.pictures} if has_pages and fitting.pictures else None
    return types.CallToolResult(content=content, structured_content=fitting.fields(), _meta=meta)


def error_result(error: TemporecError) -> types.CallToolResult:
    """Give a fault that the caller can mend."""
    room = ERROR_LENGTH - len(error.next_step)
    what = error.what if len(error.what) <= room else error.what[: max(room - 1, 0)] + "…"
    content: list[types.ContentBlock] = [types.TextContent(text=f"{what} {error.next_step}")]
    return types.CallToolResult(content=content, is_error=True)
