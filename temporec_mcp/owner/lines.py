"""A client's socket as lines."""

import anyio
from anyio.abc import SocketStream
from anyio.streams.buffered import BufferedByteReceiveStream

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; 10,000 events of full length are less."""


class SocketLines:
    """Lines over a socket; `end_input` makes it look as if the client had no more to say."""

    def __init__(self, stream: SocketStream) -> None:
        """Read and write on the connected `stream`."""
        self._stream = stream
        self._buffered = BufferedByteReceiveStream(stream)
        self._reading = anyio.CancelScope()
        self._has_ended = False
        self._writing = anyio.Lock()

    async def receive(self) -> bytes:
        """Give the next line; empty when no more will come, or a line is longer than any may be."""
        if self._has_ended:
            return b""
        with anyio.CancelScope() as self._reading:
            try:
                return await self._buffered.receive_until(b"\n", LONGEST_LINE) + b"\n"
            except (anyio.EndOfStream, anyio.IncompleteRead, anyio.DelimiterNotFound, anyio.BrokenResourceError):
                return b""
        return b""

    async def send(self, line: bytes) -> bool:
        """Send a line; tell whether anybody is there to take it."""
        async with self._writing:
            try:
                await self._stream.send(line)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return False
        return True

    def end_input(self) -> None:
        """Take no further lines."""
        self._has_ended = True
        self._reading.cancel()
