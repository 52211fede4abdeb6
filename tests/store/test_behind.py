"""Answers are written a moment after they were given, and nobody notices."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from temporec_mcp.errors import NotFoundError
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, commit, event
from tests.store.test_records import ANSWER


def test_an_answer_that_was_just_given_is_found_at_once(store: Store) -> None:
    for number in range(20):
        answer = replace(ANSWER, recommendation_id=f"r{number}")
        store.recommendations.add(answer, NOW + timedelta(seconds=number))
        assert store.recommendations.get(f"r{number}") == answer


def test_an_answer_given_just_before_the_end_is_there_after_a_restart(path: Path) -> None:
    store = Store.open(path)
    store.recommendations.add(ANSWER, NOW)
    store.close()
    store = Store.open(path)
    assert store.recommendations.get("r1") == ANSWER
    store.close()


def test_an_answer_that_waits_to_be_written_goes_with_its_user(store: Store) -> None:
    commit(store, [event()])
    store.recommendations.add(ANSWER, NOW)
    assert store.users.would_remove("ann")["recommendations"] == 1
    store.recommendations.add(replace(ANSWER, recommendation_id="r2"), NOW)
    store.users.forget("ann")
    for gone in ("r1", "r2"):
        with pytest.raises(NotFoundError):
            store.recommendations.get(gone)


def test_answers_do_not_move_the_version_of_the_content_and_events_do(store: Store) -> None:
    before = store.content_version
    store.recommendations.add(ANSWER, NOW)
    store.recommendations.flush()
    assert store.content_version == before
    commit(store, [event()])
    assert store.content_version > before
