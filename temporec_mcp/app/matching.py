"""Tell how the titles of an import lie in the catalogue, and keep what is needed to tell it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from temporec_mcp.app.home import Home
from temporec_mcp.domain.events import Item
from temporec_mcp.domain.requests import MatchReport
from temporec_mcp.importers.matching import Matches, is_told_by_title, match_items

MOST_REPORTED = 300_000
"""Items of an import that a report on it looks at, so that a huge one does not fill the memory."""
EXAMPLES = 3


@dataclass(slots=True)
class Titles:
    """The items of an import that matter for its matches."""

    own: set[str] = field(default_factory=set[str])
    """Ids of those that are told by their title."""
    tried: dict[str, Item] = field(default_factory=dict[str, Item])
    """In a dry run, which stores nothing: all items by id."""
    has_catalogue: bool = False

    def take(self, items: Sequence[Item], is_dry_run: bool) -> None:
        """Note a batch."""
        self.has_catalogue = self.has_catalogue or any(item.is_catalogue for item in items)
        if len(self.own) < MOST_REPORTED:
            self.own.update(item.item_id for item in items if is_told_by_title(item))
        if is_dry_run and len(self.tried) < MOST_REPORTED:
            self.tried.update((item.item_id, item) for item in items)


def match_report(home: Home, titles: Titles) -> MatchReport | None:
    """Report on an import, after it was stored or tried; None where no item is told by its title.

    A catalogue that came alone is reported on with the titles of all histories.
    """
    if not titles.own and not titles.has_catalogue:
        return None
    items = {item.item_id: item for item in home.store.items.table().items} | titles.tried
    size = sum(item.is_catalogue and item.title is not None for item in items.values())
    own = titles.own or {item.item_id for item in items.values() if is_told_by_title(item)}
    if not own:
        return None
    matches = match_items(list(items.values())) if titles.tried else home.catalogues.current().matches
    return _counted(matches, own, size)


def _counted(matches: Matches, own: set[str], catalogue_items: int) -> MatchReport:
    ambiguous = {item_id: title for item_id, title in matches.ambiguous.items() if item_id in own}
    unmatched = {item_id: title for item_id, title in matches.unmatched.items() if item_id in own}
    matched = sum(item_id in own for item_id in matches.catalogue_ids)
    return MatchReport(
        catalogue_items=catalogue_items,
        matched=matched,
        ambiguous=len(ambiguous),
        unmatched=len(unmatched) if catalogue_items else len(own),
        ambiguous_titles=tuple(islice(ambiguous.values(), EXAMPLES)),
        unmatched_titles=tuple(islice(unmatched.values(), EXAMPLES)),
    )
