from collections.abc import Iterator
from pathlib import Path

import pytest

from temporec_mcp.relay.calling import stop_owner


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A fresh home, whose owner is gone when the test is over."""
    home = tmp_path / "home"
    yield home
    stop_owner(str(home))
