"""What a report may have to name has words in both languages, and axes have names of a fitting length."""

import numpy as np

from temporec_mcp.app.model_views import FEATURES
from temporec_mcp.pages.charts import time_format
from temporec_mcp.pages.words import known_words
from temporec_mcp.pipeline.evaluate import Evaluation
from temporec_mcp.pipeline.quality import slices_of


def kinds_of_cases() -> set[str]:
    """Give the names of all kinds that an evaluation of every kind of case has."""
    flags_C = np.array([False, True, False, False])
    found = Evaluation(
        users_C=np.zeros(4, dtype=np.int32),
        items_CK=np.zeros((4, 1), dtype=np.int32),
        hits_CK=np.zeros((4, 1), dtype=np.bool_),
        target_counts_C=np.ones(4, dtype=np.int64),
        is_tied_C=flags_C,
        is_cold_C=flags_C,
        novelty_CK=np.zeros((4, 1), dtype=np.float32),
        catalogue_size=9,
        starts_C=np.zeros(4, dtype=np.int64),
        ends_C=np.array([5, 500, 500, 500]),
        is_repeat_C=flags_C,
        popularity_C=np.array([0.1, 0.0, 0.6, 0.95], dtype=np.float32),
    )
    return set(slices_of(found))


def test_all_kinds_of_cases_and_features_have_words_in_both_languages() -> None:
    assert len(kinds_of_cases()) == 10
    for name in (*kinds_of_cases(), *FEATURES):
        assert known_words(name, "zh") != name, name


def test_an_axis_names_days_months_or_years_by_its_length() -> None:
    assert [time_format(days, "en") for days in (50, 500, 5_000)] == ["%d %b", "%b %Y", "%Y"]
    assert [time_format(days, "zh") for days in (50, 500, 5_000)] == ["%m-%d", "%Y-%m", "%Y"]
