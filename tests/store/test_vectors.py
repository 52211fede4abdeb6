"""Vectors are found by content and encoder."""

import numpy as np

from temporec_mcp.store.database import Store

VECTORS = np.arange(12, dtype=np.float32).reshape(3, 4)


def test_vectors_come_back_in_the_order_asked_for_with_gaps_marked(store: Store) -> None:
    store.vectors.save(["a", "b", "c"], VECTORS, "encoder")
    found, vectors = store.vectors.get(["c", "missing", "a", "c"], "encoder")
    assert found.tolist() == [True, False, True, True]
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [VECTORS[2].tolist(), [0.0] * 4, VECTORS[0].tolist(), VECTORS[2].tolist()]


def test_nothing_found_has_no_width(store: Store) -> None:
    for keys in (["a"], []):
        found, vectors = store.vectors.get(keys, "encoder")
        assert (found.tolist(), vectors.shape) == ([False] * len(keys), (len(keys), 0))


def test_encoders_are_kept_apart(store: Store) -> None:
    store.vectors.save(["a"], VECTORS[:1], "one")
    store.vectors.save(["a"], np.ones((1, 2), dtype=np.float32), "other")
    assert store.vectors.get(["a"], "one")[1].shape == (1, 4)
    assert store.vectors.get(["a"], "other")[1].shape == (1, 2)


def test_a_key_that_is_there_stays_as_it_is(store: Store) -> None:
    store.vectors.save(["a"], VECTORS[:1], "encoder")
    store.vectors.save(["a", "b", "b"], VECTORS + 1, "encoder")
    assert store.vectors.get(["a"], "encoder")[1].tolist() == VECTORS[:1].tolist()
    assert store.vectors.prune([]) == 2


def test_an_encoder_with_a_new_width_starts_afresh(store: Store) -> None:
    store.vectors.save(["a"], VECTORS[:1], "encoder")
    store.vectors.save(["b"], np.ones((1, 2), dtype=np.float32), "encoder")
    found, vectors = store.vectors.get(["a", "b"], "encoder")
    assert found.tolist() == [False, True]
    assert vectors.shape == (2, 2)


def test_pruning_keeps_only_the_named_contents(store: Store) -> None:
    store.vectors.save(["a", "b", "c"], VECTORS, "one")
    store.vectors.save(["a"], VECTORS[:1], "other")
    assert store.vectors.prune(["b", "unknown"]) == 3
    assert store.vectors.get(["a", "b", "c"], "one")[0].tolist() == [False, True, False]
    assert store.vectors.prune(["b"]) == 0
