import json

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, PromptReference, ResourceTemplateReference, TextContent

from temporec_mcp.app import App
from temporec_mcp.tools.registry import TOOLS
from tests.server.conftest import Connect

pytestmark = pytest.mark.anyio
VIEW = {"user_id": "ann", "item_id": "x1", "action": "view", "timestamp": "2026-03-01T10:00:00Z"}


def text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


async def error_of(client: Client, name: str, arguments: dict[str, object]) -> str:
    result = await client.call_tool(name, arguments)
    assert result.is_error
    assert result.structured_content is None
    return text(result)


async def test_all_tools_are_listed_small_and_complete(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == list(TOOLS)
    assert len(json.dumps([tool.model_dump(mode="json") for tool in tools])) < 24_000
    for tool in tools:
        assert tool.title and tool.description and tool.output_schema and tool.annotations
        assert next(iter(tool.output_schema["properties"])) == "summary"
        assert all(schema["description"] for schema in tool.input_schema["properties"].values())
        assert tool.input_schema["additionalProperties"] is False
        assert '"null"' not in json.dumps([tool.input_schema, tool.output_schema])


async def test_only_tools_that_change_nothing_say_so_and_only_those_that_take_away_are_destructive(
    app: App, connect: Connect
) -> None:
    async with connect(app) as client:
        hints = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
    assert {name for name, hint in hints.items() if hint and hint.read_only_hint} == {
        *("summarize_user_timeline", "get_training_status", "recommend", "explain_recommendation"),
        *("what_if", "list_events"),
    }
    assert {name for name, hint in hints.items() if hint and hint.destructive_hint} == {
        *("forget_user", "edit_events", "undo_import")
    }


async def test_a_result_carries_its_summary_first_in_fields_and_text(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        result = await client.call_tool("log_behavior", {"events": [VIEW]})
    assert next(iter(result.structured_content)) == "summary"
    assert text(result).startswith(result.structured_content["summary"])
    assert (result.structured_content["accepted"], result.structured_content["rejected"]) == (1, 0)


async def test_unknown_arguments_are_refused_by_name_with_the_known_ones(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        message = await error_of(client, "explain_recommendation", {"item": "x1"})
    assert "'item'" in message and "Did you mean item_id?" in message and "compare_item_id" in message


async def test_a_value_out_of_range_is_answered_with_the_range(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        assert "1 to 50" in await error_of(client, "recommend", {"k": 0})
        assert "0 to 45" in await error_of(client, "get_training_status", {"wait_seconds": 46})


async def test_what_is_not_there_is_named_in_the_message(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        assert "nobody-at-all" in await error_of(client, "summarize_user_timeline", {"user_id": "nobody-at-all"})
        assert "job-7" in await error_of(client, "get_training_status", {"job_id": "job-7"})
        assert "history.csv" in await error_of(client, "import_history", {"path": "/nowhere/history.csv"})


async def test_an_unknown_tool_is_a_protocol_error_that_lists_the_tools(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        with pytest.raises(MCPError, match="recommend"):
            await client.call_tool("guess", {})


async def test_status_and_schema_can_be_read_as_resources(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        assert [str(entry.uri) for entry in (await client.list_resources()).resources] == [
            "temporec://status",
            "temporec://schema/events",
            "ui://temporec/timeline.html",
            "ui://temporec/explain.html",
        ]
        status = json.loads((await client.read_resource("temporec://status")).contents[0].text)
        schema = json.loads((await client.read_resource("temporec://schema/events")).contents[0].text)
    assert status["events"] == 0 and "import_history" in status["summary"]
    assert schema["event"]["additionalProperties"] is False
    assert schema["actions"]["rate"]["value"] == "rating"


async def test_a_timeline_is_read_by_the_encoded_id_of_its_user(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        await client.call_tool("log_behavior", {"events": [VIEW | {"user_id": "a/b c"}]})
        found = await client.read_resource("temporec://users/a%2Fb%20c/timeline")
    assert json.loads(found.contents[0].text)["events"] == 1


async def test_a_resource_that_does_not_exist_is_refused_with_its_name(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        for uri in ("temporec://nothing", "temporec://models/m-9", "temporec://jobs/j-9"):
            with pytest.raises(MCPError, match=uri.rpartition("/")[2]):
                await client.read_resource(uri)


async def test_prompts_carry_what_was_asked_for(app: App, connect: Connect) -> None:
    async with connect(app) as client:
        names = {prompt.name for prompt in (await client.list_prompts()).prompts}
        words = (await client.get_prompt("what_next", {"user_id": "ann", "wish": "quiet"})).messages[0].content
        with pytest.raises(MCPError, match="item_id"):
            await client.get_prompt("why_this", {})
    assert names == {"onboard_my_history", "what_next", "weekly_review", "why_this"}
    assert isinstance(words, TextContent) and '"ann"' in words.text and '"quiet"' in words.text


async def test_completion_offers_actions_and_only_users_that_this_client_has_named(app: App, connect: Connect) -> None:
    timeline = ResourceTemplateReference(uri="temporec://users/{user_id}/timeline")
    asked = {"name": "user_id", "value": "a"}
    async with connect(app) as first, connect(app) as second:
        await first.call_tool("log_behavior", {"events": [VIEW, VIEW | {"user_id": "bob"}]})
        await second.call_tool("summarize_user_timeline", {"user_id": "another"})
        assert (await first.complete(timeline, asked)).completion.values == ["ann"]
        assert (await second.complete(timeline, asked)).completion.values == []
        actions = await first.complete(PromptReference(name="what_next"), {"name": "action", "value": "sea"})
    assert actions.completion.values == ["search"]
