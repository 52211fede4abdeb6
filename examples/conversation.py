"""A real MCP client in conversation with the real server over stdio, told line by line."""

import os
import sys
import textwrap
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

Fields = Mapping[str, object]
WIDTH = 110


class Conversation:
    """Calls tools, shows what a chat assistant would be shown, and gives the fields."""

    def __init__(self, client: Client) -> None:
        """Talk through an open `client`."""
        self._client = client

    async def call(self, tool: str, /, **arguments: object) -> Fields:
        """Call a tool, print its text, and give its structured content.

        Raises:
            AssertionError: the tool answered with an error.
        """
        result = await self._call(tool, arguments)
        assert not result.is_error, _text(result)
        assert result.structured_content is not None
        return result.structured_content

    async def refused(self, tool: str, /, **arguments: object) -> str:
        """Call a tool that must answer with an error, print it, and give its text."""
        result = await self._call(tool, arguments)
        assert result.is_error, f"{tool} was expected to refuse"
        return _text(result)

    async def _call(self, tool: str, arguments: dict[str, object]) -> CallToolResult:
        said = ", ".join(f"{name}={_short(value)}" for name, value in arguments.items())
        print(f"\n> {tool}({said})", flush=True)
        result = await self._client.call_tool(tool, arguments, progress_callback=_show_progress)
        for line in _text(result).splitlines():
            print(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    "), flush=True)
        return result


@asynccontextmanager
async def conversation(home: Path, exports: Path | None = None) -> AsyncIterator[Conversation]:
    """Start the server on `home` as a chat app would, and connect; histories are read from the folder `exports`."""
    command = str(Path(sys.executable).with_name("temporec-mcp"))
    environment = os.environ | {"TEMPOREC_IDLE_SECONDS": "2"}  # the home goes when the story is over
    if exports is not None:
        environment |= {"TEMPOREC_IMPORT_DIRS": str(exports)}
    server = StdioServerParameters(command=command, args=["--home", str(home)], env=environment, cwd=exports)
    async with Client(server) as client:
        yield Conversation(client)


def say(words: str) -> None:
    """Print what the person says or what the story tells."""
    print(f"\n{textwrap.fill(words, WIDTH)}", flush=True)


async def _show_progress(progress: float, total: float | None, message: str | None) -> None:
    if sys.stderr.isatty():
        print(f"\r  {100 * progress / (total or 1.0):3.0f} % {message or '':60}", end="\r", file=sys.stderr, flush=True)


def _text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}..."
