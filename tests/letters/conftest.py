"""A desk for every test of this room, on a database that is migrated already."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.letters.desk import Desk
from tests.migrated import put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(f"sqlite:///{put(tmp_path / 'duely.db')}", tmp_path)
    yield found
    found.close()
