"""What a client and its owner have said so far, as far as another owner would have to be told again."""

import json
import os
import threading
from typing import cast

from temporec_mcp.relay.wire import ARRIVED, DELIVERY, Fields, decode, encode, members

MOST_DELIVERIES = 60
"""Owners that may die over one request, about a minute of starting them; then it is answered with an error, so that it
kills no more."""
GREETING = "notifications/initialized"
CANCELLED = "notifications/cancelled"


class Conversation:
    """Stamps what the client sends, remembers what is unanswered, and gives it again; for any number of threads."""

    def __init__(self) -> None:
        """Begin an empty conversation."""
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, bytes]] = {}
        """What makes the session what it is, by what it sets: key of its answer, and line."""
        self._unanswered: dict[str, bytes] = {}
        self._deliveries: dict[str, int] = {}
        self._swallowed: set[str] = set()
        """Keys of answers that the client has had before."""
        self._name = os.urandom(8).hex()
        self._count = 0
        self._latest = 0.0

    def outgoing(self, line: bytes, now: float) -> bytes:
        """Give the client's line as it goes to the owner: a request with its two stamps, anything else untouched."""
        message = decode(line)
        method = message.get("method")
        with self._lock:
            if isinstance(method, str) and "id" in message:
                return self._request(message, method, now)
            if method == GREETING:
                self._kept[GREETING] = ("", line)
            elif method == CANCELLED:
                self._forget(_key(members(message, "params").get("requestId")))
        return line

    def incoming(self, line: bytes) -> bool:
        """Note the owner's line; tell whether it is for the client."""
        message = decode(line)
        if "method" in message or "id" not in message:
            return True
        key = _key(message["id"])
        with self._lock:
            if key in self._swallowed:
                self._swallowed.discard(key)
                return False
            self._forget(key)
            return True

    def replay(self) -> list[bytes]:
        """Give what the next owner has to be told: the handshake, then what is unanswered, in the order of arrival."""
        with self._lock:
            kept = list(self._kept.values())
            self._swallowed = {key for key, _ in kept if key and key not in self._unanswered}
            again = {key for key, _ in kept}
            for key in self._unanswered:
                self._deliveries[key] = self._deliveries.get(key, 0) + 1
            return [line for _, line in kept] + [line for key, line in self._unanswered.items() if key not in again]

    def is_waiting(self) -> bool:
        """Tell whether the client waits for an answer."""
        with self._lock:
            return bool(self._unanswered)

    def give_up(self, message: str, deliveries: int) -> list[bytes]:
        """Give an error answer for each request that was delivered so often or more, which then waits no longer."""
        with self._lock:
            keys = [key for key in self._unanswered if self._deliveries.get(key, 0) >= deliveries]
            for key in keys:
                self._forget(key)
        error = {"code": -32603, "message": message}
        return [encode({"jsonrpc": "2.0", "id": json.loads(key), "error": error}) for key in keys]

    def _request(self, message: Fields, method: str, now: float) -> bytes:
        params = message.setdefault("params", {})
        meta = cast("Fields", params).setdefault("_meta", {}) if isinstance(params, dict) else None
        if isinstance(meta, dict):
            self._count += 1
            self._latest = max(now, self._latest + 1e-6)
            cast("Fields", meta).update({ARRIVED: self._latest, DELIVERY: f"{self._name}-{self._count}"})
        line = encode(message)
        key = _key(message["id"])
        self._unanswered[key] = line
        self._keep(method, members(message, "params"), (key, line))
        return line

    def _keep(self, method: str, params: Fields, entry: tuple[str, bytes]) -> None:
        if method in ("initialize", "logging/setLevel"):
            self._kept[method] = entry
        elif method == "resources/subscribe":
            self._kept[f"resource {params.get('uri')}"] = entry
        elif method == "resources/unsubscribe":
            self._kept.pop(f"resource {params.get('uri')}", None)

    def _forget(self, key: str) -> None:
        self._unanswered.pop(key, None)
        self._deliveries.pop(key, None)


def _key(request_id: object) -> str:
    return json.dumps(request_id)
