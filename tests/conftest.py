"""What holds for every test: a clean environment, and a run that ends with its true status."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gateways.process import end_process

if TYPE_CHECKING:
    from tests.postgres import Postgres


def pytest_configure(config: pytest.Config) -> None:
    """No example of a property is timed: a busy machine makes no rule wrong."""
    if config.pluginmanager.has_plugin("hypothesispytest"):
        from hypothesis import settings  # a run without properties starts quicker

        settings.register_profile("house", deadline=None)
        settings.load_profile("house")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches one."""
    for name in list(os.environ):
        if name.startswith(("DUELY_", "TEMPORAL_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Postgres"]:
    """The one PostgreSQL server of a run; started by the first test that asks for it."""
    from tests.postgres import Postgres  # a run without the database starts quicker

    server = Postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it: the test runs once on each."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'duely.db'}"
    return str(request.getfixturevalue("postgres").new(migrated=False))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that was migrated already: the test runs once on each."""
    from tests.migrated import put  # a run without the database starts quicker

    if request.param == "sqlite":
        return f"sqlite:///{put(tmp_path / 'duely.db')}"
    return str(request.getfixturevalue("postgres").new())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Ends the process here, after the summary and every report, before the interpreter does.

    Outermost around the whole run: by then pytest has reported and unconfigured itself. What is
    left is only the interpreter's shutdown, and that is what turns a green run red
    (`end_process` says how).
    """
    status = yield
    # A worker of pytest-xdist has its parent waiting, and returns to it.
    if isinstance(status, int) and not hasattr(config, "workerinput"):
        end_process(int(status))
    return status
