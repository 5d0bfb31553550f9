"""A record of its own for each test, with a customer who owes an invoice due on 2026-03-16."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.record import Record
from tests.workflows.policies import BRISK


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("new") / "duely.db"
    Record(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def record(tmp_path: Path, new_database: Path) -> Iterator[Record]:
    found = Record(f"sqlite:///{shutil.copy(new_database, tmp_path)}")
    found.policy = BRISK
    found.invoice(due="2026-03-16")
    yield found
    found.close()
