"""MCP Apps over the protocol: tools name their pages, pages can be read, and pictures go only to who shows them."""

from typing import Literal, get_args

import mcp_types as types
import pytest
from mcp import Client
from mcp.client.extension import ClientExtension, advertise

from temporec_mcp.app import App
from temporec_mcp.pages.apps import app_page
from temporec_mcp.server.apps import EXTENSION, MIME_TYPE, PAGE_OF, PICTURES
from temporec_mcp.server.build import build_server
from tests.server.conftest import NOW, Connect

pytestmark = pytest.mark.anyio
Mode = Literal["auto", "legacy"]
VIEW = {"item_id": "a", "action": "view", "timestamp": "2026-03-01T20:00:00Z"}


async def test_two_tools_name_pages_that_can_be_read(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        named = {tool.name: (tool.meta or {}).get("ui") for tool in (await client.list_tools()).tools}
        for tool, page in (("summarize_user_timeline", "timeline"), ("explain_recommendation", "explain")):
            uri = f"ui://temporec/{page}.html"
            assert named.pop(tool) == {"resourceUri": uri}
            (contents,) = (await client.read_resource(uri)).contents
            assert isinstance(contents, types.TextResourceContents)
            assert contents.mime_type == MIME_TYPE
            assert contents.text == app_page(PAGE_OF[uri])
            assert contents.meta == {"ui": {"csp": {}, "prefersBorder": True}}
        assert set(named.values()) == {None}


@pytest.mark.parametrize(
    ("declared", "has_pictures"),
    [
        ((), False),
        ((advertise(EXTENSION, {}),), False),
        ((advertise(EXTENSION, {"mimeTypes": ["text/html"]}),), False),
        ((advertise(EXTENSION, {"mimeTypes": [MIME_TYPE]}),), True),
    ],
)
@pytest.mark.parametrize("mode", get_args(Mode))
async def test_only_a_client_that_shows_pages_gets_what_they_draw(
    app: App, declared: tuple[ClientExtension, ...], has_pictures: bool, mode: Mode
) -> None:
    async with Client(build_server(app, lambda: NOW), mode=mode, extensions=declared) as client:
        await client.call_tool("log_behavior", {"events": [VIEW]})
        result = await client.call_tool("summarize_user_timeline", {})
        failed = await client.call_tool("summarize_user_timeline", {"user_id": "nobody"})
    assert (PICTURES in (result.meta or {})) is has_pictures
    assert "calendar" not in (result.structured_content or {})
    assert PICTURES not in (failed.meta or {})
