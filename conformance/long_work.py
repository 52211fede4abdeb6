"""Fixtures that take long, as tasks of the product's own machinery."""

import time
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from conformance.contents import ToolFixture, text_result
from temporec_mcp.server.calls import run_watched
from temporec_mcp.server.state import Context
from temporec_mcp.server.task_calls import begin_task, declares_tasks, require_tasks
from temporec_mcp.server.watch import Watch

Params = types.CallToolRequestParams
LOOK_SECONDS = 0.02
FAILS_AFTER_SECONDS = 1.0


def rest(watch: Watch, seconds: float) -> None:
    """Do nothing for a while, or until nobody wants it any more."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not watch.is_cancelled():
        time.sleep(LOOK_SECONDS)


async def _slow_compute(context: Context, params: Params) -> Any:
    arguments = params.arguments or {}

    def work(watch: Watch) -> types.CallToolResult:
        rest(watch, float(arguments.get("seconds", 0)))
        return text_result(f"Computed {arguments.get('label')}.")

    return await (begin_task if declares_tasks(context) else run_watched)(context, work)


async def _failing_job(context: Context, params: Params) -> Any:
    require_tasks(context)

    def work(watch: Watch) -> types.CallToolResult:
        rest(watch, FAILS_AFTER_SECONDS)
        return text_result("It failed.").model_copy(update={"is_error": True})

    return await begin_task(context, work)


async def _protocol_error_job(context: Context, params: Params) -> Any:
    require_tasks(context)

    def work(watch: Watch) -> types.CallToolResult:
        rest(watch, FAILS_AFTER_SECONDS)
        raise MCPError(types.INTERNAL_ERROR, "It broke.")

    return await begin_task(context, work)


LONG_WORK: dict[str, ToolFixture] = {
    "slow_compute": _slow_compute,
    "failing_job": _failing_job,
    "protocol_error_job": _protocol_error_job,
}
