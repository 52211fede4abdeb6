import json

import numpy as np

from temporec_mcp.explain.surrogate import Sample, view_of
from temporec_mcp.tools.status import model_reply
from tests.app.conftest import no_progress
from tests.explain.readers import Readers


def made_up(noise: float) -> Sample:
    random = np.random.default_rng(0)
    features = random.normal(size=(2_000, 3)).astype(np.float32)
    scores = 2.0 * (features[:, 0] > 0.5) + noise * random.normal(size=2_000)
    names = ("what counts", "nothing", "nothing else")
    return Sample(features, names, scores.astype(np.float32), np.repeat(np.arange(40), 50).astype(np.int32))


def test_the_tree_says_what_the_scores_are_made_of_and_how_much_of_them_it_explains() -> None:
    view = view_of(made_up(0.1))
    assert view.rules[0].startswith("what counts up to 0.5")
    assert next(iter(view.importances)) == "what counts"
    assert view.importances["nothing"] < 0.01 < view.importances["what counts"]
    assert min(view.tree_fidelity, view.copy_fidelity) > 0.95


def test_a_copy_that_explains_little_says_so() -> None:
    view = view_of(made_up(10.0))
    assert max(view.tree_fidelity, view.copy_fidelity) < 0.2


def test_a_model_tells_how_it_decides_and_the_view_is_kept_beside_it(readers: Readers) -> None:
    (model_id,) = readers.app.model_ids()
    view = readers.app.model_view(model_id, no_progress)
    assert view is not None
    assert view.questions == 30
    fields = model_reply(readers.app.model(model_id), view).fields()
    assert "a copy explains" in str(fields["summary"])
    assert set(json.loads(json.dumps(fields["decides"]))["importances"]) == set(view.importances)
    assert readers.app.model_view(model_id, no_progress) == view
