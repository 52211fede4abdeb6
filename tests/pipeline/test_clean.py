import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporec_mcp.domain.log import Floats
from temporec_mcp.pipeline.clean import CleanConfig, clean_log
from temporec_mcp.pipeline.values import (
    Keyed,
    beyond_iqr,
    beyond_z,
    explained_share,
    fill,
    fill_rule,
    mark_outliers,
    min_max,
    outlier_rule,
    z_scores,
)
from tests.pipeline.logs import Row, log_of

GAP = float("nan")


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def keyed(values: Floats, keys: list[int] | None = None, times: list[float] | None = None) -> Keyed:
    return Keyed(
        values,
        np.array(keys or range(len(values)), dtype=np.int32),
        np.array(times or range(len(values)), dtype=np.float64),
    )


# The article's examples, with its slips put right.


def test_a_missing_age_is_filled_with_the_mean_37() -> None:
    ages = keyed(floats(25, 30, GAP, 45, 48))

    assert fill(ages, "mean").tolist() == [25, 30, 37, 45, 48]


def test_a_missing_price_is_filled_with_the_median_which_a_long_tail_cannot_pull() -> None:
    prices = keyed(floats(10, 20, GAP, 30, 9_999))

    assert fill(prices, "median").tolist() == [10, 20, 25, 30, 9_999]


def test_a_missing_price_is_filled_from_its_item_nearest_in_time() -> None:
    prices = keyed(floats(10, GAP, 12, 500, 600, GAP), keys=[1, 1, 1, 2, 2, 3], times=[0, 60, 70, 60, 60, 60])

    assert fill(prices, "nearest neighbour").tolist() == [10, 12, 12, 500, 600, 256]


def test_a_z_score_of_2_is_not_beyond_3() -> None:
    values = floats(*[8, 12] * 50, 14)

    assert z_scores(values)[-1] == pytest.approx(2.0, abs=0.05)
    assert not beyond_z(values).any()
    assert beyond_z(values, limit=1.9).tolist() == [False] * 100 + [True]


def test_values_outside_one_and_a_half_interquartile_ranges_are_marked() -> None:
    # Quartiles 2 and 4, so the fences lie at -1 and 7.
    assert beyond_iqr(floats(1, 2, 3, 4, 7.5)).tolist() == [False, False, False, False, True]
    assert not beyond_iqr(floats(1, 2, 3, 4, 7)).any()


def test_70_between_10_and_100_scales_to_two_thirds() -> None:
    assert min_max(floats(10, 70, 100)).tolist() == pytest.approx([0, 0.667, 1], abs=5e-4)


# The rules that choose.


def test_symmetric_values_are_filled_by_the_mean_and_long_tailed_ones_by_the_median() -> None:
    assert fill_rule(keyed(floats(1, 2, 3, 4, 5, GAP))) == "mean"
    assert fill_rule(keyed(floats(1, 1, 1, 2, 2, 90, GAP))) == "median"


def test_values_that_hang_on_their_item_are_filled_from_it() -> None:
    prices = keyed(floats(5, 5.1, 80, 81, 20, 20.5), keys=[1, 1, 2, 2, 3, 3])

    assert explained_share(prices) > 0.99
    assert fill_rule(prices) == "nearest neighbour"


def test_items_with_one_value_each_explain_nothing() -> None:
    assert explained_share(keyed(floats(5, 80, 20))) == 0


def test_an_extreme_value_cannot_hide_itself_from_the_test() -> None:
    values = floats(1, 2, 3, 2, 1, 2, 3, 1_000)

    assert not beyond_z(values).any(), "the z-score is masked among eight values"
    assert outlier_rule(values) == "IQR"
    assert mark_outliers(values).tolist() == [False] * 7 + [True]


def test_three_values_have_no_outlier() -> None:
    assert not mark_outliers(floats(1, 2, 1_000)).any()


@given(st.lists(st.floats(-1e6, 1e6, width=32) | st.just(GAP), max_size=40))
def test_scaling_keeps_gaps_and_stays_within_0_and_1(values: list[float]) -> None:
    column = floats(*values)

    scaled = min_max(column, mark_outliers(column))

    assert (np.isnan(scaled) >= np.isnan(column)).all()
    given_values = scaled[~np.isnan(scaled)]
    assert ((given_values >= 0) & (given_values <= 1)).all()


@given(
    st.lists(st.floats(-1e6, 1e6, width=32) | st.just(GAP), min_size=1, max_size=40),
    st.sampled_from(["mean", "median", "nearest neighbour"]),
)
def test_filling_closes_every_gap_and_changes_no_value(values: list[float], rule: str) -> None:
    column = floats(*values)

    filled = fill(keyed(column, keys=[n % 3 for n in range(len(values))]), rule)  # type: ignore[arg-type]

    given_N = ~np.isnan(column)
    np.testing.assert_array_equal(filled[given_N], column[given_N])
    assert not np.isnan(filled).any() or not given_N.any()


# The log.


def test_a_clean_log_is_kept_whole() -> None:
    log = log_of([Row("a", "x", time=100.0), Row("a", "y", time=200.0), Row("b", "x", time=100.0)])

    cleaned = clean_log(log)

    assert cleaned.report == {"events": 3, "kept": 3}
    np.testing.assert_array_equal(cleaned.log.items_N, log.items_N)


def test_unusable_rows_are_dropped_by_their_reason_and_add_up() -> None:
    rows = [Row("a", "x", time=100.0), Row("a", "gone"), Row("b", "x", time=0.0), Row("b", "gone", time=0.0)]

    cleaned = clean_log(log_of(rows, item_ids=["x"]))

    assert cleaned.report == {"events": 4, "kept": 1, "dropped_no_item": 2, "dropped_no_time": 1}
    assert cleaned.log.offsets_U.tolist() == [0, 1, 1]


def test_a_chain_of_repetitions_within_the_window_is_one_event() -> None:
    beats = [Row("a", "song", "listen", 1_000.0 + 5 * beat) for beat in range(4)]
    others = [
        Row("a", "song", "like", 1_001.0),
        Row("a", "other", "listen", 1_002.0),
        Row("b", "song", "listen", 1_003.0),
    ]
    later = Row("a", "song", "listen", 2_000.0)

    cleaned = clean_log(log_of([*beats, *others, later]), CleanConfig(duplicate_window_seconds=5.0))

    assert cleaned.report["dropped_duplicates"] == 3
    assert sorted(cleaned.log.times_N.tolist()) == [1_000.0, 1_001.0, 1_002.0, 1_003.0, 2_000.0]


def test_an_outlier_stays_in_the_log_but_does_not_set_the_scale() -> None:
    rows = [Row("a", f"i{n}", "purchase", 100.0 + 60 * n, 10.0 + n) for n in range(11)]
    dear = Row("a", "yacht", "purchase", 5_000.0, 1_000_000.0)

    cleaned = clean_log(log_of([*rows, dear]))

    assert len(cleaned.log.items_N) == 12
    assert cleaned.is_outlier_M.tolist() == [False] * 11 + [True]
    assert cleaned.log.values_N[-1] == 1_000_000.0
    np.testing.assert_allclose(cleaned.scaled_M, [n / 10 for n in range(11)] + [1.0], rtol=1e-6)
    assert cleaned.report["values_purchase"] == (
        "12 values, none missing, 1 outliers by IQR kept but not scaled by, 10 to 20 scaled to 0 to 1"
    )


def test_a_filled_gap_is_told_and_never_written_into_the_log() -> None:
    rows = [Row("a", f"i{n}", "read", 100.0 + 60 * n, float(n)) for n in range(5)]
    gap = Row("a", "gap", "read", 9_000.0)

    cleaned = clean_log(log_of([*rows, gap]))

    assert np.isnan(cleaned.log.values_N[-1])
    assert cleaned.is_filled_M.tolist() == [False] * 5 + [True]
    assert cleaned.scaled_M[-1] == pytest.approx(0.5)
    assert "1 missing, filled by mean" in str(cleaned.report["values_read"])


def test_an_action_that_never_has_a_value_gets_none() -> None:
    cleaned = clean_log(log_of([Row("a", "x", "click", 100.0), Row("a", "x", "rate", 900.0, 4.0)]))

    assert np.isnan(cleaned.scaled_M).tolist() == [True, False]


def test_a_negative_duration_is_no_value_but_its_event_counts() -> None:
    cleaned = clean_log(log_of([Row("a", "x", "watch", 100.0, -3.0), Row("a", "y", "watch", 900.0, 60.0)]))

    assert cleaned.report["kept"] == 2
    assert cleaned.report["impossible_values"] == 1
    assert np.isnan(cleaned.log.values_N[0])


def test_each_user_is_measured_on_the_own_rating_scale() -> None:
    stars = [Row("stars", f"i{n}", "rate", 100.0 + 60 * n, 1.0 + n % 5) for n in range(25)]
    points = [Row("points", f"i{n}", "rate", 100.0 + 60 * n, 1.0 + n % 10) for n in range(30)]

    cleaned = clean_log(log_of([*stars, *points]))

    top = {user: cleaned.scaled_M[cleaned.log.users_N == number] for number, user in enumerate(cleaned.log.user_ids)}
    assert top["stars"].max() == top["points"].max() == 1.0
    assert {field.name for field in cleaned.fields} == {"rate/5", "rate/10"}


def test_a_stern_user_with_few_ratings_is_measured_on_the_scale_of_the_others() -> None:
    usual = [Row("usual", f"i{n}", "rate", 100.0 + 60 * n, 1.0 + n % 5) for n in range(25)]
    stern = [Row("stern", f"i{n}", "rate", 100.0 + 60 * n, 1.0) for n in range(3)]

    cleaned = clean_log(log_of([*usual, *stern]))

    assert [field.name for field in cleaned.fields] == ["rate/5"]
    assert cleaned.scaled_M[cleaned.log.users_N == 0].tolist() == [0.0, 0.0, 0.0]


def test_an_empty_log_is_clean() -> None:
    cleaned = clean_log(log_of([Row("a", "x", time=0.0)]))

    assert cleaned.report == {"events": 1, "kept": 0, "dropped_no_time": 1}
    assert clean_log(cleaned.log).report == {"events": 0, "kept": 0}
