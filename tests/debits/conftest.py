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


class OneEngine:
    """Hands the same books out again and again, each time with nothing in them."""

    def __init__(self, folder: Path) -> None:
        self._migrated = folder / "migrated.db"
        open_database(Settings(database_url=f"sqlite:///{self._migrated}")).close()
        self._file = folder / "duely.db"
        self.books = DebitBooks(f"sqlite:///{self._file}", folder)

    def begin(self, folder: Path) -> DebitBooks:
        self.books.database.engine.dispose()
        for old in self._file.parent.glob(f"{self._file.name}*"):
            old.unlink()
        shutil.copy(self._migrated, self._file)
        self.books.begin(folder)
        return self.books


@pytest.fixture(scope="session")
def one_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneEngine]:
    found = OneEngine(tmp_path_factory.mktemp("debits"))
    yield found
    found.books.database.close()


@pytest.fixture
def books(one_engine: OneEngine, tmp_path: Path) -> DebitBooks:
    return one_engine.begin(tmp_path)
