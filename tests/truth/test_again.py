"""The same question to the same data gives the same answer, whatever was done in between."""

import numpy as np

from temporec_mcp.domain.training import TrainRequest
from temporec_mcp.models.net_config import NetMaking
from temporec_mcp.models.net_kind import NAME, SequenceNetKind
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.fit import FitResult, Recipe, fit_recipe
from temporec_mcp.pipeline.split import case_histories, make_split
from temporec_mcp.pipeline.train import Trained, train_order
from temporec_mcp.pipeline.workfolder import WorkOrder
from tests.models.chains import SMALL_PLAN, chain_log

WEIGHTS = np.array([1.0, -1.0], dtype=np.float32)
LOG = chain_log(user_count=50, event_count=12, item_count=40)


def quiet(done: float, phase: str) -> None:
    del done, phase


def fitted(recipe: Recipe) -> FitResult:
    return fit_recipe(FitData(LOG, None, WEIGHTS), recipe, quiet)


def test_fitting_scoring_and_fitting_again_gives_the_first_fit_again() -> None:
    recipe = Recipe(extra_kinds=(SequenceNetKind(NetMaking(SMALL_PLAN, "cpu")),))
    cases = make_split(LOG, "leave-last-out", WEIGHTS, keeps_seen=False).cases
    batch = case_histories(LOG, cases, WEIGHTS)

    first = fitted(recipe)
    scored_PBV = first.blend.part_scores(batch)
    second = fitted(recipe)

    assert second.blend.weights == first.blend.weights
    np.testing.assert_array_equal(second.blend.part_scores(batch), scored_PBV)
    np.testing.assert_array_equal(first.blend.part_scores(batch), scored_PBV)


def trained(seed: int) -> Trained:
    request = TrainRequest(preset="balanced", seed=seed)
    return train_order(WorkOrder(request, LOG, None, "", WEIGHTS, "cpu"), quiet)


def test_the_same_seed_gives_the_same_balanced_model_to_the_bit_and_another_seed_another() -> None:
    first, again, other = trained(0), trained(0), trained(1)

    assert again.checkpoint.card == first.checkpoint.card
    for name, tensors in first.checkpoint.parts.items():
        for tensor, values in tensors.items():
            np.testing.assert_array_equal(again.checkpoint.parts[name][tensor], values)
    ids, other_ids = (model.checkpoint.parts[NAME]["0.ids.weight"] for model in (first, other))
    assert not np.array_equal(other_ids, ids)
