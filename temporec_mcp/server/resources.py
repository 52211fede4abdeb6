"""Resources: the state of the home, the shape of events, and timelines, models and jobs by their ids."""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

import mcp_types as types
from mcp.shared.exceptions import MCPError

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.text import shown
from temporec_mcp.errors import NotFoundError, TemporecError
from temporec_mcp.server.apps import PAGE_OF, PAGE_RESOURCES, read_page
from temporec_mcp.server.calls import run_watched
from temporec_mcp.server.state import Context
from temporec_mcp.server.watch import Watch
from temporec_mcp.server.work import call_maker
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.records import EventInput, ItemInput
from temporec_mcp.tools.registry import TOOLS
from temporec_mcp.tools.schema import schema_of
from temporec_mcp.tools.status import model_reply, status
from temporec_mcp.tools.use_cases import UseCases

JSON = "application/json"
STATUS_URI = "temporec://status"
SCHEMA_URI = "temporec://schema/events"
TIMELINE_URI = "temporec://users/{user_id}/timeline"
MODEL_URI = "temporec://models/{model_id}"
JOB_URI = "temporec://jobs/{job_id}"

RESOURCES = (
    types.Resource(
        uri=STATUS_URI,
        name="status",
        title="State of this home",
        description="What is stored, which model answers, what runs.",
        mime_type=JSON,
    ),
    types.Resource(
        uri=SCHEMA_URI,
        name="event_schema",
        title="Shape of events and items",
        description="JSON schemas of what log_behavior takes, and the known actions with what value means.",
        mime_type=JSON,
    ),
)
TEMPLATES = (
    types.ResourceTemplate(
        uri_template=TIMELINE_URI,
        name="timeline",
        title="Timeline of a user",
        description="The fields of summarize_user_timeline over the whole history, and the newest part in words.",
        mime_type=JSON,
    ),
    types.ResourceTemplate(
        uri_template=MODEL_URI,
        name="model",
        title="A trained model",
        description="How a model was trained and how good it is beside the baselines.",
        mime_type=JSON,
    ),
    types.ResourceTemplate(
        uri_template=JOB_URI,
        name="job",
        title="A training job",
        description="The fields of get_training_status.",
        mime_type=JSON,
    ),
)

Fields = Mapping[str, object]
Reader = Callable[[UseCases, str, Call], Fields]


async def list_resources(context: Context, params: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
    """Give the resources that always exist."""
    del context, params
    return types.ListResourcesResult(resources=[*RESOURCES, *PAGE_RESOURCES])


async def list_templates(
    context: Context, params: types.PaginatedRequestParams | None
) -> types.ListResourceTemplatesResult:
    """Give the resources that are read by an id."""
    del context, params
    return types.ListResourceTemplatesResult(resource_templates=list(TEMPLATES))


async def read_resource(context: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
    """Read a resource in a thread; what cannot be read is told with the next step."""
    uri = params.uri
    if uri in PAGE_OF:
        return read_page(uri)
    state = context.lifespan_context
    make_call = call_maker(context)
    template, name = reader_of(uri)
    reader = READERS[template]

    def work(watch: Watch) -> Fields | TemporecError:
        try:
            return reader(state.app, name, make_call(watch))
        except TemporecError as error:
            return error

    found = await run_watched(context, work)
    if isinstance(found, TemporecError):
        raise MCPError(types.INVALID_PARAMS, str(found), {"uri": uri})
    text = json.dumps(found, ensure_ascii=False)
    return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, mime_type=JSON, text=text)])


def event_schema() -> dict[str, object]:
    """Give the shape of events and items, and the known actions."""
    return {
        "event": schema_of(EventInput, "validation"),
        "item": schema_of(ItemInput, "validation"),
        "actions": {
            name: {"weight": meaning.weight} | ({"value": meaning.value} if meaning.value else {})
            for name, meaning in ACTIONS.items()
        },
    }


def _status(app: UseCases, name: str, call: Call) -> Fields:
    del name
    return status(app, call).fields()


def _schema(app: UseCases, name: str, call: Call) -> Fields:
    del app, name, call
    return event_schema()


def _timeline(app: UseCases, name: str, call: Call) -> Fields:
    recent = app.recent_history(name)
    fields = TOOLS["summarize_user_timeline"].answer(app, {"user_id": name}, call).fields()
    return {**fields, "recent": recent.text, "searches": list(recent.searches)}


def _model(app: UseCases, name: str, call: Call) -> Fields:
    record = app.model(name)
    try:
        view = app.model_view(name, call.progress)
    except NotFoundError:  # its files are gone or unreadable; its record is not
        view = None
    return model_reply(record, view).fields()


def _job(app: UseCases, name: str, call: Call) -> Fields:
    return TOOLS["get_training_status"].answer(app, {"job_id": name}, call).fields()


READERS: dict[str, Reader] = {
    STATUS_URI: _status,
    SCHEMA_URI: _schema,
    TIMELINE_URI: _timeline,
    MODEL_URI: _model,
    JOB_URI: _job,
}


def pattern_of(template: str) -> re.Pattern[str]:
    """Give what matches the URIs of a template, with the encoded id as its only group."""
    return re.compile(re.sub(r"\\\{\w+\\\}", "([^/?#]+)", re.escape(template)))


def reader_of(uri: str) -> tuple[str, str]:
    """Give the template that `uri` belongs to, and the id in it (empty where its template has none).

    Raises:
        MCPError: there is no such resource.
    """
    for template in READERS:
        if match := pattern_of(template).fullmatch(uri):
            return template, unquote(match[1]) if match.groups() else ""
    known = ", ".join(READERS)
    raise MCPError(types.INVALID_PARAMS, f"There is no resource {shown(uri)}. Read one of {known}.", {"uri": uri})
