"""In-memory clients of the real server over a real home, and of one whose work the test steers."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mcp import Client

from temporec_mcp.app import App
from temporec_mcp.server.build import build_server
from temporec_mcp.settings import Settings
from temporec_mcp.tools.use_cases import UseCases

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
Connect = Callable[[UseCases], AbstractAsyncContextManager[Client]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = App(Settings(home=tmp_path / "home"), lambda: NOW)
    yield app
    app.close()


@pytest.fixture(params=["auto", "legacy"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Connects in both eras of the protocol."""

    @asynccontextmanager
    async def connected(app: UseCases) -> AsyncGenerator[Client]:
        async with Client(build_server(app, lambda: NOW), mode=request.param) as client:
            yield client

    return connected
