"""What holds for every test, and for every process that a test starts."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Read when the numerical libraries are loaded. With more threads than free cores torch is many times slower.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

# Where a landing hangs on it, the examples are the same each time; elsewhere each run looks for new ones.
settings.register_profile("steady", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def owners_leave_soon() -> Iterator[None]:
    """No process that a test's command starts outlives its clients for long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMPOREC_IDLE_SECONDS", os.environ.get("TEMPOREC_IDLE_SECONDS", "1"))
        yield
