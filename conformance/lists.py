"""Fixtures that change the lists of tools and prompts while clients listen."""

import mcp_types as types
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, PromptsListChanged, ToolsListChanged

from conformance.contents import ToolFixture, text_result
from temporec_mcp.server.state import Context


class ListChanges:
    """Two tools that each turn an entry of a list on and off, and tell everybody."""

    def __init__(self) -> None:
        """Begin with the lists as they are."""
        self._bus = InMemorySubscriptionBus()
        self.listen = ListenHandler(self._bus)
        self._has_tool = self._has_prompt = False

    def tools(self) -> dict[str, ToolFixture]:
        """Give the tools that change the lists."""
        return {"test_trigger_tool_change": self._change_tools, "test_trigger_prompt_change": self._change_prompts}

    def extra_tools(self) -> list[types.Tool]:
        """Give the tool that comes and goes."""
        tool = types.Tool(name="test_sometimes", description="Comes and goes.", input_schema={"type": "object"})
        return [tool] if self._has_tool else []

    def extra_prompts(self) -> list[types.Prompt]:
        """Give the prompt that comes and goes."""
        return [types.Prompt(name="test_sometimes", description="Comes and goes.")] if self._has_prompt else []

    async def _change_tools(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        self._has_tool = not self._has_tool
        await self._bus.publish(ToolsListChanged())
        return text_result("The list of tools has changed.")

    async def _change_prompts(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        self._has_prompt = not self._has_prompt
        await self._bus.publish(PromptsListChanged())
        return text_result("The list of prompts has changed.")
