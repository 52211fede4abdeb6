"""Give a user everything that is stored, in open formats: JSON lines as log_behavior takes them, and RecBole's."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import tzinfo
from pathlib import Path

from temporec_mcp import __version__
from temporec_mcp.app.home import Home
from temporec_mcp.app.timelines import user_zone
from temporec_mcp.domain.events import Event, Item
from temporec_mcp.domain.ranking import Recommendation
from temporec_mcp.domain.seeing import Exported
from temporec_mcp.domain.times import iso
from temporec_mcp.errors import InvalidInputError, NotFoundError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
EVENTS, ITEMS, ANSWERS, ABOUT, README = (
    "events.jsonl",
    "items.jsonl",
    "recommendations.jsonl",
    "about.json",
    "README.txt",
)
INTER, ITEM = "history.inter", "history.item"
INTER_COLUMNS = ("user_id:token", "item_id:token", "action:token", "value:float", "timestamp:float")
ITEM_COLUMNS = ("item_id:token", "title:token_seq", "categories:token_seq")
TEXT = """Everything that temporec-mcp {version} has stored of the user {user_id}, written on {day}.

events.jsonl           what was done, one event a line, as the tool log_behavior takes it; days without an hour are
                       days in {zone}
items.jsonl            what it was done with and what was recommended, one item a line, as log_behavior takes it
recommendations.jsonl  every list that was shown, with the request
history.inter          the events with an item as a RecBole atomic file: tab-separated, time in Unix seconds
history.item           the items as a RecBole atomic file
about.json             counts, time zone, and the models that have learnt from these events

To bring it into another home:
  temporec-mcp --home FOLDER import events.jsonl --items items.jsonl --timezone {zone}
"""


def export_user(home: Home, user_id: str, folder: Path) -> Exported:
    """Write everything of one user into a new folder that only its owner may read.

    Raises:
        NotFoundError: nothing of that user is stored.
        InvalidInputError: the folder holds something already, or cannot be written.
    """
    store = home.store
    if not store.users.has_traces(user_id):
        raise NotFoundError(f"Nothing of a user {user_id!r} is stored.", "Check the user_id.")
    events = store.seen.everything(user_id)
    answers = [
        (given.answered_at, store.recommendations.given(given.recommendation_id))
        for given in store.seen.answers(user_id)
    ]
    items = _items(home, events, [answer for _, answer in answers])
    models = tuple(store.models.learnt_from(user_id))
    zone = user_zone(home, user_id)
    about = {"user_id": user_id, "timezone": str(zone), "written_at": iso(home.clock()), "version": __version__}
    about |= {"events": len(events), "items": len(items), "recommendations": len(answers), "models": models}
    contents = {
        EVENTS: _lines(_event(event, zone) for event in events),
        ITEMS: _lines(_item(item) for item in items),
        ANSWERS: _lines({"answered_at": iso(at), **_answer(answer, user_id)} for at, answer in answers),
        INTER: _table(INTER_COLUMNS, (_inter(event) for event in events if event.item_id is not None)),
        ITEM: _table(ITEM_COLUMNS, ((item.item_id, item.title or "", _tokens(item.categories)) for item in items)),
        ABOUT: json.dumps(about, ensure_ascii=False, indent=2) + "\n",
        README: TEXT.format(version=__version__, user_id=user_id, zone=zone, day=f"{home.clock():%Y-%m-%d}"),
    }
    _write(folder, contents)
    return Exported(user_id, folder, len(events), len(items), len(answers), models, tuple(contents))


def _items(home: Home, events: Sequence[Event], answers: Sequence[Recommendation]) -> list[Item]:
    wanted = {event.item_id for event in events if event.item_id is not None}
    wanted.update(place.item_id for answer in answers for place in answer.items)
    found = (item for item in home.store.items.table().items if item.item_id in wanted)
    return sorted(found, key=lambda item: item.item_id)


def _event(event: Event, zone: tzinfo) -> dict[str, object]:
    day = f"{event.time.astimezone(zone):%Y-%m-%d}"
    fields = {name: value for name, value in asdict(event).items() if value is not None}
    del fields["time"], fields["is_date_only"]
    return {**fields, "timestamp": day if event.is_date_only else iso(event.time)}


def _item(item: Item) -> dict[str, object]:
    fields = {name: value for name, value in asdict(item).items() if value}
    fields.pop("is_catalogue", None)
    return {**fields, "available": fields.pop("is_available", False)}


def _answer(answer: Recommendation, user_id: str) -> dict[str, object]:
    fields = asdict(answer)
    fields["request"] |= {"as_of": iso(answer.request.as_of), "user_id": user_id}
    return {name: value for name, value in fields.items() if value is not None}


def _inter(event: Event) -> Sequence[object]:
    value = "" if event.value is None else f"{event.value:g}"
    return event.user_id, event.item_id, event.action, value, f"{event.time.timestamp():.6f}".rstrip("0").rstrip(".")


def _tokens(labels: Sequence[str]) -> str:
    """Give labels as tokens, which spaces part."""
    return " ".join(label.replace(" ", "_") for label in labels)


def _lines(entries: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    # Ids and titles are cleaned on the way in, so no cell has a tab or a line break.
    return "".join("\t".join(map(str, row)) + "\n" for row in (columns, *rows))


def _write(folder: Path, contents: Mapping[str, str]) -> None:
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InvalidInputError(
                f"The folder {folder} is not empty, and nothing in it is replaced.", "Name a new one."
            )
        folder.chmod(PRIVATE_FOLDER)
        for name, content in contents.items():
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
    except OSError as error:
        raise InvalidInputError(f"{folder} cannot be written: {error.strerror}.", "Name another folder.") from error
