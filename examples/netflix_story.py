"""A first conversation: one person's Netflix list and a table of films, a question, a reason, a correction, goodbye.

    python -m examples.netflix_story

Shows what an export alone can answer, and what it can with a catalogue.

The rows are made up in the form of the real export; the films are real ones with their genres.
"""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import anyio

from examples.conversation import Conversation, Fields, conversation, say

TITLES = (
    *("The Matrix", "Blade Runner: The Final Cut", "Arrival", "Interstellar", "Ex Machina", "Gattaca", "Moon"),
    *("Dark: Season 1: Secrets", "Dark: Season 1: Lies", "Dark: Season 1: Past and Present", "Solaris"),
    *("Fargo: Season 1: The Crocodile's Dilemma", "My cousin's wedding"),
)
"""Newest last; one every three days. `Solaris` is two films, `Fargo` a film and a series of that name."""
FILMS = """film,name,year,genres
f1,"Matrix, The",1999,Action|Sci-Fi
f2,Blade Runner,1982,Sci-Fi|Noir
f3,Arrival,2016,Sci-Fi|Drama
f4,Interstellar,2014,Sci-Fi|Drama
f5,Ex Machina,2014,Sci-Fi|Thriller
f6,Gattaca,1997,Sci-Fi|Drama
f7,Moon,2009,Sci-Fi|Drama
f8,Dark,,TV Series|Sci-Fi
f9,Solaris,1972,Sci-Fi|Drama
f10,Solaris,2002,Sci-Fi|Drama
f11,Fargo,1996,Crime|Comedy
f12,Contact,1997,Sci-Fi|Drama
f13,"Double Life of Véronique, The",1991,Drama|Romance
f14,Sunshine,2007,Sci-Fi|Thriller
f15,Notting Hill,1999,Comedy|Romance
f16,Annihilation,2018,Sci-Fi|Horror
f17,Groundhog Day,1993,Comedy|Romance
f18,Mamma Mia!,2008,Musical|Comedy
"""
SCIENCE_FICTION = {"f9", "f10", "f12", "f14", "f16"}
FIRST_DAY = date(2026, 4, 2)


def netflix_list() -> str:
    """Give the export, newest first; some of its days can be read in one way only, which tells all."""
    days = [FIRST_DAY + timedelta(days=3 * number) for number in range(len(TITLES))]
    rows = [f'"{title}","{day.month}/{day.day}/{day:%y}"' for title, day in zip(TITLES, days, strict=True)]
    return "\n".join(["Title,Date", *reversed(rows)]) + "\n"


async def main() -> None:
    """Tell the story."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        history, films = Path(folder, "NetflixViewingHistory.csv"), Path(folder, "films.csv")
        history.write_text(netflix_list(), encoding="utf-8")
        films.write_text(FILMS.replace("film,name", "item_id,title"), encoding="utf-8")
        async with conversation(Path(folder, "home"), Path(folder)) as talk:
            await settle_dates(talk, Path(folder, "two.csv"))
            await bring_in(talk, history)
            await ask_alone(talk)
            await add_catalogue(talk, films)
            await ask_with_catalogue(talk)
            await put_right(talk)
            await leave(talk)


async def settle_dates(talk: Conversation, history: Path) -> None:
    """Try a list whose days can be read in two ways: the import asks, and counts once it is told."""
    say("This is an older list of mine. Is the first one from January or from May?")
    history.write_text('Title,Date\n"Arrival","1/5/26"\n"Moon","2/3/26"\n', encoding="utf-8")
    asked = await talk.call("import_history", path=history.name)
    assert asked["kept"] == 0 and "1/5/26" in str(asked["questions"])
    say("The month comes first.")
    told = await talk.call("import_history", path=history.name, date_order="mdy")
    assert told["kept"] == 2 and not told["questions"]


async def bring_in(talk: Conversation, history: Path) -> None:
    """Try the import, then do it."""
    say("Here is what Netflix gave me: a list of titles and days.")
    tried = await talk.call("import_history", path=history.name)
    assert (tried["format"], tried["rows"], tried["kept"]) == ("netflix", len(TITLES), len(TITLES))
    assert "matches" not in tried and "No catalogue is known" in str(tried["summary"])
    await talk.call("import_history", path=history.name, dry_run=False)


async def ask_alone(talk: Conversation) -> None:
    """Ask while nothing unseen is known."""
    say("What should I watch?")
    nothing = await talk.call("recommend")
    assert not nothing["items"] and "catalogue" in str(nothing["summary"])
    say("Then something to come back to:")
    again = await talk.call("recommend", include_seen=True, k=3)
    assert {str(item["title"]) for item in _items(again)} <= set(TITLES)


async def add_catalogue(talk: Conversation, films: Path) -> None:
    """Bring the films in afterwards; the history is found among them."""
    say("I have a table of films, with genres. Are mine among them?")
    found = await talk.call("import_history", path=films.name, dry_run=False)
    assert (found["rows"], found["kept"], found["events"]) == (18, 18, 0)
    assert found["matches"] == {"matched": 10, "ambiguous": 2, "unmatched": 1}


async def ask_with_catalogue(talk: Conversation) -> None:
    """Ask again: now there is something new, and it follows the genres of what was watched."""
    say("Now what should I watch?")
    answer = await talk.call("recommend", k=3)
    ids = {str(item["item_id"]) for item in _items(answer)}
    assert not ids & {f"f{number}" for number in range(1, 9)}, "what was watched came as new"
    assert len(ids & SCIENCE_FICTION) >= 2, ids
    say("And what do you think I like?")
    timeline = await talk.call("summarize_user_timeline")
    labels = [str(interest["label"]) for interest in _parts(timeline, "interests")]
    assert "Sci-Fi" in labels


async def put_right(talk: Conversation) -> None:
    """Ask why, take something out, and see that it stays out."""
    say("Why Contact?")
    reasons = await talk.call("explain_recommendation", item_id="f12")
    assert reasons["verified"] is True
    say("Leave my cousin's wedding out of it.")
    removed = await talk.call("edit_events", edits=[{"do": "remove", "item_id": "My cousin's wedding"}])
    assert removed["done"] == {"removed": 1}
    again = await talk.call("import_history", path="NetflixViewingHistory.csv", dry_run=False)
    assert again["dropped"] == {"removed by the user before": 1}


async def leave(talk: Conversation) -> None:
    """Be forgotten, in two steps."""
    say("Thank you. Forget me.")
    preview = await talk.call("forget_user")
    say("Yes, I mean it.")
    receipt = await talk.call("forget_user", confirm=preview["confirm"])
    removed = receipt["removed"]
    assert isinstance(removed, dict) and removed["events"] == len(TITLES) - 1


def _items(answer: Fields) -> list[Fields]:
    return _parts(answer, "items")


def _parts(answer: Fields, name: str) -> list[Fields]:
    parts = answer[name]
    assert isinstance(parts, list)
    return parts


if __name__ == "__main__":
    anyio.run(main)
