"""MCP Apps (extension io.modelcontextprotocol/ui): pages that a host shows beside a tool's result."""

from collections.abc import Mapping
from typing import cast

import mcp_types as types

from temporec_mcp.pages.apps import TITLES, Page, app_page
from temporec_mcp.server.state import Context

EXTENSION = "io.modelcontextprotocol/ui"
MIME_TYPE = "text/html;profile=mcp-app"
PICTURES = "temporec/pictures"
"""Key of a result's `_meta` under which a page finds what it draws beside the fields."""
PAGES: dict[str, Page] = {"summarize_user_timeline": "timeline", "explain_recommendation": "explain"}
"""Page by tool."""
_META: dict[str, object] = {"ui": {"csp": {}, "prefersBorder": True}}
"""No outside origin is ever asked for."""


def page_uri(page: Page) -> str:
    """Give the URI of a page."""
    return f"ui://temporec/{page}.html"


PAGE_OF: dict[str, Page] = {page_uri(page): page for page in PAGES.values()}
PAGE_RESOURCES = tuple(
    types.Resource(
        uri=page_uri(page),
        name=f"{page}_page",
        title=TITLES[page],
        description=f"The picture of a result of {tool}, for hosts that render MCP Apps.",
        mime_type=MIME_TYPE,
        _meta=_META,
    )
    for tool, page in PAGES.items()
)


def tool_meta(tool_name: str) -> dict[str, object] | None:
    """Give what tells a host that a tool has a page."""
    page = PAGES.get(tool_name)
    return None if page is None else {"ui": {"resourceUri": page_uri(page)}}


def read_page(uri: str) -> types.ReadResourceResult:
    """Give the document of a page."""
    contents = types.TextResourceContents(uri=uri, mime_type=MIME_TYPE, text=app_page(PAGE_OF[uri]), _meta=_META)
    return types.ReadResourceResult(contents=[contents])


def shows_pages(context: Context) -> bool:
    """Tell whether the client of this request has declared that it shows pages of our kind."""
    declared = context.session.client_capabilities
    settings: object = ((declared.extensions if declared else None) or {}).get(EXTENSION)
    if not isinstance(settings, Mapping):
        return False
    kinds = cast("Mapping[str, object]", settings).get("mimeTypes")
    return isinstance(kinds, list) and MIME_TYPE in kinds
