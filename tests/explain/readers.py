"""A trained home that several tests ask without changing it: readers who go through the volumes of their genre."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from temporec_mcp.app import App
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call, Reply
from temporec_mcp.tools.registry import TOOLS
from tests.app.conftest import NOW, catalogue, histories, never, no_progress, train

Fields = Mapping[str, object]


@dataclass
class Readers:
    """The public door of that home."""

    app: App

    def ask(self, tool: str, **arguments: object) -> Reply:
        return TOOLS[tool].answer(self.app, arguments, Call(NOW, no_progress, never))

    def ids(self, user_id: str, k: int = 5) -> list[str]:
        return [str(item["item_id"]) for item in entries(self.ask("recommend", user_id=user_id, k=k), "items")]


def entries(reply: Reply, name: str) -> list[Fields]:
    return cast("list[Fields]", reply.fields()[name])


def open_readers(home: Path) -> Readers:
    app = App(Settings(home=home), lambda: NOW)
    app.log_behavior(histories(), catalogue())
    train(app)
    return Readers(app)
