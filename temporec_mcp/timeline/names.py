"""Names of interests and items, cut to what fits a sentence."""

from dataclasses import replace

from temporec_mcp.domain.timeline import Anomaly, Change, Timeline

LENGTHS = (40, 24, 16)
"""Characters of a name that are shown: the most that let as much be said as the fewest would."""
_END_TENTHS = 3
"""Tenths of a longer name's characters that are its last ones."""


def short(name: str, length: int = LENGTHS[0]) -> str:
    """Give a name that fits a sentence: its ends, as names of one series or shelf differ at the last characters."""
    if len(name) <= length:
        return name
    end = length * _END_TENTHS // 10
    return f"{name[: length - 1 - end].rstrip()}…{name[-end:].lstrip()}"


def shorten(timeline: Timeline, length: int) -> Timeline:
    """Give the timeline with every name of an interest or item at most so long."""
    outlook = timeline.outlook
    return replace(
        timeline,
        interests=tuple(replace(entry, label=short(entry.label, length)) for entry in timeline.interests),
        changes=tuple(_shorten_change(change, length) for change in timeline.changes),
        anomalies=tuple(shorten_anomaly(anomaly, length) for anomaly in timeline.anomalies),
        outlook=replace(outlook, doing=short(outlook.doing, length)) if outlook and outlook.doing else outlook,
    )


def shorten_anomaly(anomaly: Anomaly, length: int = LENGTHS[0]) -> Anomaly:
    """Give the anomaly with its item and its interest by names at most so long."""
    cut = {name: short(str(anomaly.facts[name]), length) for name in ("title", "label") if name in anomaly.facts}
    return replace(anomaly, facts={**anomaly.facts, **cut})


def are_apart(timeline: Timeline, length: int) -> bool:
    """Tell whether no two interests have one name when they are cut."""
    changes = timeline.changes
    names = {entry.label for entry in timeline.interests}
    names |= {change.before for change in changes} | {change.after for change in changes}
    return len({short(name, length) for name in names}) == len(names)


def _shorten_change(change: Change, length: int) -> Change:
    return replace(change, before=short(change.before, length), after=short(change.after, length))
