"""One Prism for all tests of a process that ask for it."""

from collections.abc import Iterator

import pytest

from tests.telephone import prism as server


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Prism]:
    """Skips, with one line that says why, where Prism cannot be had."""
    if obstacle := server.obstacle():
        pytest.skip(obstacle)
    started = server.start(tmp_path_factory.mktemp("prism"))
    try:
        if obstacle := started.wait():
            pytest.skip(obstacle)
        yield started
    finally:
        started.close()
