"""Serves the test-only app over HTTP: `python -m conformance.serve HOME PORT`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from conformance.fixtures import add_fixtures
from temporec_mcp.app import App
from temporec_mcp.server.access import Access
from temporec_mcp.server.build import build_server
from temporec_mcp.settings import Settings

HOST = "127.0.0.1"


def main() -> None:
    """Serve until interrupted."""
    home, port = Path(sys.argv[1]), int(sys.argv[2])
    app = App(Settings(home=home), lambda: datetime.now(UTC))
    server = build_server(app, lambda: datetime.now(UTC))
    add_fixtures(server)
    web = server.streamable_http_app(transport_security=Access(HOST, port).security())
    try:
        uvicorn.run(web, host=HOST, port=port, log_level="warning")
    finally:
        app.close()


if __name__ == "__main__":
    main()
