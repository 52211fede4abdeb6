"""Made-up data of any size for benchmarks: readers who go through series, with detours.

Items lie in series of twenty; a reader follows a few of them in order, and now and then takes anything. Titles are
words of a small vocabulary, shared within a series, so that text and use say related things.
"""

from datetime import UTC, datetime, timedelta

import numpy as np

from temporec_mcp.domain.events import Event, Item

SERIES = 20
"""Items of a series."""
DETOUR_SHARE = 0.15
START = datetime(2025, 1, 1, tzinfo=UTC)
SPAN_DAYS = 365
WORDS = (
    *("amber", "winter", "river", "glass", "iron", "garden", "night", "letter", "stone", "silver"),
    *("storm", "island", "mirror", "harbour", "copper", "forest", "engine", "lantern", "orchard", "signal"),
    *("meadow", "paper", "thunder", "velvet", "canyon", "anchor", "ember", "violet", "summit", "shadow"),
)
GENRES = 12


def made_up_items(count: int, seed: int = 0) -> list[Item]:
    """Give a catalogue with titles and categories."""
    chance = np.random.default_rng(seed)
    items: list[Item] = []
    while len(items) < count:
        theme = " ".join(WORDS[word] for word in chance.choice(len(WORDS), 2, replace=False))
        genre = f"genre {chance.integers(GENRES)}"
        for part in range(1, min(SERIES, count - len(items)) + 1):
            title = f"The {theme} {WORDS[int(chance.integers(len(WORDS)))]}, part {part}"
            items.append(Item(f"item-{len(items)}", title=title, categories=(genre,)))
    return items


def made_up_events(user_count: int, item_count: int, length: int, seed: int = 0) -> list[Event]:
    """Give `length` events of each user, spread over a year, users one after another."""
    chance = np.random.default_rng(seed + 1)
    series_count = max(1, item_count // SERIES)
    # Some series are read much, most are read little.
    liked_S = 1.0 / np.arange(1, series_count + 1) ** 0.7
    liked_S = chance.permutation(liked_S / liked_S.sum())
    events: list[Event] = []
    for user in range(user_count):
        moments = np.sort(chance.uniform(0.0, SPAN_DAYS, length))
        series = chance.choice(series_count, size=length // 8 + 1, p=liked_S)
        places = chance.integers(0, SERIES // 2, size=len(series))
        for step, moment in enumerate(moments):
            which = step // 8
            item = int(series[which]) * SERIES + (int(places[which]) + step % 8) % SERIES
            if chance.random() < DETOUR_SHARE:
                item = int(chance.integers(item_count))
            events.append(Event(f"u{user}", f"item-{item}", "read", START + timedelta(days=float(moment))))
    return events
