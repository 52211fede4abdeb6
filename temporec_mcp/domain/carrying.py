"""What carrying a model over from another home gave."""

from dataclasses import dataclass

from temporec_mcp.domain.training import CarriedFrom, Interval, Metrics


@dataclass(frozen=True, slots=True)
class Trial:
    """How a carried model did on events of the home that it came to."""

    metrics: Metrics
    before: Metrics
    """Of what answered before."""
    popularity: Metrics
    lead: Interval
    """NDCG@10 less that of what answered before."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A model that came from another home."""

    model_id: str
    source: CarriedFrom
    catalogue_count: int
    """Items that it can recommend here."""
    known_count: int
    """Those among them that it knows from there: by id, or by title and year."""
    added_count: int
    """Those that came with it, because this home had no catalogue."""
    used_count: int
    """Different items of this home's events."""
    known_used_count: int
    """Those among them that it knows from there."""
    is_active: bool
    had_model: bool
    """A model of this home's own answered before."""
    trial: Trial | None
    """None where too little could be asked for."""
