"""Owners that die, and what their clients notice."""

import os
import signal
from pathlib import Path

import pytest

from temporec_mcp.relay.place import Place
from temporec_mcp.relay.wire import ARRIVED, DELIVERY, client_hello, decode, encode
from tests.owner.clients import HELLO, client, fields_of, has_left, kill, owner_pid


def test_a_request_that_a_killed_owner_never_saw_is_answered_by_the_next_and_counts_once(home: Path) -> None:
    with client(home) as one, client(home) as two:
        one.greet().view("ann", "x0")
        two.greet()
        owner = owner_pid(home)
        os.kill(owner, signal.SIGSTOP)
        call = {"name": "log_behavior", "arguments": {"events": [{"item_id": "x1", "action": "view"}]}}
        numbers = [each.send("tools/call", **call) for each in (one, two)]
        kill(owner)
        for each, number in zip((one, two), numbers, strict=True):
            assert fields_of(each.answer(number))["accepted"] == 1
        assert owner_pid(home) != owner
        assert one.call("summarize_user_timeline")["events"] == 2
        assert one.call("summarize_user_timeline", user_id="ann")["events"] == 1


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_session_goes_on_with_the_next_owner(home: Path, ending: signal.Signals) -> None:
    with client(home) as chat:
        chat.greet().view("ann", "x1")
        token = chat.call("forget_user", user_id="ann")["confirm"]
        os.kill(owner_pid(home), ending)
        assert has_left(home)
        assert chat.view("ann", "x2")["accepted"] == 1
        assert chat.call("forget_user", user_id="ann", confirm=token)["removed"]["events"] == 2  # pyright: ignore


def test_a_request_that_was_done_but_not_answered_is_told_the_same_and_counts_once(home: Path) -> None:
    events = [{"item_id": "x1", "action": "view"}, {"item_id": "x2", "action": "view", "event_id": "e1"}]
    meta = {ARRIVED: 1_780_000_000.25, DELIVERY: "delivery-1"}
    call = {"name": "log_behavior", "arguments": {"events": events}, "_meta": meta}
    lines = [
        client_hello("mcp", {}),
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    with client(home) as chat:
        chat.greet()
        told = [fields_of(_last_answer(home, lines)) for _ in range(2)]
        assert told[0] == told[1] and told[0]["accepted"] == 2
        assert chat.call("summarize_user_timeline")["events"] == 2


def test_a_training_that_dies_with_its_owner_is_told_as_interrupted_with_what_to_do(home: Path) -> None:
    events = [
        {"user_id": f"u{user}", "item_id": f"x{(user + step) % 9}", "action": "read", "timestamp": 1_760_000_000 + step}
        for user in range(20)
        for step in range(8)
    ]
    with client(home) as chat:
        chat.greet().call("log_behavior", events=events)
        job = chat.call("train_model", preset="balanced", wait_seconds=0)
        kill(owner_pid(home))
        told = chat.call("get_training_status", job_id=job["job_id"])
        assert told["status"] == "interrupted" and "train_model" in str(told["summary"])
        assert chat.call("recommend", user_id="u1")["items"]


def _last_answer(home: Path, lines: list[dict[str, object]]) -> dict[str, object]:
    connection = Place(str(home)).connect()
    assert connection is not None
    with connection, connection.makefile("rb") as answers:
        connection.sendall(b"".join(map(encode, lines)))
        while True:
            answer = decode(answers.readline())
            if answer.get("id") == lines[-1]["id"]:
                return answer
