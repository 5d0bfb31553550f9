"""Books for every test of this room, copied from one database that was migrated once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.banking.books import Books
from worker import open_database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "duely.db"
    open_database(Settings(database_url=f"sqlite:///{file}")).close()
    return file


@pytest.fixture
def books(tmp_path: Path, migrated: Path) -> Iterator[Books]:
    found = Books(f"sqlite:///{shutil.copy(migrated, tmp_path)}", tmp_path)
    yield found
    found.database.close()
