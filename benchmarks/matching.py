"""Measures how titles of an export are found in a catalogue, and how often a wrong film is taken for the right one.

    python -m benchmarks.matching FOLDER [--left-out 2000] [--seed 0]

FOLDER holds a catalogue with years in the titles, for instance MovieLens latest small. Its own titles are asked for as
exports write them: the article in front, without the year, in capitals without punctuation, with a letter missing (of
titles over 20 letters). Then some films leave the catalogue and are asked for all the same: each one found is wrong.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.history import open_history
from temporec_mcp.importers.matching import TitleIndex

LONG = 20


def in_front(title: str) -> str:
    """Put the article in front, as most exports do."""
    match = re.match(r"^(.*), (The|A|An) (\(\d{4}\))$", title)
    return f"{match[2]} {match[1]} {match[3]}" if match else title


def without_year(title: str) -> str:
    """Leave the year out, as Netflix does."""
    return re.sub(r"\s*\(\d{4}\)\s*$", "", in_front(title))


def shouted(title: str) -> str:
    """Write it in capitals, without punctuation."""
    return re.sub(r"[^\w\s()]", "", without_year(title)).upper()


def misspelt(title: str) -> str:
    """Leave the fifth letter out of a long title."""
    plain = in_front(title)
    return plain[:4] + plain[5:] if len(plain) > LONG else ""


FORMS: dict[str, Callable[[str], str]] = {
    "with year": in_front,
    "without year": without_year,
    "capitals": shouted,
    "misspelt, with year": misspelt,
    "misspelt, without year": lambda title: re.sub(r"\s*\(\d{4}\)\s*$", "", misspelt(title)),
}


def ask(index: TitleIndex, title: str) -> tuple[str, int]:
    """Give the verdict and the place of the one that is meant, -1 for none."""
    found = index.find(Item(title, title=title, is_catalogue=False))
    return found.verdict, found.places[0] if found.verdict == "matched" else -1


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--left-out", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    history = open_history(options.folder, ImportOptions(now=datetime.now(UTC)))
    films = [item for batch in history.batches() for item in batch.items if item.title]
    index = TitleIndex(films)
    print(f"{len(films)} films, seed {options.seed}")
    print("| asked for | matched | ambiguous | unmatched | wrong |\n|---|---:|---:|---:|---:|")
    for name, form in FORMS.items():
        asked = [(place, form(film.title or "")) for place, film in enumerate(films)]
        answers = [(place, *ask(index, title)) for place, title in asked if title]
        verdicts = Counter(verdict for _, verdict, _ in answers)
        wrong = sum(found not in (-1, place) for place, _, found in answers)
        print(f"| {name} | {verdicts['matched']} | {verdicts['ambiguous']} | {verdicts['unmatched']} | {wrong} |")
    out = set(random.Random(options.seed).sample(range(len(films)), min(options.left_out, len(films) // 2)))
    rest = TitleIndex([film for place, film in enumerate(films) if place not in out])
    for name in ("with year", "without year"):
        wrong = sum(ask(rest, FORMS[name](films[place].title or ""))[0] == "matched" for place in out)
        print(f"{len(out)} films that are not in the catalogue, asked {name}: {wrong} taken for another")


if __name__ == "__main__":
    main()
