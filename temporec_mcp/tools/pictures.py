"""What the pictures of a result need beside its fields: sent to pages that draw, never shown to a model."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from temporec_mcp.domain.times import iso
from temporec_mcp.tools.references import event_ref

if TYPE_CHECKING:
    from temporec_mcp.domain.ranking import Explanation, Reason
    from temporec_mcp.domain.timeline import Timeline
    from temporec_mcp.explain.words import Language

Pictures = dict[str, object]
CALENDAR_DAYS = 371
"""Days of the calendar that are drawn, up to the last active one: a year in whole weeks."""
MOST_TIMES = 1_000
"""Newest events that are drawn as a mark each."""
DIGITS = 6


def timeline_pictures(timeline: Timeline) -> Pictures:
    """Give the grid of hours and weekdays, the stream of interests, the calendar and the pauses."""
    rhythm, stream = timeline.rhythm, timeline.stream
    found: Pictures = {
        "grid": rhythm.grid,
        "recent": [entry.recent for entry in timeline.interests],
        "calendar": _last_year(timeline),
        "changes": [{"fell": entry.fell, "rose": entry.rose} for entry in timeline.changes],
    }
    if stream is not None:
        found["stream"] = asdict(stream) | {"starts": [start.isoformat() for start in stream.starts]}
    if rhythm.pace is not None:
        found["pace"] = asdict(rhythm.pace)
    return found


def _last_year(timeline: Timeline) -> list[tuple[str, int]]:
    if not timeline.calendar:
        return []
    first = timeline.calendar[-1][0] - timedelta(days=CALENDAR_DAYS)
    return [(day.isoformat(), count) for day, count in timeline.calendar if day > first]


def explanation_pictures(found: Explanation, language: Language) -> Pictures:
    """Give the moments of the history, what speaks against the item, and words for parts and sources of the score."""
    from temporec_mcp.explain.words import part_words, source_words

    return {
        "history": [round(time) for time in found.event_times[-MOST_TIMES:]],
        "against": [_reason(entry) for entry in found.against],
        "part_words": {name: part_words(name, language) for name in found.contributions},
        "source_words": {name: source_words(name, language) for name in found.score_parts},
        "without": list(found.counterfactual.titles) if found.counterfactual else [],
    }


def _reason(entry: Reason) -> dict[str, object]:
    reference = {"event_ref": event_ref(entry.event_seq)} if entry.event_seq else {}
    return {
        **reference,
        "item_id": entry.item_id,
        "title": entry.title,
        "action": entry.action,
        "timestamp": iso(entry.time),
        "effect": round(entry.effect, DIGITS),
        "rating": entry.rating.short if entry.rating else None,
    }
