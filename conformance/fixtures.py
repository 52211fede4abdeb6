"""The real server with the fixtures that the conformance suite calls for. Never part of the product.

Whatever is not a fixture is answered by the handlers of the product, so that both run through the same builder,
transport and task machinery.
"""

from typing import Any

import mcp_types as types
from mcp.server.lowlevel.server import Server

from conformance.asking import ASKING, input_required_prompt
from conformance.contents import CONTENTS, PROMPTS, RESOURCES, SCHEMAS, get_fixture_prompt, read_fixture
from conformance.lists import ListChanges
from conformance.long_work import LONG_WORK
from conformance.talking import TALKING
from temporec_mcp.server.state import Context, ServerState

EMPTY: dict[str, Any] = {"type": "object", "properties": {}}
Paged = types.PaginatedRequestParams


def add_fixtures(server: Server[ServerState]) -> None:
    """Put the fixtures before the handlers of `server`."""
    fixtures = Fixtures(server)
    handlers: dict[str, tuple[type[Any], Any]] = {
        "server/discover": (types.RequestParams, fixtures.discover),
        "tools/list": (Paged, fixtures.list_tools),
        "tools/call": (types.CallToolRequestParams, fixtures.call_tool),
        "resources/list": (Paged, fixtures.list_resources),
        "resources/read": (types.ReadResourceRequestParams, fixtures.read_resource),
        "resources/subscribe": (types.SubscribeRequestParams, fixtures.subscribe),
        "prompts/list": (Paged, fixtures.list_prompts),
        "prompts/get": (types.GetPromptRequestParams, fixtures.get_prompt),
        "logging/setLevel": (types.SetLevelRequestParams, fixtures.set_level),
        "subscriptions/listen": (types.SubscriptionsListenRequestParams, fixtures.changes.listen),
    }
    for method, (params_type, handler) in handlers.items():
        server.add_request_handler(method, params_type, handler)


class Fixtures:
    """Handlers that answer for the fixtures and leave everything else to the product."""

    def __init__(self, server: Server[ServerState]) -> None:
        """Remember the handlers of the product."""
        self.changes = ListChanges()
        self._tools = CONTENTS | TALKING | ASKING | LONG_WORK | self.changes.tools()
        self._product = dict(server._request_handlers)

    async def discover(self, context: Context, params: types.RequestParams) -> types.DiscoverResult:
        """Say that the lists change, because those of the fixtures do."""
        found = await self._ask_product("server/discover", context, params)
        changing = {
            "tools": types.ToolsCapability(list_changed=True),
            "prompts": types.PromptsCapability(list_changed=True),
        }
        return found.model_copy(update={"capabilities": found.capabilities.model_copy(update=changing)})

    async def list_tools(self, context: Context, params: Paged) -> types.ListToolsResult:
        """Give the tools of both."""
        listed = await self._ask_product("tools/list", context, params)
        extra = [
            types.Tool(name=name, description="A fixture.", input_schema=SCHEMAS.get(name, EMPTY))
            for name in self._tools
        ]
        return listed.model_copy(update={"tools": [*listed.tools, *extra, *self.changes.extra_tools()]})

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> Any:
        """Call a tool of either."""
        tool = self._tools.get(params.name)
        return await (tool(context, params) if tool else self._ask_product("tools/call", context, params))

    async def list_resources(self, context: Context, params: Paged) -> types.ListResourcesResult:
        """Give the resources of both."""
        listed = await self._ask_product("resources/list", context, params)
        return listed.model_copy(update={"resources": [*listed.resources, *RESOURCES]})

    async def read_resource(self, context: Context, params: types.ReadResourceRequestParams) -> Any:
        """Read a resource of either."""
        return read_fixture(params.uri) or await self._ask_product("resources/read", context, params)

    async def subscribe(self, context: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        """Let the fixtures, which never change, be followed too."""
        if params.uri.startswith("test://"):
            return types.EmptyResult()
        return await self._ask_product("resources/subscribe", context, params)

    async def list_prompts(self, context: Context, params: Paged) -> types.ListPromptsResult:
        """Give the prompts of both."""
        listed = await self._ask_product("prompts/list", context, params)
        return listed.model_copy(update={"prompts": [*listed.prompts, *PROMPTS, *self.changes.extra_prompts()]})

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> Any:
        """Get a prompt of either."""
        fixture = input_required_prompt(params) or get_fixture_prompt(params)
        return fixture or await self._ask_product("prompts/get", context, params)

    async def set_level(self, context: Context, params: types.SetLevelRequestParams) -> types.EmptyResult:
        """Take a log level; the fixtures log everything."""
        return types.EmptyResult()

    async def _ask_product(self, method: str, context: Context, params: Any) -> Any:
        return await self._product[method].handler(context, params)
