"""Fixtures that talk while they work: progress, logs, and questions to clients of the older protocol."""

import json
from typing import Any

import anyio
import mcp_types as types
from mcp.shared.exceptions import MCPError

from conformance.contents import ToolFixture, text_result
from temporec_mcp.server.state import Context

PAUSE_SECONDS = 0.05
Params = types.CallToolRequestParams


async def _progress(context: Context, params: Params) -> types.CallToolResult:
    for done in (0, 50, 100):
        await context.session.report_progress(done, 100)
        await anyio.sleep(PAUSE_SECONDS)
    return text_result("Progress was told.")


async def _log(context: Context, params: Params) -> types.CallToolResult:
    for words in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await context.session.send_log_message("info", words, related_request_id=context.request_id)
        await anyio.sleep(PAUSE_SECONDS)
    return text_result("Logs were sent.")


async def _sample(context: Context, params: Params) -> types.CallToolResult:
    _require(context, "sampling")
    prompt = str((params.arguments or {}).get("prompt"))
    message = types.SamplingMessage(role="user", content=types.TextContent(text=prompt))
    answer = await context.session.create_message([message], max_tokens=100, related_request_id=context.request_id)
    return text_result(f"LLM response: {answer.content.text if answer.content.type == 'text' else ''}")


async def _elicit(context: Context, params: Params) -> types.CallToolResult:
    fields = {
        "username": {"type": "string", "description": "User's response"},
        "email": {"type": "string", "description": "User's email address"},
    }
    message = str((params.arguments or {}).get("message"))
    return await _ask(context, message, {"type": "object", "properties": fields, "required": list(fields)})


async def _elicit_defaults(context: Context, params: Params) -> types.CallToolResult:
    statuses = ["active", "inactive", "pending"]
    fields = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": statuses, "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    return await _ask(context, "Please check.", {"type": "object", "properties": fields})


async def _elicit_enums(context: Context, params: Params) -> types.CallToolResult:
    options = ["option1", "option2", "option3"]
    titled = [{"const": f"value{n}", "title": f"Option {n}"} for n in (1, 2, 3)]
    fields = {
        "untitledSingle": {"type": "string", "enum": options},
        "titledSingle": {"type": "string", "oneOf": titled},
        "legacyEnum": {"type": "string", "enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled}},
    }
    return await _ask(context, "Please choose.", {"type": "object", "properties": fields})


async def _ask(context: Context, message: str, schema: dict[str, Any]) -> types.CallToolResult:
    _require(context, "elicitation")
    answer = await context.session.elicit_form(message, schema, related_request_id=context.request_id)
    content = json.dumps(answer.content)
    return text_result(f"Elicitation completed: action={answer.action}, content={content}")


async def _need_sampling(context: Context, params: Params) -> types.CallToolResult:
    _require(context, "sampling")
    return text_result("Sampling is declared.")


def _require(context: Context, name: str) -> None:
    capabilities = context.session.client_capabilities
    if capabilities is None or getattr(capabilities, name) is None:
        data = {"requiredCapabilities": {name: {}}}
        raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, f"Declare {name} for this.", data)


TALKING: dict[str, ToolFixture] = {
    "test_tool_with_progress": _progress,
    "test_tool_with_logging": _log,
    "test_logging_tool": _log,
    "test_sampling": _sample,
    "test_elicitation": _elicit,
    "test_elicitation_sep1034_defaults": _elicit_defaults,
    "test_elicitation_sep1330_enums": _elicit_enums,
    "test_missing_capability": _need_sampling,
    "test_streaming_elicitation": _progress,
}
