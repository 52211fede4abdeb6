"""One call of the command line to the owner, sent again when the owner dies over it."""

import os
import socket
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager

from temporec_mcp.errors import ArgumentsError, StoreBusyError, TemporecError
from temporec_mcp.relay.conversation import MOST_DELIVERIES
from temporec_mcp.relay.place import Place
from temporec_mcp.relay.relay import PAUSE_SECONDS
from temporec_mcp.relay.starting import reach
from temporec_mcp.relay.wire import CLI, STOP, Fields, client_hello, decode, differing, encode, members
from temporec_mcp.settings import CHOICES

Progress = Callable[[float, str], None]
STOP_SECONDS = 60.0
"""How long an owner may take to leave."""


class OwnerCalls:
    """Calls to the owner of one home."""

    def __init__(self, home: str, asked: Mapping[str, object], progress: Progress, tell: Callable[[str], None]) -> None:
        """Connect nothing yet; `progress` is called while a call runs, `tell` with what the person should know."""
        self._place = Place(home)
        self._asked = dict(asked)
        self._progress = progress
        self._tell = tell

    def call(self, name: str, arguments: Mapping[str, object]) -> Fields:
        """Give the reply to one call: `fields` and `text`.

        Raises:
            TemporecError: the request could not be met; ArgumentsError when it was not understood.
            StoreBusyError: there is no owner, or it died each time.
        """
        delivery = f"cli-{os.urandom(8).hex()}"
        line = encode({"call": name, "arguments": dict(arguments), "arrived": time.time(), "delivery": delivery})
        for _ in range(MOST_DELIVERIES):
            reply = self._deliver(line)
            if "error" in reply:
                raise _fault(members(reply, "error"))
            if reply:
                return reply
            time.sleep(PAUSE_SECONDS)
        raise StoreBusyError(
            f"The process that owns {self._place.home} died each time it worked on this.",
            f"Read {self._place.log}, and run `temporec-mcp doctor`.",
        )

    def _deliver(self, line: bytes) -> Fields:
        """Send the call once; gives no fields when the owner ends before it replies."""
        choices = [word for name in CHOICES if name in self._asked for word in (f"--{name}", str(self._asked[name]))]
        with reach(self._place, choices) as connection, _cancelled_by_hand(connection):
            hello = client_hello(CLI, self._asked) | {"token": self._place.token}
            try:
                connection.sendall(encode(hello) + line)
                with connection.makefile("rb") as lines:
                    self._greet(hello, decode(lines.readline()))
                    return self._reply(lines)
            except ConnectionError:
                return {}

    def _greet(self, hello: Fields, owner: Fields) -> None:
        if different := differing(hello, owner):
            self._tell(f"This home's owner was started with other settings: {different}; `temporec-mcp stop` ends it.")
            self._asked.clear()

    def _reply(self, lines: Iterator[bytes]) -> Fields:
        for line in lines:
            said = decode(line)
            if "fields" in said or "error" in said:
                return said
            self._progress(float(str(said.get("progress", 0))), str(said.get("phase", "")))
        return {}


def stop_owner(home: str) -> int | None:
    """Ask the owner to finish and leave, and wait until it has; gives its pid, None when there is no owner.

    Raises:
        StoreBusyError: it does not leave.
    """
    place = Place(home)
    connection = place.connect()
    if connection is None:
        return None
    with connection, connection.makefile("rb") as lines:
        connection.sendall(encode(client_hello(STOP, {}) | {"token": place.token}))
        pid = int(str(decode(lines.readline()).get("pid", 0)))
    if not place.lock.acquire(STOP_SECONDS):
        raise StoreBusyError(f"The owner of {home} (pid {pid}) does not leave.", f"End process {pid} by hand.")
    place.lock.release()
    return pid


@contextmanager
def _cancelled_by_hand(connection: socket.socket) -> Generator[None]:
    """Tell the owner when a person gives up."""
    try:
        yield
    except KeyboardInterrupt:
        connection.sendall(encode({"cancel": True}))
        raise


def _fault(error: Fields) -> TemporecError:
    kind = ArgumentsError if error.get("is_usage") else TemporecError
    return kind(str(error.get("what")), str(error.get("next_step")))
