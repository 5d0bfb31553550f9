"""Prism comes up while other tests run: it is waited for by the first test that asks for it."""

import pytest

from tests.telephone import prism as server

_STARTED = pytest.StashKey[server.Prism]()


def pytest_collection_finish(session: pytest.Session) -> None:
    wanted = any("prism" in getattr(item, "fixturenames", ()) for item in session.items)
    if wanted and not session.config.option.collectonly and not server.obstacle():
        folder = session.config.rootpath / ".pytest_cache" / "prism"
        session.config.stash[_STARTED] = server.start(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if (started := config.stash.get(_STARTED, None)) is not None:
        started.close()


@pytest.fixture(scope="session")
def prism(pytestconfig: pytest.Config) -> server.Prism:
    """Skips, with one line that says why, where Prism cannot be had."""
    started = pytestconfig.stash.get(_STARTED, None)
    if started is None:
        pytest.skip(server.obstacle())
    if obstacle := started.wait():
        pytest.skip(obstacle)
    return started
