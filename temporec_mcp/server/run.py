"""Runs the server over a transport."""

import socket
from collections.abc import Callable
from datetime import datetime
from io import TextIOWrapper

import anyio
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from starlette.types import ASGIApp

from temporec_mcp.server.access import Access, TokenGate
from temporec_mcp.server.build import build_server
from temporec_mcp.server.last_answers import Incoming, Unanswered, pass_in, pass_out
from temporec_mcp.tools.use_cases import UseCases

LONGEST_BODY = 64 * 1024**2
"""Bytes of one HTTP request; 10,000 events with everything in them that is usual take a tenth of it."""


async def run_stdio(app: UseCases, clock: Callable[[], datetime], reads: TextIOWrapper, writes: TextIOWrapper) -> None:
    """Serve the client at the other end of `reads` and `writes` until `reads` ends."""
    server = build_server(app, clock)
    unanswered = Unanswered()
    to_server, incoming = anyio.create_memory_object_stream[Incoming]()
    outgoing, from_server = anyio.create_memory_object_stream[SessionMessage]()
    wires = stdio_server(anyio.wrap_file(reads), anyio.wrap_file(writes))
    async with wires as (client_incoming, client_outgoing), anyio.create_task_group() as tasks:
        tasks.start_soon(pass_in, client_incoming, to_server, unanswered)
        tasks.start_soon(pass_out, from_server, client_outgoing, unanswered)
        await server.run(incoming, outgoing, server.create_initialization_options())


async def run_http(app: UseCases, clock: Callable[[], datetime], access: Access, listener: socket.socket) -> None:
    """Serve any number of clients that come to `listener` over streamable HTTP at /mcp until interrupted."""
    import uvicorn

    web = web_app(app, clock, access)
    config = uvicorn.Config(web, log_config=None, access_log=False, proxy_headers=False, server_header=False)
    await uvicorn.Server(config).serve([listener])


def web_app(app: UseCases, clock: Callable[[], datetime], access: Access) -> ASGIApp:
    """Give the server as a web application that lets in what `access` says."""
    web = build_server(app, clock).streamable_http_app(
        transport_security=access.security(), max_request_body_size=LONGEST_BODY
    )
    return web if access.token is None else TokenGate(web, access.token)
