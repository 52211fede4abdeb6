"""A short run of the fuzz benchmark: malformed calls and random bytes neither crash the server nor silence it."""

from pathlib import Path

import pytest

from benchmarks.fuzz import fuzz
from benchmarks.malformed import messages

MESSAGES = 400
ENOUGH_ANSWERS = 100


@pytest.mark.parametrize("arguments", [("--standalone",), ()], ids=["in one process", "through the relay"])
def test_whatever_is_sent_each_request_is_answered_once_and_nothing_else_is_said(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    outcome = fuzz(tmp_path / "home", MESSAGES, seed=3, arguments=arguments)
    assert outcome.faults == []
    assert outcome.talk.sent.total() == MESSAGES
    assert len(outcome.talk.owed) >= ENOUGH_ANSWERS


def test_equal_seeds_send_equal_messages() -> None:
    assert list(messages(50, seed=1)) == list(messages(50, seed=1)) != list(messages(50, seed=2))
