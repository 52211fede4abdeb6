"""What stands behind the means. Axes: V items, D text width."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from temporec_mcp.domain.log import Flags, Floats, HistoryBatch
from temporec_mcp.domain.training import EpochLoss, Interval, Quality
from temporec_mcp.pipeline.evaluate import Evaluation, evaluate
from temporec_mcp.pipeline.quality import ItemFacts, quality_of, slices_of, verdict_of
from temporec_mcp.pipeline.split import HeldOut, make_split
from temporec_mcp.pipeline.train import first_fit
from tests.models.walks import ACTION_WEIGHTS, chain, walk_log

NAMES = ("right", "nearly", "constant")


def evaluations(held: HeldOut) -> dict[str, Evaluation]:
    """Rank what follows the newest event first, or third; or all items as they are numbered."""

    def score(batch: HistoryBatch, candidates_BV: Flags) -> Mapping[str, Floats]:
        count = candidates_BV.shape[1]
        steps_BV = (np.arange(count)[None, :] - batch.items_BL[:, :1] - 1) % count
        right_BV = -steps_BV.astype(np.float32)
        third_BV = np.where(steps_BV == 0, np.float32(-2.5), right_BV)
        constant_BV = np.broadcast_to(-np.arange(count, dtype=np.float32), candidates_BV.shape)
        return dict(zip(NAMES, (right_BV, third_BV, constant_BV), strict=True))

    return evaluate(score, held, ACTION_WEIGHTS)


def judged(recipe: str, others: Sequence[str], facts: ItemFacts) -> Quality:
    held = make_split(chain(), "leave-last-out", ACTION_WEIGHTS, keeps_seen=False)
    found = evaluations(held)
    quality = quality_of(found[recipe], {name: found[name] for name in others}, held.log, facts)
    assert quality is not None
    return quality


def test_a_recipe_is_better_worse_or_the_same_by_the_interval_of_its_lead_over_the_best() -> None:
    assert judged("right", ("nearly", "constant"), ItemFacts()).best_baseline == "nearly"
    assert judged("right", ("nearly", "constant"), ItemFacts()).verdict == "better"
    assert judged("nearly", ("right", "constant"), ItemFacts()).verdict == "worse"
    assert judged("right", ("right",), ItemFacts()).verdict == "same"
    assert verdict_of(Interval(0.01, -0.001, 0.02)) == "same"


def test_without_texts_and_categories_nothing_is_said_of_them() -> None:
    character = judged("right", ("constant",), ItemFacts()).character
    assert character.diversity is None
    assert character.calibration is None


def test_lists_of_texts_at_right_angles_are_as_different_as_can_be_and_of_one_text_not_at_all() -> None:
    item_count = len(chain().item_ids)
    apart = judged("right", ("constant",), ItemFacts(np.eye(item_count, dtype=np.float32)))
    assert apart.character.diversity == pytest.approx(1.0)
    alike = np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (item_count, 1))
    assert judged("right", ("constant",), ItemFacts(alike)).character.diversity == pytest.approx(0.0, abs=1e-6)


def test_lists_of_the_categories_of_the_history_are_calibrated_and_of_others_are_not() -> None:
    item_count = len(chain().item_ids)
    everywhere = [("one", "two")] * item_count
    same = judged("right", ("constant",), ItemFacts(None, everywhere)).character.calibration
    assert same == pytest.approx(1.0)
    # What follows lies in the half where the history lies; the first items of all lie in one half for everybody.
    halves = [("early",) if item < item_count // 2 else ("late",) for item in range(item_count)]
    quality = judged("right", ("constant",), ItemFacts(None, halves))
    assert quality.character.calibration is not None
    assert quality.baseline_characters["constant"].calibration is not None
    assert quality.character.calibration > quality.baseline_characters["constant"].calibration


def test_every_case_lies_on_one_side_of_each_pair_of_slices() -> None:
    log = walk_log([[0, 1, 0, 2], [0, 1, 2, 1], [3, 2, 1, 0], [3, 2, 3, 2]], 5)
    held = make_split(log, "leave-last-out", ACTION_WEIGHTS, keeps_seen=True)
    evaluation = evaluations(held)["right"]
    slices = slices_of(evaluation)
    again, anew = slices["targets the user had before"], slices["targets new to the user"]
    assert np.array_equal(again, ~anew)
    first = held.cases.targets_T[held.cases.target_starts_C[:-1]]
    for case in range(len(evaluation)):
        past = held.log.items_N[held.cases.starts_C[case] : held.cases.ends_C[case]]
        assert again[case] == (first[case] in past)


def test_a_curve_is_of_the_first_fit_of_each_net() -> None:
    told = [EpochLoss(0, 1, 5.0), EpochLoss(0, 2, 4.0), EpochLoss(1, 1, 6.0), EpochLoss(0, 1, 3.0)]
    assert first_fit(told) == (EpochLoss(0, 1, 5.0), EpochLoss(0, 2, 4.0), EpochLoss(1, 1, 6.0))
