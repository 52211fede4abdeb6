"""A home of three people whose every word tells whose it is.

Each of them has used items of the catalogue, items nobody else has used, and items that one other has used too; all
words of a history (ids, titles, labels, actions, contexts, texts) are made up and carry the person's name.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporec_mcp.app import App
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call, Reply
from temporec_mcp.tools.registry import TOOLS

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
START = datetime(2026, 1, 5, 20, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cyd")
SHARED_BY = ("ann", "bob")
CATALOGUE = tuple(f"open-{number}" for number in range(12))
GENRES = ("comedy", "drama")
FIELDS = ("user_id", "item_id", "action", "timestamp", "title", "description", "categories", "creators", "tags")
FIELDS += ("text", "session_id", "context", "event_id", "value")
PRIVATE_COUNT = 4


def word(person: str, kind: str) -> str:
    """Give the made-up word of a person's history that only fields of one kind hold."""
    return f"zq{person}x{kind}"


def private_ids(person: str) -> tuple[str, ...]:
    """Give the items that only this person has used and that came with no catalogue."""
    return tuple(f"{word(person, 'item')}-{number}" for number in range(PRIVATE_COUNT))


def words_of(person: str) -> set[str]:
    """Give every word that only this person's history has."""
    kinds = ("item", "title", "description", "category", "creator", "tag", "action", "text", "session", "context")
    return {word(person, kind) for kind in (*kinds, "event", "search")}


@dataclass(frozen=True)
class World:
    """The home and a way to ask it."""

    app: App
    folder: Path

    def ask(self, tool: str, arguments: dict[str, object]) -> Reply:
        """Call a tool by name."""
        return TOOLS[tool].answer(self.app, arguments, Call(NOW, lambda part, phase: None, lambda: False))


def make_world(folder: Path, encoder: str) -> World:
    """Fill a home through the tools: a catalogue, three histories, one trained model."""
    world = World(App(Settings(home=folder / "home", encoder=encoder, import_dirs=(folder,)), lambda: NOW), folder)
    items = [
        {"item_id": item_id, "title": f"Public {number}", "categories": [GENRES[number % 2]]}
        for number, item_id in enumerate(CATALOGUE)
    ]
    world.ask("log_behavior", {"items": items})
    for person in PEOPLE:
        path = write_history(folder, person)
        world.ask("import_history", {"path": str(path), "dry_run": False})
    search = {"action": "search", "timestamp": START.isoformat()}
    searches = [search | {"user_id": person, "text": word(person, "search")} for person in PEOPLE]
    world.ask("log_behavior", {"events": searches})
    return world


def write_history(folder: Path, person: str) -> Path:
    """Write the person's history as an export with everything in it that an events file can tell."""
    place = PEOPLE.index(person)
    used = [*private_ids(person), *CATALOGUE[place : place + 7]]
    used += ["shared"] if person in SHARED_BY else []
    path = folder / f"{person}.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.DictWriter(stream, FIELDS, restval="")
        rows.writeheader()
        for number, item_id in enumerate(used * 2):
            moment = START + timedelta(days=2 * number, hours=place)
            row = {"user_id": person, "item_id": item_id, "timestamp": moment.isoformat(), "value": "3"}
            row |= {"action": word(person, "action") if number % 3 else "view"}
            if item_id in private_ids(person):
                row |= {
                    "title": f"{word(person, 'title')} {number}",
                    "description": word(person, "description"),
                    "categories": word(person, "category"),
                    "creators": word(person, "creator"),
                    "tags": word(person, "tag"),
                    "text": word(person, "text"),
                    "session_id": word(person, "session"),
                    "context": word(person, "context"),
                    "event_id": f"{word(person, 'event')}-{number}",
                }
            rows.writerow(row)
    return path
