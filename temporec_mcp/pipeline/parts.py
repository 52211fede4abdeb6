"""Fit the parts of a recipe and put them together."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData, GoingOnPart, Part, PartKind, Progress
from temporec_mcp.models.registry import Repeats, history_length

NO_WEIGHTS: Mapping[str, float] = MappingProxyType({})
"""Newcomers weigh as all others."""


@runtime_checkable
class WarmPartKind(Protocol):
    """A kind whose parts are dear: when the data grow by the next step in time, it goes on from the earlier part."""

    def refit(self, data: FitData, earlier: Part) -> Part:
        """Learn from `data`, starting from a part that was fitted on less of the same log."""
        ...


def fit_parts(
    kinds: tuple[PartKind, ...], data: FitData, earlier: Mapping[str, Part], progress: Progress
) -> tuple[Part, ...]:
    """Fit the kinds; those that can go on from a part of `earlier` do."""
    parts: list[Part] = []
    for place, kind in enumerate(kinds):
        progress(place / len(kinds), f"fitting {kind.name.replace('_', ' ')}")
        if isinstance(kind, WarmPartKind) and kind.name in earlier:
            parts.append(kind.refit(data, earlier[kind.name]))
        else:
            parts.append(kind.fit(data))
    return tuple(parts)


def going_on(parts: tuple[Part, ...], data: FitData) -> tuple[Part, ...]:
    """Give the parts as they are asked about `data`, whose log is the one that they learnt from, gone on.

    What counts goes on counting, as it does in a home between two trainings; all else stays as it was learnt.
    """
    return tuple(part.going_on(data) if isinstance(part, GoingOnPart) else part for part in parts)


def warm_parts(kinds: tuple[PartKind, ...], parts: tuple[Part, ...]) -> dict[str, Part]:
    """Give by name the parts, fitted by `kinds` in this order, that a later fit may go on from."""
    return {part.name: part for kind, part in zip(kinds, parts, strict=True) if isinstance(kind, WarmPartKind)}


def blend_of(
    parts: tuple[Part, ...],
    weights: Mapping[str, float],
    logit_parts: frozenset[str],
    repeats: Repeats,
    newcomer_weights: Mapping[str, float] = NO_WEIGHTS,
) -> Blend:
    """Give the blend of some parts of a data set that repeats so."""
    length = history_length(repeats)
    return Blend(parts, dict(weights), logit_parts, length, repeats != "none", dict(newcomer_weights))


def within(progress: Progress, start: float, end: float) -> Progress:
    """Give a progress of a phase that reports its place in the whole."""
    return lambda part, phase: progress(start + (end - start) * part, phase)
