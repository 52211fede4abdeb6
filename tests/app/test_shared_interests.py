"""What the users of a home have in common, and nothing that only few of them have."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.requests import Protecting
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.trusted import COMMANDS
from tests.app.conftest import never, no_progress

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WATCHED = {"ann": ("drama",) * 6 + ("war",) * 2, "bob": ("drama", "comedy"), "cid": ("comedy", "secret")}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = App(Settings(home=tmp_path / "home"), lambda: NOW)
    items = [Item(label, label, categories=(label,)) for label in ("drama", "war", "comedy", "secret")]
    events = [
        Event(user, label, "watch", NOW - timedelta(hours=hour))
        for user, labels in WATCHED.items()
        for hour, label in enumerate(labels)
    ]
    events.append(Event("ann", None, "search", NOW, text="canary"))
    app.log_behavior(events, items)
    yield app
    app.close()


def interests(app: App) -> object:
    return COMMANDS["list_users"](app, {}, Call(NOW, no_progress, never)).fields()["interests"]


def test_an_interest_of_two_users_is_named_with_its_mean_share_and_one_of_a_single_user_is_not(app: App) -> None:
    assert interests(app) == [
        {"label": "drama", "share": round((0.75 + 0.5) / 3, 4), "users": 2},
        {"label": "comedy", "share": round((0.5 + 0.5) / 3, 4), "users": 2},
    ]


def test_a_protected_home_names_only_what_so_many_users_have_in_common(app: App) -> None:
    app.protect(Protecting(min_users=3))
    assert interests(app) == []


def test_a_home_without_events_has_no_interests(tmp_path: Path) -> None:
    empty = App(Settings(home=tmp_path / "empty"), lambda: NOW)
    assert interests(empty) == []
    empty.close()
