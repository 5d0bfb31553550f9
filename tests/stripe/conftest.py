"""One localstripe for all tests of a process, and a wire to it for each."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.stripe import local
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
