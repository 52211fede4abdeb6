"""Keeps a result small enough for a client that shows all of it to a model."""

import json

from temporec_mcp.tools.base import Reply

RESULT_LENGTH = 8_000
"""Characters of text and JSON together."""


def fit(reply: Reply, length: int = RESULT_LENGTH) -> Reply:
    """Give `reply` with as many list entries as `length` characters of text and JSON hold.

    The longest list is cut first and from its end; what is cut is counted in `omitted`, and `narrow` names the way to
    see it.
    """
    for _ in _lists(reply):
        if _size(reply) <= length:
            break
        name, entries = max(_lists(reply).items(), key=lambda pair: len(repr(pair[1])))
        low, high = 0, len(entries)
        while low < high:
            middle = (low + high + 1) // 2
            if _size(_cut(reply, name, middle)) <= length:
                low = middle
            else:
                high = middle - 1
        reply = _cut(reply, name, low)
    return reply


def _size(reply: Reply) -> int:
    return len(reply.text()) + len(json.dumps(reply.fields(), ensure_ascii=False))


def _lists(reply: Reply) -> dict[str, tuple[object, ...]]:
    fields = {name: getattr(reply, name) for name in type(reply).model_fields}
    return {name: value for name, value in fields.items() if isinstance(value, tuple) and value}


def _cut(reply: Reply, name: str, count: int) -> Reply:
    entries = _lists(reply)[name]
    if count == len(entries):
        return reply
    omitted = (reply.omitted or 0) + len(entries) - count
    narrow = reply.how_to_narrow or None
    return reply.model_copy(update={name: entries[:count], "omitted": omitted, "narrow": narrow})
