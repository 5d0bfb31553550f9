"""Books that have debits, for every test of this room that needs a database.

One engine for all of them, over a file that is new for each: what it has compiled is not compiled again.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.debits.ledger import DebitBooks
from worker import open_database


@pytest.fixture(scope="session")
def one_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DebitBooks, Path]]:
    folder = tmp_path_factory.mktemp("debits")
    migrated = folder / "migrated.db"
    open_database(Settings(database_url=f"sqlite:///{migrated}")).close()
    found = DebitBooks(f"sqlite:///{folder / 'duely.db'}", folder)
    yield found, migrated
    found.database.close()


@pytest.fixture
def books(one_engine: tuple[DebitBooks, Path], tmp_path: Path) -> DebitBooks:
    found, migrated = one_engine
    found.database.engine.dispose()
    file = Path(found.database.engine.url.database or "")
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(migrated, file)
    found.begin(tmp_path)
    return found
