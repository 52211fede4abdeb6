"""What a report holds: facts that are computed elsewhere, and the sentences that tell them."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from temporec_mcp.domain.model_view import ModelView
from temporec_mcp.domain.ranking import Explanation, Recommendation
from temporec_mcp.domain.timeline import Timeline
from temporec_mcp.domain.training import ModelRecord
from temporec_mcp.pages.words import Language


@dataclass(frozen=True, slots=True)
class Past:
    """One user's timeline, and how it is told."""

    timeline: Timeline
    summary: str
    anomalies: tuple[str, ...]
    """A sentence for each anomaly."""
    outlook: str
    """Empty when there are too few sessions to tell."""


@dataclass(frozen=True, slots=True)
class ToldPlace:
    """Why one item of the list has its place."""

    explanation: Explanation
    summary: str
    part_words: dict[str, str]
    """Plain words by name of each part of the score."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The list of the moment."""

    recommendation: Recommendation
    whys: tuple[str, ...]
    """A short reason for each place."""
    told: tuple[ToldPlace, ...]
    """The first places, explained."""


@dataclass(frozen=True, slots=True)
class ModelPart:
    """A part of the model and what it counts."""

    name: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Behind:
    """The model that answered."""

    record: ModelRecord
    parts: tuple[ModelPart, ...]
    view: ModelView | None = None
    """How it decides as a whole; None where too few users have a history."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a report shows."""

    past: Past
    offer: Offer | None
    no_offer: str
    """Why there is no list; empty where there is one."""
    behind: Behind | None
    """None while no model is trained."""
    made_at: datetime
    version: str
    language: Language
    zone: tzinfo
    """The user's zone; days are told in it."""
