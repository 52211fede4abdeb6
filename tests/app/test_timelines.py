"""Timelines through the store: kept vectors group what has no labels, and nothing is encoded for it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from temporec_mcp.app import App
from temporec_mcp.app.home import open_home
from temporec_mcp.app.timelines import TimelineQuestion, timeline
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.timeline import Anomaly
from temporec_mcp.models.encoder import encoder_name
from temporec_mcp.pipeline.encode import content_key
from temporec_mcp.settings import Settings
from tests.app.conftest import train

START = datetime(2026, 1, 5, 20, tzinfo=UTC)
WORDS = ("small", "tall", "round", "long", "odd", "fine", "deep", "warm", "old", "new")
TITLES = [f"Red candle {word}" for word in WORDS] + [f"{word} garden spade" for word in WORDS]


def test_vectors_that_are_in_the_store_group_items_without_labels(tmp_path: Path):
    home = open_home(Settings(home=tmp_path / "home"), lambda: START + timedelta(days=40))
    home.store.items.save([Item(f"i{place}", title=title) for place, title in enumerate(TITLES)], START)
    events = [Event("me", f"i{place}", "purchase", START + timedelta(days=place)) for place in range(len(TITLES))]
    home.store.events.add(events, START)
    question = TimelineQuestion("me", None, None, None)
    assert timeline(home, question).interest_source == "words"
    texts = home.catalogues.current().catalogue.texts
    noise = np.random.default_rng(1).normal(0, 0.05, (len(texts), 4)).astype(np.float32)
    vectors = np.eye(4, dtype=np.float32)[[int("candle" in text) for text in texts]] + noise
    home.store.vectors.save([content_key(text) for text in texts], vectors, encoder_name("auto"))
    found = timeline(home, question)
    home.close()
    assert found.interest_source == "clusters"
    assert {(entry.label, entry.share) for entry in found.interests} == {("candle, red", 0.5), ("garden, spade", 0.5)}


GENRES, VOLUMES = 3, 45


def reading(user: str, genre: int, first: datetime, volumes: range) -> list[Event]:
    """Read the volumes of a genre in order, a day each."""
    return [
        Event(user, f"{genre}-{volume}", "read", first + timedelta(days=place)) for place, volume in enumerate(volumes)
    ]


@pytest.fixture
def library(app: App) -> App:
    """Give an application with a model that has learnt in which order the volumes of a genre are read."""
    items = [
        Item(f"{genre}-{volume}", categories=(f"genre {genre}",))
        for genre in range(GENRES)
        for volume in range(VOLUMES)
    ]
    past = [
        event
        for user in range(18)
        for event in reading(
            f"u{user}", user % GENRES, START - timedelta(days=100 - user), range(user // 6, VOLUMES - 4)
        )
    ]
    app.log_behavior([*past, Event("u0", "1-30", "read", START - timedelta(days=70, hours=3))], items)
    assert train(app).status == "completed"
    return app


def surprises(app: App, since: datetime | None = None, user: str = "me") -> list[Anomaly]:
    found = app.timeline(user, since, None, None).anomalies
    return [anomaly for anomaly in found if anomaly.kind == "surprise"]


def test_what_the_model_held_unlikely_is_told_unless_it_has_learnt_from_it(library: App):
    library.log_behavior(reading("me", 0, START, range(40)), [])
    assert surprises(library) == []
    odd = START + timedelta(days=20, hours=3)
    library.log_behavior([Event("me", "2-17", "read", odd)], [])
    (found,) = surprises(library)
    assert (found.date, found.facts["title"]) == (odd.date(), "2-17")
    place, usual, choices = (float(found.facts[name]) for name in ("place", "usual_place", "choices"))
    assert 3 * usual < place <= choices == GENRES * VOLUMES - 21
    (again,) = surprises(library, START + timedelta(days=8))  # what came before is history all the same
    assert (again.facts["title"], again.facts["place"]) == ("2-17", place)
    assert surprises(library, START + timedelta(days=15)) == []
    assert surprises(library, user="u0") == []
