"""Fixtures that answer with a question first: input_required results and the state that comes back with the answer."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import mcp_types as types

from conformance.contents import ToolFixture, refuse, text_result
from temporec_mcp.server.state import Context
from temporec_mcp.server.task_calls import begin_task

KEY = b"for tests only"
Params = types.CallToolRequestParams
Answers = Mapping[str, Any]
InputRequired = types.InputRequiredResult
NAME: dict[str, Any] = {"name": {"type": "string"}}


def elicit(message: str, fields: dict[str, Any]) -> types.ElicitRequest:
    """Give a question to the person."""
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    return types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema))


def sample(prompt: str) -> types.CreateMessageRequest:
    """Give a question to the client's model."""
    message = types.SamplingMessage(role="user", content=types.TextContent(text=prompt))
    return types.CreateMessageRequest(params=types.CreateMessageRequestParams(messages=[message], max_tokens=100))


ROOTS = types.ListRootsRequest()


def _simple(requests: dict[str, Any], state: str | None = None) -> ToolFixture:
    """Ask `requests`, with a signed state if there is one; say what came back."""

    async def answer(context: Context, params: Params) -> types.CallToolResult | InputRequired:
        given: Answers = params.input_responses or {}
        if not set(requests) <= set(given):
            return InputRequired(input_requests=requests, request_state=state and _sign(state))
        if state is not None and _checked(params) != state:
            raise refuse("The state is another one.")
        return text_result(f"state-ok: {', '.join(given)}")

    return answer


async def _multi_round(context: Context, params: Params) -> types.CallToolResult | InputRequired:
    if params.request_state is None:
        first = elicit("Step 1: What is your name?", NAME)
        return InputRequired(input_requests={"step1": first}, request_state=_sign("round 1"))
    if _checked(params) == "round 1":
        second = elicit("Step 2: What is your favorite color?", {"color": {"type": "string"}})
        return InputRequired(input_requests={"step2": second}, request_state=_sign("round 2"))
    return text_result("Both rounds are over.")


async def _capabilities(context: Context, params: Params) -> types.CallToolResult | InputRequired:
    declared = context.session.client_capabilities or types.ClientCapabilities()
    requests: dict[str, Any] = {}
    if declared.sampling is not None:
        requests["greeting"] = sample("Generate a greeting")
    if declared.elicitation is not None:
        requests["user_name"] = elicit("What is your name?", NAME)
    return InputRequired(input_requests=requests, request_state=_sign("asked"))


async def _with_task(context: Context, params: Params) -> Any:
    given: Answers = params.input_responses or {}
    if "user_name" not in given:
        return InputRequired(input_requests={"user_name": elicit("What is your name?", NAME)})
    name = given["user_name"].content["name"]

    def work(watch: object) -> types.CallToolResult:
        from conformance.long_work import rest

        rest(watch, 1.0)
        return text_result(f"Hello, {name}!")

    return await begin_task(context, work)


def input_required_prompt(params: types.GetPromptRequestParams) -> InputRequired | types.GetPromptResult | None:
    """Get the prompt that asks first; None when it is another one."""
    if params.name != "test_input_required_result_prompt":
        return None
    given: Answers = params.input_responses or {}
    if "user_context" not in given:
        question = elicit("What context should the prompt use?", {"context": {"type": "string"}})
        return InputRequired(input_requests={"user_context": question})
    words = types.TextContent(text="Use the context given.")
    return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=words)])


def _sign(state: str) -> str:
    return f"{state}.{hmac.new(KEY, state.encode(), hashlib.sha256).hexdigest()}"


def _checked(params: Params) -> str:
    state = (params.request_state or "").rpartition(".")[0]
    if not hmac.compare_digest(_sign(state), params.request_state or ""):
        raise refuse("The state was changed on its way.")
    return state


_CONFIRM = elicit("Please confirm", {"ok": {"type": "boolean"}})
ASKING: dict[str, ToolFixture] = {
    "test_input_required_result_elicitation": _simple({"user_name": elicit("What is your name?", NAME)}),
    "test_input_required_result_sampling": _simple({"capital_question": sample("What is the capital of France?")}),
    "test_input_required_result_list_roots": _simple({"client_roots": ROOTS}),
    "test_input_required_result_request_state": _simple({"confirm": _CONFIRM}, "confirming"),
    "test_input_required_result_tampered_state": _simple({"confirm": _CONFIRM}, "protected"),
    "test_input_required_result_multiple_inputs": _simple(
        {
            "user_name": elicit("What is your name?", NAME),
            "greeting": sample("Generate a greeting"),
            "client_roots": ROOTS,
        },
        "several",
    ),
    "test_input_required_result_multi_round": _multi_round,
    "test_input_required_result_capabilities": _capabilities,
    "test_tool_with_task": _with_task,
}
