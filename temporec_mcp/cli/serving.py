"""The server, on stdio or HTTP."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import chosen_settings, make_app, utc_now
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.logs import note, start_log

if TYPE_CHECKING:
    from temporec_mcp.server.access import Access
    from temporec_mcp.tools.use_cases import UseCases

LOOPBACK = "127.0.0.1"


def stdio(options: Options) -> int:
    """Serve one client on stdin and stdout until it closes them."""
    from temporec_mcp.server.stdio import serve_stdio

    def prepared() -> UseCases:
        start_log(chosen_settings(options).home)
        return make_app(options)

    serve_stdio(prepared, utc_now)
    return 0


def http(options: Options) -> int:
    """Serve any number of clients over HTTP until interrupted."""
    from temporec_mcp.owner.beside import own_beside
    from temporec_mcp.relay.place import Place
    from temporec_mcp.server.run import run_http

    access, settings = _access(options), chosen_settings(options)
    with _listening(access.host, options.number("port")) as listener:
        start_log(settings.home)
        note("Serving over HTTP began.")
        address = f"{access.shown_host}:{listener.getsockname()[1]}"

        async def serve(app: UseCases) -> None:
            print(f"MCP is served at http://{address}/mcp; Ctrl-C ends it.", file=sys.stderr)
            await run_http(app, utc_now, access, listener)

        own_beside(Place(str(settings.home)), settings, serve)
    return 0


def _listening(host: str, port: int) -> socket.socket:
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        return socket.create_server((bare, port), family=family)
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "there is no such address"
        raise InvalidInputError(
            f"Nothing can be served at {host}, port {port}: {why}.", "Choose another with --port or --host."
        ) from error


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
        return Access(host, names=names)
    token = read_token(home)
    print(
        f"Each request needs the header Authorization: Bearer TOKEN, with the token in {home / TOKEN_FILE}.",
        file=sys.stderr,
    )
    if not is_loopback(host):
        print("It travels unencrypted: let a proxy with TLS or a tunnel stand before this port.", file=sys.stderr)
    return Access(host, token, names)
