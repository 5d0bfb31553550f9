"""The console on a record, asked in process; nobody but the test moves the clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.console import Console


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database gone through all migrations once, with staff, for every test to begin with a copy."""
    return Console.made_once(tmp_path_factory.mktemp("new") / "duely.db")


@pytest.fixture
def console(tmp_path: Path, new_database: Path) -> Iterator[Console]:
    found = Console(tmp_path, new_database)
    yield found
    found.close()
