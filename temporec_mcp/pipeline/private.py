"""Learning under differential privacy: a model that says little about whether any one user was there at all.

The unit is a user with the whole history. Of what users did only three sums are told, each user's part of a length of
at most 1, with Gaussian noise: what is used, what taste follows which, and how much is repetition. All else is public
(the catalogue, its texts, fixed weights) or the history of the very user who is asked for. So the promise holds
whatever is asked of the model, and by whom. The figures it is measured by read events as they are: they are for the
operator, and the promise does not cover them.

Axes: U users, V items.
"""

from dataclasses import replace
from math import hypot

import numpy as np

from temporec_mcp.domain.log import EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import Split
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.gaussian import Numbers, Teller, mu_of, system_noise
from temporec_mcp.models.pairs import positives
from temporec_mcp.models.part import FitData, Part, Progress
from temporec_mcp.models.popularity import POPULARITY, PopularityPart
from temporec_mcp.models.registry import REPEAT_SHARE, UNSCALED_PARTS, baseline_kinds
from temporec_mcp.models.repeats import FREQUENCY, HABIT, PERSONAL_FREQUENCY
from temporec_mcp.models.taste import TASTE, item_features, popularity_sum, taste_sum
from temporec_mcp.models.text import TEXT
from temporec_mcp.pipeline.evaluate import evaluate
from temporec_mcp.pipeline.features import whiten
from temporec_mcp.pipeline.fit import BLEND_NAME, FitResult, Measured, case_limit, natural_split
from temporec_mcp.pipeline.parts import blend_of, within
from temporec_mcp.pipeline.split import how_repeating, make_split, repeat_counts, repeat_share

POPULARITY_SHARE, TASTE_SHARE, REPEATS_SHARE = 0.5, 0.45, 0.05
"""Of the promise, in mu squared; chosen, as the weights, by events before those that `benchmarks.privacy` asks for."""
TASTE_WIDTH = 16
"""Components of the texts that taste is learnt in: with more the noise grows faster than what hundreds of users say."""
SURE = 3.0
"""Deviations of noise by which data must be told to repeat before lists offer again what was seen."""
LEAST_COUNT = 1e-3
"""What noise takes below 0 counts as hardly used."""
WEIGHTS: dict[str, float] = {POPULARITY.name: 1.0, TEXT.name: 0.85, TASTE.name: 0.6}
REPEAT_WEIGHTS: dict[str, float] = {
    POPULARITY.name: 0.4,
    TASTE.name: 0.1,
    FREQUENCY.name: 0.3,
    HABIT.name: 0.25,
    PERSONAL_FREQUENCY.name: 0.3,
}
"""Where data repeat. Weights are fixed, because what is learnt from cases would have to be told with noise as well."""


def fit_private(data: FitData, texts_VD: Floats | None, teller: Teller) -> Blend:
    """Give a blend that has learnt from `data` only what the teller told of it.

    Args:
        data: its items must be public, its log of them alone.
        texts_VD: the items' texts as their encoder gives them; None without texts.
        teller: tells with noise, all within its promise.
    """
    log = positives(data)
    counts_V = np.maximum(teller.tell(popularity_sum(log), POPULARITY_SHARE), LEAST_COUNT)
    features = item_features(None if texts_VD is None else whiten(texts_VD, TASTE_WIDTH), counts_V)
    told_FF = teller.tell(taste_sum(log, features.values_VF), TASTE_SHARE)
    is_repeating = _surely_repeats(teller.tell(repeats_sum(log), REPEATS_SHARE), teller.deviation(REPEATS_SHARE))
    own = (FREQUENCY, HABIT, PERSONAL_FREQUENCY) if is_repeating else () if data.vectors_VD is None else (TEXT,)
    parts: tuple[Part, ...] = (
        PopularityPart(POPULARITY.name, np.sqrt(counts_V).astype(np.float32)),
        TASTE.of(features, told_FF, data.horizon),
        *(kind.fit(data) for kind in own),
    )
    weights = REPEAT_WEIGHTS if is_repeating else WEIGHTS
    names = frozenset(part.name for part in parts)
    return blend_of(
        parts,
        {part.name: weights[part.name] for part in parts},
        UNSCALED_PARTS & names,
        "baskets" if is_repeating else "none",
    )


def repeats_sum(log: EventLog) -> Numbers:
    """Add up over users what share of their later visits they had before, and that they have any: length 1 at most."""
    again_U, later_U = repeat_counts(log)
    has_later_U = later_U > 0
    shares_U = again_U[has_later_U] / later_U[has_later_U]
    return np.array([shares_U.sum(), has_later_U.sum()], dtype=np.float64) / np.sqrt(2.0)


def _surely_repeats(told_2: Numbers, deviation: float) -> bool:
    """Tell whether the share of repetition lies above the bar by more than noise does; of few users it never shows."""
    above = float(told_2[0] - REPEAT_SHARE * told_2[1])
    return above > max(0.0, SURE * deviation * hypot(1.0, REPEAT_SHARE))


def measure_private(
    data: FitData, texts_VD: Floats | None, teller: Teller, split: Split, progress: Progress
) -> Measured:
    """Measure by one protocol a model fitted on what came before the held-out events, and thrown away then."""
    repeats = how_repeating(data.log)
    held = make_split(data.log, split, data.action_weights, keeps_seen=repeats != "none")
    fit_data = replace(data, log=held.fit)
    blend = fit_private(fit_data, texts_VD, teller)
    weights, unscaled = dict(blend.weights), blend.logit_parts
    if not len(held.cases):
        return Measured(split, None, {}, weights, unscaled)
    baselines = tuple(kind.fit(fit_data) for kind in baseline_kinds(repeats))
    progress(0.5, "measuring on held-out events")

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        blended_BV = blend.combine(blend.part_scores(batch), candidates_BV, batch.lengths_B)
        return {BLEND_NAME: blended_BV} | {part.name: part.score(batch) for part in baselines}

    held = replace(held, cases=held.cases.sample(case_limit(data.log), data.seed))
    found = evaluate(score, held, data.action_weights, blend.history_length)
    return Measured(split, found.pop(BLEND_NAME), found, weights, unscaled)


def fit_private_recipe(data: FitData, texts_VD: Floats | None, teller: Teller, progress: Progress) -> FitResult:
    """Measure by the protocol that asks what the model will be asked, then fit on everything."""
    split = natural_split("weeks" if data.horizon == "weeks" else "next", how_repeating(data.log))
    measured = measure_private(data, texts_VD, teller, split, within(progress, 0.0, 0.8))
    if measured.evaluation is None:
        measured = measure_private(data, texts_VD, teller, "leave-last-out", within(progress, 0.0, 0.8))
    progress(0.8, "fitting under the promise")
    return FitResult(fit_private(data, texts_VD, teller), measured, repeat_share(data.log))


def teller_of(epsilon: float) -> Teller:
    """Give what tells within a promise of `epsilon`, with noise that no seed repeats."""
    return Teller(mu_of(epsilon), system_noise)
