"""The real application over a fresh home, called without any protocol."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call, Reply
from temporec_mcp.tools.registry import TOOLS

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
Ask = Callable[..., Reply]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.chdir(tmp_path)
    app = App(Settings(home=tmp_path / "home"), lambda: NOW)
    yield app
    app.close()


@pytest.fixture
def ask(app: App) -> Ask:
    """Calls a tool by name with its arguments."""

    def call(name: str, **arguments: object) -> Reply:
        return TOOLS[name].answer(app, arguments, Call(NOW, lambda part, phase: None, lambda: False))

    return call
