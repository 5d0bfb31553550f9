"""A desk for every test of this room, on a copy of one database that was migrated once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.letters.desk import Desk
from worker import open_database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "duely.db"
    open_database(Settings(database_url=f"sqlite:///{file}")).close()
    return file


@pytest.fixture
def desk(tmp_path: Path, migrated: Path) -> Iterator[Desk]:
    found = Desk(f"sqlite:///{shutil.copy(migrated, tmp_path)}", tmp_path)
    yield found
    found.close()
