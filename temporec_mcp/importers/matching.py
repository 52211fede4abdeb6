"""What a person's export names, found in a catalogue: by title, year and makers, and only where it is clear.

An export tells a film by its title, a catalogue by an id of its own. Matched, the film of the history is the film of
the catalogue. Two that could be meant are no match: a wrong one would be told as a fact later.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from temporec_mcp.domain.events import Item
from temporec_mcp.importers.titles import TitleName, main_title, name_key, read_title, show_of

Verdict = Literal["matched", "ambiguous", "unmatched"]

LEAST_LIKENESS = 0.93
"""Share of letters in common, in order, from which two titles whose year or maker agrees are one, misspelt."""
LEAST_LIKENESS_ALONE = 0.96
"""The same where nothing but the title speaks for it."""
SHORTEST_LIKE = 12
"""Letters of the shortest title that may be misspelt: shorter ones resemble too many others."""
COMMON_WORD_TITLES = 300
"""A word of more titles is no help in finding misspelt ones."""
TRIED_WORDS = 3
SURE = 2
"""What the same year or maker counts; a year beside it counts one."""
_FOREIGN_ID = re.compile(r"(?:goodreads|youtube|isbn|steam|kindle|asin):.|tt\d{5,}$")
_ISBN_NAMES = ("isbn13", "isbn", "isbn10", "isbn_13", "isbn_10")
_YEAR_NAMES = re.compile(r"(?:(?:original_?)?(?:release|start|publication|published|premiere)_?)?(?:year|date)$")
_YEAR = re.compile(r"(?:^|\D)(1[89]\d\d|20\d\d|2100)(?:\D|$)")
_SERIES_WORDS = re.compile(
    r"\b(?:tv|series|serie|show|season|anime|miniseries|sitcom|soap)\b|tv-?series|电视剧|剧集", re.I
)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one item of a history."""

    verdict: Verdict
    places: tuple[int, ...] = ()
    """Places in the catalogue: of the one that is meant, or of those that may be."""


UNMATCHED = Found("unmatched")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item of the catalogue as it can be compared."""

    place: int
    name: TitleName
    year: int | None
    creators: tuple[frozenset[str], ...]
    is_series: bool


def is_told_by_title(item: Item) -> bool:
    """Tell whether an item of a history has an id that no catalogue can know: its own title, or another service's."""
    if item.is_catalogue or not item.title:
        return False
    return item.title in item.item_id or _FOREIGN_ID.match(item.item_id) is not None


class TitleIndex:
    """A catalogue by its titles."""

    def __init__(self, items: Sequence[Item]) -> None:
        """Read the titles; those without are left out."""
        self._by_title: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._by_key: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._by_main: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._by_word: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._by_isbn: dict[str, int] = {}
        for place, item in enumerate(items):
            if item.title:
                self._add(_entry(place, item), item)

    def find(self, item: Item) -> Found:
        """Find an item of a history: exactly, as an episode's show, as a book without its subtitle, or misspelt."""
        place = next((self._by_isbn[isbn] for isbn in _isbns(item) if isbn in self._by_isbn), None)
        if place is not None:
            return Found("matched", (place,))
        asked = _entry(-1, item)
        for entries, asks_show in self._candidates(asked, item):
            found = _chosen(asked, entries, asks_show)
            if found is not UNMATCHED:
                return found
        return self._misspelt(asked)

    def _add(self, entry: _Entry, item: Item) -> None:
        for key in entry.name.keys:
            self._by_key[key].append(entry)
        for key in {entry.name.keys[0], "".join(entry.name.words)} if entry.name.keys else ():
            self._by_title[key].append(entry)
        if entry.creators and (main := main_title(item.title or "")):
            self._by_main[read_title(main).keys[0]].append(entry)
        for word in set(entry.name.words):
            self._by_word[word].append(entry)
        for isbn in _isbns(item):
            self._by_isbn[isbn] = entry.place

    def _candidates(self, asked: _Entry, item: Item) -> Iterator[tuple[list[_Entry], bool]]:
        """Give those that have the name, then those that have a part of it; with whether they must be shows."""
        for index in (self._by_title, self._by_key):
            for key in asked.name.keys:
                yield index.get(key, []), False
        title = item.title or ""
        if show := show_of(title):
            yield self._by_key.get(read_title(show).keys[0], []), True
        if asked.creators:
            main = main_title(title)
            yield self._by_main.get("".join(asked.name.words), []), False
            yield self._by_key.get(read_title(main).keys[0], []) if main else [], False

    def _misspelt(self, asked: _Entry) -> Found:
        key = asked.name.keys[0] if asked.name.keys else ""
        if len(key) < SHORTEST_LIKE:
            return UNMATCHED
        known = [self._by_word[word] for word in set(asked.name.words) if word in self._by_word]
        rare = sorted((entries for entries in known if len(entries) <= COMMON_WORD_TITLES), key=len)[:TRIED_WORDS]
        near = {entry.place: entry for entries in rare for entry in entries if _resembles(asked, entry)}
        return _chosen(asked, list(near.values()), False)


@dataclass(slots=True)
class Matches:
    """Which items of a history are which of a catalogue."""

    catalogue_ids: dict[str, str] = field(default_factory=dict[str, str])
    """The catalogue's id by the history's."""
    ambiguous: dict[str, str] = field(default_factory=dict[str, str])
    """The title by the history's id, of those that may be several, or a film of an episode's name."""
    unmatched: dict[str, str] = field(default_factory=dict[str, str])
    """The title by the history's id, of those that the catalogue does not have."""


def match_items(items: Sequence[Item]) -> Matches:
    """Find the items that are told by their title among those of the catalogue."""
    asked = [item for item in items if is_told_by_title(item)]
    catalogue = [item for item in items if item.is_catalogue and item.title] if asked else []
    matches = Matches()
    if not catalogue:
        return matches
    index = TitleIndex(catalogue)
    for item in asked:
        found = index.find(item)
        if found.verdict == "matched":
            matches.catalogue_ids[item.item_id] = catalogue[found.places[0]].item_id
        else:
            left = matches.ambiguous if found.verdict == "ambiguous" else matches.unmatched
            left[item.item_id] = item.title or item.item_id
    return matches


def same_items(theirs: Sequence[Item], own: Sequence[Item]) -> dict[str, str]:
    """Find the items of another catalogue in one's own: the own id by theirs.

    The same id is the same item unless the titles speak against it; else title, year and makers decide. Each of one's
    own is taken once.
    """
    by_id = {item.item_id: item for item in own}
    found = {
        item.item_id: item.item_id
        for item in theirs
        if item.item_id in by_id and not _contradict(item, by_id[item.item_id])
    }
    taken = set(found.values())
    index = TitleIndex(own)
    for item in theirs:
        match = index.find(item) if item.title and item.item_id not in found else UNMATCHED
        if match.verdict == "matched" and (own_id := own[match.places[0]].item_id) not in taken:
            found[item.item_id] = own_id
            taken.add(own_id)
    return found


def _contradict(one: Item, other: Item) -> bool:
    return bool(one.title and other.title) and TitleIndex([one]).find(other).verdict != "matched"


def _entry(place: int, item: Item) -> _Entry:
    name = read_title(item.title or "")
    creators = tuple(words for creator in item.creators if (words := name_key(creator)))
    told = (*item.categories, *item.tags, *(str(value) for value in item.attributes.values()))
    is_series = any(_SERIES_WORDS.search(text) for text in told)
    return _Entry(place, name, name.year or _year_of(item), creators, is_series)


def _year_of(item: Item) -> int | None:
    for name, value in item.attributes.items():
        if _YEAR_NAMES.search(name.casefold().replace(" ", "_")):
            match = _YEAR.search(str(int(value)) if isinstance(value, float) else str(value))
            if match:
                return int(match[1])
    return None


def _isbns(item: Item) -> Iterator[str]:
    for name in _ISBN_NAMES:
        value = item.attributes.get(name)
        digits = re.sub(r"[^0-9Xx]", "", f"{value:.0f}" if isinstance(value, float) else str(value or ""))
        if digits:
            yield digits
    if item.item_id.startswith("isbn:"):
        yield item.item_id.removeprefix("isbn:")


def _chosen(asked: _Entry, entries: Sequence[_Entry], asks_show: bool) -> Found:
    """Choose among entries of the same name the one that everything else speaks for."""
    if asks_show and any(entry.is_series for entry in entries):
        entries = [entry for entry in entries if entry.is_series]
    weighed = [(evidence, entry) for entry in entries if (evidence := _evidence(asked, entry)) is not None]
    if not weighed:
        return UNMATCHED
    best = max(evidence for evidence, _ in weighed)
    places = tuple(dict.fromkeys(entry.place for evidence, entry in weighed if evidence == best))
    # A film may have the name of the show that an episode belongs to; only films are told apart by their year.
    may_be_film = asks_show and any(entry.year is not None and not entry.is_series for _, entry in weighed)
    return Found("ambiguous" if len(places) > 1 or may_be_film else "matched", places)


def _evidence(asked: _Entry, entry: _Entry) -> int | None:
    """Count what else speaks for it: maker and year twice, a year beside it once; None where something is against."""
    evidence = 0
    if asked.year is not None and entry.year is not None:
        if abs(asked.year - entry.year) > 1:
            return None
        evidence += SURE if asked.year == entry.year else 1
    if asked.creators and entry.creators:
        if not any(_is_same_name(one, other) for one in asked.creators for other in entry.creators):
            return None
        evidence += SURE
    elif asked.creators and evidence < SURE:
        return None  # a song is not the film of its name
    return evidence


def _is_same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one


def _resembles(asked: _Entry, entry: _Entry) -> bool:
    """Tell whether one name is the other's, misspelt: never where numbers differ, as those of sequels do."""
    if _numbers(asked.name) != _numbers(entry.name):
        return False
    is_supported = bool(_evidence(asked, entry))
    least = LEAST_LIKENESS if is_supported else LEAST_LIKENESS_ALONE
    matcher = SequenceMatcher(None, asked.name.keys[0], "", autojunk=False)
    return any(_likeness(matcher, key, least) >= least for key in entry.name.keys)


def _likeness(matcher: "SequenceMatcher[str]", key: str, least: float) -> float:
    matcher.set_seq2(key)
    return matcher.ratio() if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least else 0.0


def _numbers(name: TitleName) -> list[str]:
    return sorted(word for word in name.words if any(character.isdigit() for character in word))
