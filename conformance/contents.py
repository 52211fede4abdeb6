"""Fixtures that answer at once: every kind of content, resources, prompts and schemas."""

import base64
import json
import re
import struct
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from temporec_mcp.server.state import Context

ToolFixture = Callable[[Context, types.CallToolRequestParams], Awaitable[Any]]


def _png() -> str:
    """Give one red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00"))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")).decode()


def _wav() -> str:
    """Give one silent sample."""
    sound = struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8, b"data", 1) + b"\x80"
    return base64.b64encode(struct.pack("<4sI4s", b"RIFF", 4 + len(sound), b"WAVE") + sound).decode()


PNG, WAV = _png(), _wav()
IMAGE = types.ImageContent(data=PNG, mime_type="image/png")


def text_result(text: str) -> types.CallToolResult:
    """Give a result of one text."""
    return types.CallToolResult(content=[types.TextContent(text=text)])


def embedded(uri: str, mime_type: str, text: str) -> types.EmbeddedResource:
    """Give a text that is a resource."""
    return types.EmbeddedResource(resource=types.TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def _always(*content: types.ContentBlock, is_error: bool = False) -> ToolFixture:
    async def answer(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        return types.CallToolResult(content=list(content), is_error=is_error)

    return answer


async def _greet(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
    return text_result(f"Hello, {(params.arguments or {}).get('name')}!")


CONTENTS: dict[str, ToolFixture] = {
    "test_simple_text": _always(types.TextContent(text="This is a simple text response for testing.")),
    "test_image_content": _always(IMAGE),
    "test_audio_content": _always(types.AudioContent(data=WAV, mime_type="audio/wav")),
    "test_embedded_resource": _always(
        embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")
    ),
    "test_multiple_content_types": _always(
        types.TextContent(text="Multiple content types test:"),
        IMAGE,
        embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ),
    "test_error_handling": _always(
        types.TextContent(text="This tool intentionally returns an error for testing"), is_error=True
    ),
    "greet": _greet,
    "confirm_delete": _always(types.TextContent(text="Nothing of ours asks before it goes on.")),
    "json_schema_2020_12_tool": _always(types.TextContent(text="valid")),
    "test_custom_header": _always(types.TextContent(text="routed")),
}

SCHEMAS: dict[str, dict[str, Any]] = {
    "json_schema_2020_12_tool": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
            }
        },
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": False,
    },
    "test_custom_header": {
        "type": "object",
        "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
        "required": ["region"],
    },
}

RESOURCES = [
    types.Resource(uri="test://static-text", name="static_text", mime_type="text/plain"),
    types.Resource(uri="test://static-binary", name="static_binary", mime_type="image/png"),
    types.Resource(uri="test://watched-resource", name="watched", mime_type="text/plain"),
]
TEMPLATE = re.compile(r"test://template/([^/]+)/data")


def read_fixture(uri: str) -> types.ReadResourceResult | None:
    """Read a fixture; None when it is none."""
    if uri == "test://static-binary":
        blob = types.BlobResourceContents(uri=uri, mime_type="image/png", blob=PNG)
        return types.ReadResourceResult(contents=[blob])
    if match := TEMPLATE.fullmatch(uri):
        data = {"id": match[1], "templateTest": True, "data": f"Data for ID: {match[1]}"}
        text = types.TextResourceContents(uri=uri, mime_type="application/json", text=json.dumps(data))
        return types.ReadResourceResult(contents=[text])
    texts = {
        "test://static-text": "This is the content of the static text resource.",
        "test://watched-resource": "This is watched.",
    }
    if uri not in texts:
        return None
    text = types.TextResourceContents(uri=uri, mime_type="text/plain", text=texts[uri])
    return types.ReadResourceResult(contents=[text])


def _prompt(name: str, *arguments: str) -> types.Prompt:
    taken = [types.PromptArgument(name=argument, description="For testing", required=True) for argument in arguments]
    return types.Prompt(name=name, description="A fixture.", arguments=taken)


PROMPTS = [
    _prompt("test_simple_prompt"),
    _prompt("test_prompt_with_arguments", "arg1", "arg2"),
    _prompt("test_prompt_with_embedded_resource", "resourceUri"),
    _prompt("test_prompt_with_image"),
    _prompt("test_input_required_result_prompt"),
]


def get_fixture_prompt(params: types.GetPromptRequestParams) -> types.GetPromptResult | None:
    """Get a fixture; None when it is none."""
    given = params.arguments or {}
    words = {
        "test_simple_prompt": ["This is a simple prompt for testing."],
        "test_prompt_with_arguments": [
            f"Prompt with arguments: arg1='{given.get('arg1')}', arg2='{given.get('arg2')}'"
        ],
        "test_prompt_with_embedded_resource": [
            embedded(given.get("resourceUri", ""), "text/plain", "Embedded resource content for testing."),
            "Please process the embedded resource above.",
        ],
        "test_prompt_with_image": [IMAGE, "Please analyze the image above."],
    }.get(params.name)
    if words is None:
        return None
    blocks = [types.TextContent(text=word) if isinstance(word, str) else word for word in words]
    return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=block) for block in blocks])


def refuse(message: str) -> MCPError:
    """Give the error for parameters that cannot be used."""
    return MCPError(types.INVALID_PARAMS, message)
