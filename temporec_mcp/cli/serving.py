"""The server, on stdio or HTTP."""

import sys

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import make_app, utc_now


def stdio(options: Options) -> int:
    """Serve one client on stdin and stdout until it closes them."""
    from temporec_mcp.server.stdio import serve_stdio

    serve_stdio(lambda: make_app(options), utc_now)
    return 0


def http(options: Options) -> int:
    """Serve any number of clients over HTTP until interrupted."""
    import anyio

    from temporec_mcp.server.run import run_http

    host, port = options.text("host") or "", options.number("port")
    app = make_app(options)
    print(f"MCP is served at http://{host}:{port}/mcp; Ctrl-C ends it.", file=sys.stderr)
    try:
        anyio.run(run_http, app, utc_now, host, port)
    finally:
        app.close()
    return 0
