"""The server, on stdio or HTTP."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import chosen_settings, make_app, utc_now
from temporec_mcp.errors import InvalidInputError

if TYPE_CHECKING:
    from temporec_mcp.server.access import Access

LOOPBACK = "127.0.0.1"


def stdio(options: Options) -> int:
    """Serve one client on stdin and stdout until it closes them."""
    from temporec_mcp.server.stdio import serve_stdio

    serve_stdio(lambda: make_app(options), utc_now)
    return 0


def http(options: Options) -> int:
    """Serve any number of clients over HTTP until interrupted."""
    import anyio

    from temporec_mcp.server.run import run_http

    access = _access(options)
    app = make_app(options)
    print(f"MCP is served at http://{access.host}:{access.port}/mcp; Ctrl-C ends it.", file=sys.stderr)
    try:
        anyio.run(run_http, app, utc_now, access)
    finally:
        app.close()
    return 0


def _access(options: Options) -> Access:
    """Give who is let in; an address that other machines reach is refused without a token."""
    from temporec_mcp.server.access import TOKEN_FILE, Access, is_loopback, read_token

    host, home = options.text("host") or LOOPBACK, chosen_settings(options).home
    names = tuple(options.texts("allowed_hosts"))
    if not options.flag("is_token_required"):
        if not is_loopback(host):
            raise InvalidInputError(
                f"At {host} other machines reach the server, so it is not started without a token.",
                f"Add --token: each request then needs the token in {home / TOKEN_FILE}.",
            )
        return Access(host, options.number("port"), names=names)
    token = read_token(home)
    print(
        f"Each request needs the header Authorization: Bearer TOKEN, with the token in {home / TOKEN_FILE}.",
        file=sys.stderr,
    )
    if not is_loopback(host):
        print("It travels unencrypted: let a proxy with TLS or a tunnel stand before this port.", file=sys.stderr)
    return Access(host, options.number("port"), token, names)
