"""Books for every test of this room, on a database that is migrated already."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.banking.books import Books
from tests.migrated import put


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For a property, whose every example begins with a copy of it."""
    return put(tmp_path_factory.mktemp("migrated") / "duely.db")


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    found = Books(f"sqlite:///{put(tmp_path / 'duely.db')}", tmp_path)
    yield found
    found.database.close()
