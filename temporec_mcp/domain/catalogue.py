"""All items that can be ranked, as columns."""

from dataclasses import dataclass

from temporec_mcp.domain.log import Flags


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The V items of the store in a fixed order: those that came with a catalogue and those only used."""

    item_ids: tuple[str, ...]
    titles: tuple[str, ...]
    """The title, or the id where there is none."""
    categories: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    """What a timeline calls an item's theme: its categories, else who made it."""
    texts: tuple[str, ...]
    """What the encoder reads of each item."""
    public_V: Flags
    """Came with a catalogue or was used by at least two users, so it may be shown to anybody."""
    available_V: Flags
