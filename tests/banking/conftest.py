"""Books for every test of this room, on a database that is migrated already."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.banking.books import Books
from tests.migrated import put


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    found = Books(f"sqlite:///{put(tmp_path / 'duely.db')}", tmp_path)
    yield found
    found.database.close()
