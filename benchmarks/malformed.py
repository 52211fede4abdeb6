"""Malformed messages of every kind: bent calls and requests, unknown methods, cut lines and random bytes."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIRST_ID = 1_000_000
"""Ids of requests start above every number that a bent request may get for an id."""
EVENT = {"item_id": "x1", "action": "view", "timestamp": "2026-03-01T10:00:00Z", "value": 1.0, "text": "words"}
CALLS: dict[str, dict[str, object]] = {
    "log_behavior": {"events": [EVENT, EVENT | {"user_id": "u", "event_id": "e"}]},
    "import_history": {"path": "nothing.csv", "columns": {"item_id": "a"}, "timezone": "UTC"},
    "summarize_user_timeline": {"user_id": "u", "since": 0, "until": "2026-03-01", "timezone": "UTC"},
    "train_model": {"preset": "none", "horizon": "next", "seed": 1, "wait_seconds": 0},
    "get_training_status": {"job_id": "j", "wait_seconds": 0},
    "cancel_training": {"job_id": "j"},
    "recommend": {"user_id": "u", "k": 5, "at": 0, "categories": ["a"], "diversity": 0.5, "context": "c"},
    "explain_recommendation": {"user_id": "u", "item_id": "x1", "at": 0, "language": "zh"},
    "forget_user": {"user_id": "u", "confirm": "0000"},
}
METHODS = (
    *("initialize", "ping", "tools/list", "tools/call", "resources/list", "resources/read", "prompts/get"),
    *("completion/complete", "logging/setLevel", "server/discover", "subscriptions/listen", "resources/subscribe"),
    *("notifications/cancelled", "notifications/progress", "no/such/method", "", "rpc.discover", "__class__"),
)
TEXTS = (
    *("", "\0", "\x1b[2J", "\u202e", "\ud800", "\U0010ffff", "a" * 5_000, "%s{0}", "../..", "temporec://status"),
    *("temporec://users/%2e%2e/timeline", "NaN", "1e999", "9" * 400, "'; DROP TABLE events; --"),
)
NUMBERS = (0, -1, 1, 2**31, 2**63, 2**64, 10**40, -(10**40), 0.1, 1e308, -0.0)


@dataclass(frozen=True)
class Message:
    """One line to send."""

    kind: str
    line: bytes
    answer_id: int | None = None
    """The id that must be answered once; None where no answer is owed."""


def messages(count: int, seed: int) -> Iterator[Message]:
    """Give `count` malformed messages of all kinds; equal seeds give equal messages."""
    chance = random.Random(seed)
    for number in range(FIRST_ID, FIRST_ID + count):
        yield chance.choice(KINDS)(chance, number)


def any_value(chance: random.Random, depth: int = 0) -> object:
    """Give any JSON value."""
    kind = chance.randrange(5 if depth > 3 else 7)
    if kind == 5:
        return [any_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 6:
        return {any_text(chance): any_value(chance, depth + 1) for _ in range(chance.randrange(4))}
    return (None, chance.random() < 0.5, chance.choice(NUMBERS), any_text(chance), chance.choice(TEXTS))[kind]


def any_text(chance: random.Random) -> str:
    """Give a short text of any characters but halves of pairs."""
    codes = (chance.choice((chance.randrange(128), chance.randrange(0xD800))) for _ in range(chance.randrange(12)))
    return "".join(map(chr, codes))


def bent(value: object, chance: random.Random) -> object:
    """Give a JSON value with one place of it changed, left out or added."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(list(value))
        rest = {key: inner for key, inner in value.items() if key != name}
        change = chance.randrange(4)
        if change == 0:
            return rest
        if change == 1:
            return {**value, any_text(chance): any_value(chance)}
        return rest | {name: bent(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], bent(value[place], chance), *value[place + 1 :]]
    return any_value(chance)


def _bent_call(chance: random.Random, number: int) -> Message:
    name = chance.choice(list(CALLS))
    arguments = bent(CALLS[name], chance)
    params = {"name": name, "arguments": arguments}
    # Without a preset that is none a training would start, and arguments that are no object are a fault of the frame.
    is_owed = isinstance(arguments, dict)
    if name == "train_model" and is_owed:
        params["arguments"] = arguments | {"preset": "none"}
    request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
    return _message("bent arguments", request, number if is_owed else None)


def _bent_request(chance: random.Random, number: int) -> Message:
    request = {"jsonrpc": "2.0", "id": number, "method": chance.choice(METHODS), "params": any_value(chance)}
    return _message("bent request", request)


def _bent_frame(chance: random.Random, number: int) -> Message:
    call = {"name": "get_training_status", "arguments": {}}
    return _message(
        "bent frame", bent({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}, chance)
    )


def _unknown_tool(chance: random.Random, number: int) -> Message:
    call = {"name": any_text(chance) + "?", "arguments": {}}
    return _message("unknown tool", {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}, number)


def _read(chance: random.Random, number: int) -> Message:
    uri = chance.choice(("temporec://users/{}/timeline", "temporec://jobs/{}", "temporec://models/{}", "{}"))
    params = {"uri": uri.format(chance.choice((any_text(chance), "%00", "%ff%fe", "%2e%2e%2f", "x" * 3_000)))}
    return _message("resource", {"jsonrpc": "2.0", "id": number, "method": "resources/read", "params": params}, number)


def _any_json(chance: random.Random, number: int) -> Message:
    del number
    return _message("any JSON", any_value(chance))


def _nested(chance: random.Random, number: int) -> Message:
    del number
    depth = chance.choice((100, 1_000, 100_000))
    return Message("deep nesting", chance.choice((b"[", b'{"a":')) * depth)


def _cut(chance: random.Random, number: int) -> Message:
    whole = json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}).encode()
    return Message("cut off", whole[: chance.randrange(1, len(whole) - 1)])


def _bytes(chance: random.Random, number: int) -> Message:
    del number
    return Message("random bytes", chance.randbytes(chance.choice((1, 10, 100, 5_000))).replace(b"\n", b""))


def _notice(chance: random.Random, number: int) -> Message:
    del number
    params = bent({"requestId": chance.randrange(100), "reason": "r", "progressToken": 1}, chance)
    method = chance.choice(("notifications/cancelled", "notifications/progress", "notifications/initialized"))
    # One that cancels a request that is at work would take its answer away, rightly.
    safe = params | {"requestId": -5} if isinstance(params, dict) else params
    return _message("notification", {"jsonrpc": "2.0", "method": method, "params": safe})


def _long(chance: random.Random, number: int) -> Message:
    text = chance.choice(("a", "\u20ac", '\\"')) * 300_000
    call = {"name": "summarize_user_timeline", "arguments": {"user_id": text}}
    request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}
    return _message("long line", request, number) if chance.random() < 0.05 else _any_json(chance, number)


KINDS: tuple[Callable[[random.Random, int], Message], ...] = (
    *(_bent_call, _bent_call, _bent_call, _bent_request, _bent_frame, _unknown_tool, _read),
    *(_any_json, _nested, _cut, _bytes, _notice, _long),
)


def _message(kind: str, value: object, answer_id: int | None = None) -> Message:
    line = json.dumps(value).encode()
    is_whole = b"\\ud8" not in line  # half a pair is no JSON text, so no answer is owed
    return Message(kind, line, answer_id if is_whole else None)
