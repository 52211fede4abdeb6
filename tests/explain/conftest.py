from collections.abc import Iterator

import pytest

from tests.explain.readers import Readers, open_readers


@pytest.fixture(scope="package")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """Give a trained home; a test that logs events takes a user of its own."""
    found = open_readers(tmp_path_factory.mktemp("readers"))
    yield found
    found.app.close()
