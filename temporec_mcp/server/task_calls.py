"""Which calls become tasks, and tasks/get, tasks/update and tasks/cancel."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import cast

import anyio.to_thread
import mcp_types as types
from mcp.shared.exceptions import MCPError
from mcp.shared.inbound import MCP_NAME_HEADER, decode_header_value
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from temporec_mcp.domain.text import shown
from temporec_mcp.domain.times import iso
from temporec_mcp.domain.training import ENDED, TrainingRun
from temporec_mcp.errors import TemporecError
from temporec_mcp.server.state import Context
from temporec_mcp.server.tasks import PATIENCE_SECONDS, Fields, Status, Work, result_fields, task_fields
from temporec_mcp.server.watch import Watch
from temporec_mcp.server.work import reply_result, tool_work
from temporec_mcp.tools.base import Tool
from temporec_mcp.tools.training import LONGEST_WAIT_SECONDS, training_reply

EXTENSION = "io.modelcontextprotocol/tasks"
TRAINING_TOOL = "train_model"
WAIT = "wait_seconds"


def declares_tasks(context: Context) -> bool:
    """Tell whether the answer to this request may be a task; results of that kind came with the modern protocol."""
    return context.protocol_version in MODERN_PROTOCOL_VERSIONS and _is_declared(context)


def require_tasks(context: Context) -> None:
    """Refuse a client that does not declare the extension."""
    if not _is_declared(context):
        needed = types.MissingRequiredClientCapabilityErrorData(
            required_capabilities=types.ClientCapabilities(extensions={EXTENSION: {}})
        )
        data = needed.model_dump(by_alias=True, mode="json", exclude_none=True)
        raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, f"Declare the extension {EXTENSION} for this.", data)


async def call_as_task(context: Context, tool: Tool, arguments: Mapping[str, object]) -> types.CallToolResult | Fields:
    """Run a tool and give its result, or a task when it takes longer than a moment."""
    if tool.about.name == TRAINING_TOOL:
        return await _begin_training(context, tool, arguments)
    return await begin_task(context, tool_work(context, tool, arguments))


async def begin_task(context: Context, work: Work) -> types.CallToolResult | Fields:
    """Start `work` and give its result, or a task when it takes longer than a moment."""
    return await context.lifespan_context.tasks.begin(work)


async def get_task(context: Context, params: types.GetTaskRequestParams) -> Fields:
    """Give a task as it stands, with its outcome when it has one."""
    task_id = _asked_for(context, params)
    state = context.lifespan_context
    task = state.tasks.get(task_id)
    if task is not None:
        return task.fields(state.clock())
    run = await _job(task_id, partial(state.app.training_status, task_id, 0.0, _ignore_progress, _never))
    return _job_fields(run, state.clock())


async def update_task(context: Context, params: types.GetTaskRequestParams) -> Fields:
    """Take answers to what a task has asked for; none of ours asks anything, so there is nothing to do with them."""
    await get_task(context, params)
    return {}


async def cancel_task(context: Context, params: types.GetTaskRequestParams) -> Fields:
    """Stop the work of a task; one that has ended stays as it is."""
    task_id = _asked_for(context, params)
    state = context.lifespan_context
    task = state.tasks.get(task_id)
    if task is None:
        await _job(task_id, partial(state.app.cancel_training, task_id))
    else:
        task.cancel()
    return {}


async def _begin_training(
    context: Context, tool: Tool, arguments: Mapping[str, object]
) -> types.CallToolResult | Fields:
    """Start a training, whose job is the task; the client need not be held up until its end."""
    wait = arguments.get(WAIT, LONGEST_WAIT_SECONDS)
    if isinstance(wait, int | float) and PATIENCE_SECONDS < wait <= LONGEST_WAIT_SECONDS:
        arguments = {**arguments, WAIT: PATIENCE_SECONDS}
    work = partial(tool_work(context, tool, arguments), Watch())
    result = await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
    if result.is_error:
        return result
    state = context.lifespan_context
    job_id = str(cast("Mapping[str, object]", result.structured_content)["job_id"])
    run = await _job(job_id, partial(state.app.training_status, job_id, 0.0, _ignore_progress, _never))
    return result if run.status in ENDED else _job_fields(run, state.clock()) | {"resultType": "task"}


def _job_fields(run: TrainingRun, now: datetime) -> Fields:
    """Give a job as a task; the store does not say when it changed, so that is as of now."""
    status: Status = "working"
    if run.status in ENDED:
        status = "cancelled" if run.status == "cancelled" else "completed"
    reply = training_reply(run)
    outcome: Fields = {"result": result_fields(reply_result(reply))} if status == "completed" else {}
    times: Fields = {"createdAt": iso(run.created_at), "lastUpdatedAt": iso(now), "ttlMs": None}
    return task_fields(run.job_id, status, reply.summary) | times | outcome


async def _job(task_id: str, ask: Callable[[], TrainingRun]) -> TrainingRun:
    """Ask about a job in a thread."""

    def asked() -> TrainingRun | None:
        try:
            return ask()
        except TemporecError:
            return None

    run = await anyio.to_thread.run_sync(asked)
    if run is None:
        message = f"There is no task {shown(task_id)} (any more). Call the tool again; what it has done counts once."
        raise MCPError(types.INVALID_PARAMS, message)
    return run


def _asked_for(context: Context, params: types.GetTaskRequestParams) -> str:
    """Give the id of the task that a request is about, which its HTTP header must repeat if it names one."""
    require_tasks(context)
    named = None if context.request is None else context.request.headers.get(MCP_NAME_HEADER)
    if named is not None and decode_header_value(named) != params.task_id:
        raise MCPError(types.HEADER_MISMATCH, f"The header {MCP_NAME_HEADER} names another task than taskId.")
    return params.task_id


def _is_declared(context: Context) -> bool:
    capabilities = context.session.client_capabilities
    return EXTENSION in ((capabilities.extensions if capabilities else None) or {})


def _ignore_progress(part: float, phase: str) -> None:
    del part, phase


def _never() -> bool:
    return False
