"""Whose answers are waited for when a client has closed its end."""

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest, JSONRPCResponse

from temporec_mcp.server.last_answers import Unanswered

pytestmark = pytest.mark.anyio
LONGEST_TEST_SECONDS = 10


async def test_a_client_that_goes_is_not_held_up_by_what_it_listens_to(anyio_backend: str) -> None:
    unanswered = Unanswered()
    unanswered.note_incoming(SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=1, method="subscriptions/listen")))
    with anyio.fail_after(LONGEST_TEST_SECONDS):
        await unanswered.wait_for_all()


async def test_a_call_is_waited_for_until_its_answer_is_out(anyio_backend: str) -> None:
    unanswered, has_answer = Unanswered(), False
    unanswered.note_incoming(SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=1, method="tools/call")))

    async def answer() -> None:
        nonlocal has_answer
        has_answer = True
        unanswered.note_outgoing(SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=1, result={})))

    with anyio.fail_after(LONGEST_TEST_SECONDS):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(answer)
            await unanswered.wait_for_all()
            assert has_answer
