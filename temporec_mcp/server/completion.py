"""Completion of model ids, actions, and the ids of users whose data this client has named."""

import mcp_types as types

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.errors import TemporecError
from temporec_mcp.server.calls import run_watched
from temporec_mcp.server.state import Context
from temporec_mcp.server.watch import Watch

LONGEST_COMPLETION = 100
"""The protocol's limit."""


async def complete(context: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
    """Give the values that start with what was typed."""
    typed = params.argument.value.casefold()
    values = await _values(context, params.argument.name)
    fitting = [value for value in values if value.casefold().startswith(typed)]
    completion = types.Completion(
        values=fitting[:LONGEST_COMPLETION], total=len(fitting), has_more=len(fitting) > LONGEST_COMPLETION
    )
    return types.CompleteResult(completion=completion)


async def _values(context: Context, argument: str) -> list[str]:
    if argument == "user_id":
        return context.lifespan_context.named_users(context)
    if argument == "action":
        return sorted(ACTIONS)
    if argument == "model_id":
        return await run_watched(context, lambda watch: _model_ids(context, watch))
    return []


def _model_ids(context: Context, watch: Watch) -> list[str]:
    del watch
    try:
        return list(context.lifespan_context.app.model_ids())
    except TemporecError:
        return []  # a completion has no place for a message; the next call tells it
