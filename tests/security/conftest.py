from collections.abc import Iterator

import pytest

from tests.models.tiny_model import save_tiny_model
from tests.security.world import World, make_world


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A text encoder that reads every letter, so that no word is lost on it."""
    return str(save_tiny_model(tmp_path_factory.mktemp("encoder")))


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory, encoder: str) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("world"), encoder)
    yield made
    made.app.close()
