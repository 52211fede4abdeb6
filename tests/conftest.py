"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def owners_leave_soon() -> Iterator[None]:
    """No process that a test's command starts outlives its clients for long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMPOREC_IDLE_SECONDS", os.environ.get("TEMPOREC_IDLE_SECONDS", "1"))
        yield
