"""Timelines through the store: kept vectors group what has no labels, and nothing is encoded for it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from temporec_mcp.app.home import open_home
from temporec_mcp.app.timelines import TimelineQuestion, timeline
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.models.encoder import encoder_name
from temporec_mcp.pipeline.encode import content_key
from temporec_mcp.settings import Settings

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
