"""What stands behind the means of an evaluation: leads with intervals, slices of the cases, what the lists are like.

Axes: C cases, K places of a list, V items, D text width, G categories.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import EventLog, Flags, Floats
from temporec_mcp.domain.training import CaseSlice, Interval, ListCharacter, Quality, Verdict
from temporec_mcp.models.text import has_text
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval

NEW_USER_EVENTS = 20
"""A user with at most so many events before the question is new."""
BUSY = 0.9
"""The most used items are used more than this part of the used ones ..."""
QUIET = 0.5
"""... and the little used ones less than this part."""
LEAST_CASES = 20
"""A slice with fewer cases says nothing."""
CATEGORIES = 64
"""Most used categories that calibration is over."""
RECENT_EVENTS = 100
"""Newest events of a history that its categories are counted in."""
CHUNK_CASES = 500
SEED = 0


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of the items beside their use."""

    vectors_VD: Floats | None = None
    """Text vectors of length 1, zeros where an item has no text; None without any."""
    categories: Sequence[Sequence[str]] = ()
    """Of each item; empty where none has one."""


def quality_of(
    evaluation: Evaluation, baselines: Mapping[str, Evaluation], log: EventLog, facts: ItemFacts
) -> Quality | None:
    """Judge an evaluation beside its baselines; None without cases or baselines.

    Args:
        evaluation: of the recipe.
        baselines: by name, on the same cases.
        log: what was split; the cases' histories are rows of it.
        facts: of the items of `log`.
    """
    if not len(evaluation) or not baselines:
        return None
    best = max(baselines, key=lambda name: baselines[name].metrics.ndcg_at_10)
    leads = {name: Interval(*difference_interval(evaluation, other, SEED)) for name, other in baselines.items()}
    share_VG = _category_shares(facts.categories)
    return Quality(
        best_baseline=best,
        verdict=verdict_of(leads[best]),
        leads=leads,
        slices=tuple(
            _slice(name, chosen_C, evaluation, baselines[best])
            for name, chosen_C in slices_of(evaluation).items()
            if chosen_C.sum() >= LEAST_CASES
        ),
        character=_character(evaluation, log, facts.vectors_VD, share_VG),
        baseline_characters={
            name: _character(other, log, facts.vectors_VD, share_VG) for name, other in baselines.items()
        },
    )


def verdict_of(lead: Interval) -> Verdict:
    """Say better or worse only where the interval leaves out 0."""
    if lead.low > 0.0:
        return "better"
    return "worse" if lead.high < 0.0 else "same"


def slices_of(evaluation: Evaluation) -> dict[str, Flags]:
    """Give the cases [C] of each slice by its name; a slice of all cases or none is left out."""
    is_new_C = evaluation.ends_C - evaluation.starts_C <= NEW_USER_EVENTS
    is_cold_C, is_tied_C = evaluation.is_cold_C, evaluation.is_tied_C
    is_busy_C = evaluation.popularity_C >= BUSY
    is_quiet_C = (evaluation.popularity_C < QUIET) & ~is_cold_C
    found = {
        f"users with at most {NEW_USER_EVENTS} events": is_new_C,
        f"users with more than {NEW_USER_EVENTS} events": ~is_new_C,
        "targets nobody had used": is_cold_C,
        "targets among the most used tenth": is_busy_C,
        "targets used neither much nor little": ~is_busy_C & ~is_quiet_C & ~is_cold_C,
        "targets among the least used half": is_quiet_C,
        "targets the user had before": evaluation.is_repeat_C,
        "targets new to the user": ~evaluation.is_repeat_C,
        "targets at the time of the event before": is_tied_C,
        "targets at a time of their own": ~is_tied_C,
    }
    return {name: chosen_C for name, chosen_C in found.items() if chosen_C.any() and not chosen_C.all()}


def _slice(name: str, chosen_C: Flags, evaluation: Evaluation, baseline: Evaluation) -> CaseSlice:
    return CaseSlice(
        name=name,
        metrics=evaluation.metrics_of(chosen_C),
        baseline_ndcg_at_10=baseline.metrics_of(chosen_C).ndcg_at_10,
        lead=Interval(*difference_interval(evaluation, baseline, SEED, chosen_C)),
    )


def _character(
    evaluation: Evaluation, log: EventLog, vectors_VD: Floats | None, share_VG: Floats | None
) -> ListCharacter:
    return ListCharacter(
        recall=evaluation.recall,
        novelty=evaluation.novelty,
        diversity=None if vectors_VD is None else _diversity(evaluation, vectors_VD),
        calibration=None if share_VG is None else _calibration(evaluation, log, share_VG),
    )


def _diversity(evaluation: Evaluation, vectors_VD: Floats) -> float | None:
    """Give 1 less the mean cosine of two texts of a list; items without text or places without items do not count."""
    has_text_V = has_text(vectors_VD)
    values: list[NDArray[np.float64]] = []
    for start in range(0, len(evaluation), CHUNK_CASES):
        items_CK = evaluation.items_CK[start : start + CHUNK_CASES]
        counted_CK = (items_CK >= 0) & has_text_V[items_CK]
        sums_CD = np.where(counted_CK[:, :, None], vectors_VD[items_CK], np.float32(0.0)).sum(axis=1)
        counts_C = counted_CK.sum(axis=1).astype(np.float64)
        # Of n unit vectors with sum s, the n (n - 1) products of different ones add up to |s|^2 - n.
        pairs_C = counts_C * (counts_C - 1.0)
        products_C = np.einsum("cd,cd->c", sums_CD, sums_CD).astype(np.float64) - counts_C
        values.append((1.0 - products_C / np.maximum(pairs_C, 1.0))[pairs_C > 0])
    together = np.concatenate(values)
    return float(together.mean()) if len(together) else None


def _calibration(evaluation: Evaluation, log: EventLog, share_VG: Floats) -> float | None:
    """Give 1 less the Jensen-Shannon divergence, in bits, of the categories of list and history (Steck 2018)."""
    values: list[float] = []
    rows = zip(evaluation.items_CK, evaluation.starts_C.tolist(), evaluation.ends_C.tolist(), strict=True)
    for items_K, start, end in rows:
        past_G = share_VG[log.items_N[max(start, end - RECENT_EVENTS) : end]].sum(axis=0)
        list_G = share_VG[items_K[items_K >= 0]].sum(axis=0)
        if past_G.any() and list_G.any():
            values.append(1.0 - _divergence(past_G / past_G.sum(), list_G / list_G.sum()))
    return float(np.mean(values)) if values else None


def _divergence(one_G: Floats, two_G: Floats) -> float:
    middle_G = (one_G + two_G) / 2.0
    total = 0.0
    for part_G in (one_G, two_G):
        inside_G = part_G > 0.0
        total += 0.5 * float((part_G[inside_G] * np.log2(part_G[inside_G] / middle_G[inside_G])).sum())
    return total


def _category_shares(categories: Sequence[Sequence[str]]) -> Floats | None:
    """Give each item's even split over the most used categories [V, G]; None where there are none."""
    counts = Counter(name for names in categories for name in set(names))
    if not counts:
        return None
    numbers = {name: number for number, (name, _) in enumerate(counts.most_common(CATEGORIES))}
    share_VG = np.zeros((len(categories), len(numbers)), dtype=np.float32)
    for item, names in enumerate(categories):
        known = [numbers[name] for name in set(names) if name in numbers]
        share_VG[item, known] = 1.0 / max(1, len(known))
    return share_VG
