import json

from temporec_mcp.relay.conversation import Conversation
from temporec_mcp.relay.wire import ARRIVED, DELIVERY

NOW = 1_800_000_000.25


def line(**fields: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **fields}).encode() + b"\n"


def request(number: int, method: str = "tools/call", **params: object) -> bytes:
    return line(id=number, method=method, params=params)


def answer(number: int) -> bytes:
    return line(id=number, result={})


def meta(sent: bytes) -> dict[str, object]:
    return json.loads(sent)["params"]["_meta"]


def test_a_request_gets_its_stamps_beside_what_was_there() -> None:
    sent = Conversation().outgoing(request(1, name="recommend", _meta={"progressToken": 7}), NOW)
    stamps = meta(sent)
    assert stamps["progressToken"] == 7
    assert stamps[ARRIVED] >= NOW and isinstance(stamps[DELIVERY], str)
    assert json.loads(sent)["params"]["name"] == "recommend"


def test_two_requests_never_share_a_stamp_even_when_the_clock_stands_still_or_goes_back() -> None:
    conversation = Conversation()
    stamps = [meta(conversation.outgoing(request(n), NOW - n)) for n in range(50)]
    arrived = [float(str(stamp[ARRIVED])) for stamp in stamps]
    assert arrived == sorted(set(arrived))
    assert len({stamp[DELIVERY] for stamp in stamps}) == 50


def test_what_is_no_request_passes_untouched() -> None:
    conversation = Conversation()
    for said in (b"no json at all\n", b"[1]\n", b"\xff\xfe\n", line(id=1, result={}), line(method="x")):
        assert conversation.outgoing(said, NOW) == said
    assert not conversation.is_waiting()


def test_only_what_is_unanswered_is_sent_again_and_with_the_same_stamps() -> None:
    conversation = Conversation()
    first, second = conversation.outgoing(request(1), NOW), conversation.outgoing(request(2), NOW)
    assert conversation.incoming(answer(1))
    assert conversation.replay() == [second] != [first]
    assert conversation.incoming(answer(2))
    assert not conversation.is_waiting()


def test_the_next_owner_is_greeted_again_and_its_second_answer_is_swallowed() -> None:
    conversation = Conversation()
    hello = conversation.outgoing(request(0, "initialize"), NOW)
    assert conversation.incoming(answer(0))
    greeting = line(method="notifications/initialized")
    conversation.outgoing(greeting, NOW)
    subscription = conversation.outgoing(request(1, "resources/subscribe", uri="temporec://jobs/j"), NOW)
    assert conversation.incoming(answer(1))
    call = conversation.outgoing(request(2), NOW)
    assert conversation.replay() == [hello, greeting, subscription, call]
    assert not conversation.incoming(answer(0))
    assert not conversation.incoming(answer(1))
    assert conversation.incoming(answer(2))


def test_an_unanswered_handshake_is_sent_once_and_its_answer_reaches_the_client() -> None:
    conversation = Conversation()
    hello = conversation.outgoing(request(0, "initialize"), NOW)
    assert conversation.replay() == [hello]
    assert conversation.incoming(answer(0))


def test_a_cancelled_request_is_not_sent_again() -> None:
    conversation = Conversation()
    conversation.outgoing(request(1), NOW)
    conversation.outgoing(line(method="notifications/cancelled", params={"requestId": 1}), NOW)
    assert conversation.replay() == []


def test_a_request_that_kills_every_owner_is_answered_with_an_error_at_last() -> None:
    conversation = Conversation()
    conversation.outgoing(request(1), NOW)
    for _ in range(3):
        conversation.replay()
    conversation.outgoing(request(2), NOW)
    (told,) = conversation.give_up("it died", 3)
    assert json.loads(told)["id"] == 1 and json.loads(told)["error"]["message"] == "it died"
    assert len(conversation.replay()) == 1


def test_ids_of_text_and_of_numbers_are_told_apart() -> None:
    conversation = Conversation()
    conversation.outgoing(request(1), NOW)
    assert conversation.incoming(line(id="1", result={}))
    assert conversation.is_waiting()
