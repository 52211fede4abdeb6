"""Requests whose answer was lost come again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.domain.events import Event
from temporec_mcp.settings import Settings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ARRIVED = NOW - timedelta(microseconds=7)


@pytest.fixture
def app(tmp_path: Path):
    app = App(Settings(home=tmp_path), lambda: NOW)
    yield app
    app.close()


def test_events_that_come_again_are_there_once_and_told_as_new_both_times(app: App) -> None:
    events = [Event("ann", "x1", "view", ARRIVED), Event("ann", "x2", "view", ARRIVED)]
    first = app.log_behavior(events, [], ARRIVED)
    assert app.log_behavior(events, [], ARRIVED) == first
    assert (first.accepted, first.duplicates) == (2, 0)
    assert app.status().event_count == 2


def test_an_event_that_another_call_has_brought_stays_a_duplicate(app: App) -> None:
    event = Event("ann", "x1", "view", NOW, event_id="e1")
    app.log_behavior([event], [], ARRIVED)
    outcome = app.log_behavior([event, Event("ann", "x2", "view", NOW)], [], NOW)
    assert (outcome.accepted, outcome.duplicates) == (1, 1)
    again = app.log_behavior([event, Event("ann", "x2", "view", NOW)], [], NOW)
    assert again == outcome
