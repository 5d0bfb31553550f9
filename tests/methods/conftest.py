"""A record of its own for each test, with a customer who owes an invoice due on 2026-03-16."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.record import Record
from tests.migrated import put
from tests.workflows.policies import BRISK


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    found = Record(f"sqlite:///{put(tmp_path / 'duely.db')}")
    found.policy = BRISK
    found.invoice(due="2026-03-16")
    yield found
    found.close()
