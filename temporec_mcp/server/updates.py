"""Tells clients that a training job has moved on: over subscriptions/listen, and over resources/subscribe before it."""

from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import unquote

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourceUpdated
from mcp.shared.exceptions import MCPError

from temporec_mcp.domain.training import ENDED, TrainingRun
from temporec_mcp.errors import TemporecError
from temporec_mcp.server.resources import JOB_URI, pattern_of, reader_of
from temporec_mcp.server.state import Context, Followed, ServerState, client_name
from temporec_mcp.tools.use_cases import UseCases

LOOK_SECONDS = 1.0
"""Pause between two looks at a job, and so between two notifications."""
MOST_FOLLOWED = 100
"""Jobs that one client can follow at once."""

JOB_PATTERN = pattern_of(JOB_URI)

Tell = Callable[[], Awaitable[None]]


async def listen(context: Context, params: types.SubscriptionsListenRequestParams) -> types.SubscriptionsListenResult:
    """Send the updates that a client asks for until it goes; only jobs change by themselves."""
    bus = InMemorySubscriptionBus()
    uris = dict.fromkeys(params.notifications.resource_subscriptions or ())
    if len(uris) > MOST_FOLLOWED:
        raise MCPError(types.INVALID_PARAMS, f"At most {MOST_FOLLOWED} resources can be followed at once.")
    jobs = {uri: job_id for uri in uris if (job_id := _job_id(uri)) is not None}
    served: list[types.SubscriptionsListenResult] = []
    async with anyio.create_task_group() as tasks:
        for uri, job_id in jobs.items():
            tell = partial(bus.publish, ResourceUpdated(uri))
            tasks.start_soon(follow_job, context.lifespan_context.app, job_id, tell)
        served.append(await ListenHandler(bus)(context, params))
        tasks.cancel_scope.cancel()
    return served[0]


async def subscribe(context: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
    """Tell a client of the older protocol whenever a job moves on, until the job ends or it unsubscribes.

    Raises:
        MCPError: there is no such resource, it never changes by itself, or too many are followed.
    """
    uri, state = params.uri, context.lifespan_context
    reader_of(uri)
    job_id = _job_id(uri)
    if job_id is None:
        message = f"{uri} does not change by itself, so there is nothing to tell. Follow {JOB_URI}, or read it."
        raise MCPError(types.INVALID_PARAMS, message, {"uri": uri})
    if len(state.followed) >= MOST_FOLLOWED:
        raise MCPError(types.INVALID_PARAMS, f"At most {MOST_FOLLOWED} jobs can be followed at once.")
    key = (client_name(context) or "", uri)
    if key not in state.followed:
        state.followed[key] = anyio.CancelScope()
        tell = partial(context.session.send_resource_updated, uri)
        state.background.start_soon(_follow, state, key, partial(follow_job, state.app, job_id, tell))
    return types.EmptyResult()


async def unsubscribe(context: Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
    """Stop telling a client of a job."""
    scope = context.lifespan_context.followed.pop((client_name(context) or "", params.uri), None)
    if scope is not None:
        scope.cancel()
    return types.EmptyResult()


async def follow_job(app: UseCases, job_id: str, tell: Tell) -> None:
    """Call `tell` whenever a job has moved on, until it has ended."""
    seen: TrainingRun | None = None
    while True:
        run = await anyio.to_thread.run_sync(_run, app, job_id)
        if seen is not None and run != seen:
            await tell()
        if run is None or run.status in ENDED:
            return
        seen = run
        await anyio.sleep(LOOK_SECONDS)


async def _follow(state: ServerState, key: Followed, follow: Tell) -> None:
    scope = state.followed[key]
    with scope:
        await follow()
    if state.followed.get(key) is scope:
        del state.followed[key]


def _run(app: UseCases, job_id: str) -> TrainingRun | None:
    try:
        return app.training_status(job_id, 0.0, lambda part, phase: None, lambda: False)
    except TemporecError:
        return None


def _job_id(uri: str) -> str | None:
    """Give the id of the job behind `uri`, None where it is anything else."""
    match = JOB_PATTERN.fullmatch(uri)
    return unquote(match[1]) if match else None
