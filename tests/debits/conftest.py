"""Books that have debits, for every test of this room that needs a database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.debits.ledger import DebitBooks
from worker import open_database


@pytest.fixture(scope="session")
def migrated_debits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "duely.db"
    open_database(Settings(database_url=f"sqlite:///{file}")).close()
    return file


@pytest.fixture
def books(tmp_path: Path, migrated_debits: Path) -> Iterator[DebitBooks]:
    found = DebitBooks(f"sqlite:///{shutil.copy(migrated_debits, tmp_path)}", tmp_path)
    yield found
    found.database.close()
