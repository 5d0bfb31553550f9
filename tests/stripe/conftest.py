"""One localstripe for all tests of a process, and a wire to it for each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.stripe import local
from tests.stripe.shop import Shop
from tests.stripe.wire import Wire, wired


@pytest.fixture(scope="session")
def localstripe() -> Iterator[local.LocalStripe]:
    started = local.start()
    try:
        started.wait()
        yield started
    finally:
        started.close()


@pytest.fixture
async def wire(localstripe: local.LocalStripe) -> AsyncIterator[Wire]:
    async with wired(localstripe.url) as found:
        yield found


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Shop.made_once(tmp_path_factory.mktemp("new") / "duely.db")


@pytest.fixture
def shop(tmp_path: Path, new_database: Path, wire: Wire) -> Iterator[Shop]:
    found = Shop(tmp_path, new_database, wire)
    yield found
    found.close()
