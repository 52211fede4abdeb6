import numpy as np
import pytest

from temporec_mcp.domain.log import Floats
from temporec_mcp.pipeline.features import choose_features, fit_pca, fit_whitening, mutual_information, whiten


@pytest.fixture
def vectors() -> Floats:
    """Give 500 vectors of 20 in a narrow cone: a far mean, few strong directions, many weak ones."""
    generator = np.random.default_rng(3)
    strengths = np.geomspace(10.0, 0.1, 20)
    return (5.0 + generator.normal(size=(500, 20)) * strengths).astype(np.float32)


def test_fully_whitened_components_are_uncorrelated_and_of_variance_1(vectors: Floats) -> None:
    whitened = fit_whitening(vectors, width=6, strength=1.0).apply(vectors)

    assert whitened.shape == (500, 6)
    np.testing.assert_allclose(whitened.mean(axis=0), 0.0, atol=1e-4)
    np.testing.assert_allclose(whitened.T @ whitened / 500, np.eye(6), atol=1e-3)


def test_strength_sets_how_far_the_components_are_evened_out(vectors: Floats) -> None:
    bare = fit_whitening(vectors, width=6, strength=0.0).apply(vectors).std(axis=0)
    half = fit_whitening(vectors, width=6, strength=0.5).apply(vectors).std(axis=0)

    np.testing.assert_allclose(half, np.sqrt(bare), rtol=1e-3)


def test_a_small_catalogue_keeps_its_neighbours() -> None:
    """Twenty items of two kinds in 64 directions: full whitening would make all of them equally far apart."""
    generator = np.random.default_rng(5)
    kinds = np.repeat([0, 1], 10)
    centres = generator.normal(size=(2, 64))
    vectors = (centres[kinds] + 0.3 * generator.normal(size=(20, 64))).astype(np.float32)

    partly, fully = whiten(vectors, width=64), whiten(vectors, width=64, strength=1.0)

    assert (kinds[(partly @ partly.T - 2 * np.eye(20)).argmax(axis=1)] == kinds).all()
    assert np.ptp((fully @ fully.T)[~np.eye(20, dtype=np.bool_)]) < 0.1


def test_whitened_vectors_have_length_1(vectors: Floats) -> None:
    np.testing.assert_allclose(np.linalg.norm(whiten(vectors, 6), axis=1), 1.0, rtol=1e-5)


def test_a_row_without_text_stays_zero_and_moves_no_other(vectors: Floats) -> None:
    blank = np.zeros((3, 20), dtype=np.float32)

    whitened = whiten(np.concatenate([vectors, blank]), 6)

    assert not whitened[500:].any()
    np.testing.assert_allclose(whitened[:500], whiten(vectors, 6), atol=1e-5)


def test_a_map_learnt_from_some_places_new_vectors_among_them(vectors: Floats) -> None:
    learnt = fit_whitening(vectors[:400], width=6, strength=1.0)

    np.testing.assert_allclose(learnt.apply(vectors)[:400], learnt.apply(vectors[:400]), atol=1e-5)
    np.testing.assert_allclose(learnt.apply(vectors[400:]).std(axis=0), 1.0, atol=0.25)


def test_equal_vectors_give_equal_maps(vectors: Floats) -> None:
    np.testing.assert_array_equal(fit_whitening(vectors).matrix_DE, fit_whitening(vectors.copy()).matrix_DE)


def test_the_order_of_the_rows_turns_no_axis_round(vectors: Floats) -> None:
    turned = fit_whitening(vectors[::-1].copy(), width=6)

    np.testing.assert_allclose(turned.matrix_DE, fit_whitening(vectors, width=6).matrix_DE, atol=1e-3)


def test_every_axis_points_to_where_its_largest_entry_is_positive(vectors: Floats) -> None:
    matrix = fit_whitening(vectors).matrix_DE

    assert (np.take_along_axis(matrix, np.abs(matrix).argmax(axis=0)[None, :], axis=0) > 0).all()


def test_directions_that_the_vectors_do_not_span_are_left_out() -> None:
    flat = np.zeros((50, 8), dtype=np.float32)
    flat[:, :2] = np.random.default_rng(0).normal(size=(50, 2))

    assert fit_whitening(flat).matrix_DE.shape == (8, 2)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_texts_give_no_components(count: int) -> None:
    assert whiten(np.ones((count, 8), dtype=np.float32)).shape == (count, 0)


def test_the_fewest_components_that_hold_the_variance_are_kept(vectors: Floats) -> None:
    centred = vectors - vectors.mean(axis=0)
    shares = np.cumsum(np.linalg.svd(centred, compute_uv=False) ** 2) / (centred**2).sum()
    fewest = int((shares < 0.9).sum()) + 1

    projection = fit_pca(vectors, kept_variance=0.9)

    assert projection.matrix_DE.shape == (20, fewest)
    assert projection.variance_share == pytest.approx(shares[fewest - 1], abs=1e-4)
    assert fit_pca(vectors, kept_variance=1.0).matrix_DE.shape == (20, 20)


def test_whitening_keeps_nine_tenths_of_the_variance_when_no_width_is_given(vectors: Floats) -> None:
    assert fit_whitening(vectors).matrix_DE.shape == fit_pca(vectors, 0.9).matrix_DE.shape


def test_all_components_keep_all_distances(vectors: Floats) -> None:
    turned = fit_pca(vectors, kept_variance=1.0).apply(vectors)

    np.testing.assert_allclose(
        np.linalg.norm(turned[:-1] - turned[1:], axis=1), np.linalg.norm(vectors[:-1] - vectors[1:], axis=1), rtol=1e-3
    )


def test_a_feature_that_is_the_class_tells_all_of_it_and_an_independent_one_nothing() -> None:
    generator = np.random.default_rng(1)
    classes = generator.integers(0, 4, size=4_000).astype(np.int32)
    same, noise = classes.astype(np.float32), generator.normal(size=4_000).astype(np.float32)

    told = mutual_information(np.stack([same, noise], axis=1), classes)

    assert told[0] == pytest.approx(np.log(4), abs=0.01)
    assert told[1] == pytest.approx(0.0, abs=0.005)


def test_few_rows_do_not_make_noise_look_telling() -> None:
    generator = np.random.default_rng(6)
    noise = generator.normal(size=(300, 50)).astype(np.float32)

    told = mutual_information(noise, generator.integers(0, 4, size=300).astype(np.int32))

    assert told.mean() < 0.01, "the uncorrected estimate is 0.035"


def test_telling_features_are_chosen_in_order_and_noise_is_left_out_though_there_is_room() -> None:
    generator = np.random.default_rng(2)
    classes = generator.integers(0, 3, size=2_000).astype(np.int32)
    clear = classes + 0.3 * generator.normal(size=2_000)
    faint = classes + 1.5 * generator.normal(size=2_000)
    features = np.column_stack([generator.normal(size=2_000), faint, clear, generator.normal(size=2_000)])

    chosen = choose_features(features.astype(np.float32), classes, 4, np.random.default_rng(0))

    assert chosen.tolist() == [2, 1]


def test_features_of_pure_noise_are_not_chosen() -> None:
    generator = np.random.default_rng(4)
    features = generator.normal(size=(300, 10)).astype(np.float32)
    classes = generator.integers(0, 3, size=300).astype(np.int32)

    assert len(choose_features(features, classes, 10, np.random.default_rng(0))) == 0
