"""Every real file comes in whole: as many statements and entries as its list says, and its sums said."""

import asyncio
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlmodel import select

from activities.banking.recording import BankFileTaken
from activities.database import Database
from commands.import_told import import_text
from models.settings import HOME, Settings
from models.tables import BankEntryRecord, BankFileRecord, BankStatementRecord
from rules.clock import REAL_TIME
from rules.errors import FileMistake
from worker import import_files

SHARED = HOME.parent / "shared" / "data" / "statements"
pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="the shared data is not beside this tree"
)


def manifest() -> list[Mapping[str, str]]:
    if not SHARED.exists():
        return []
    with (SHARED / "MANIFEST.csv").open(encoding="utf-8", newline="") as source:
        return [row for row in csv.DictReader(source) if "pain008" not in row["file"]]


def name(row: Mapping[str, str]) -> str:
    return Path(row["file"]).name


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'duely.db'}", documents_dir=tmp_path / "documents"
    )


@pytest.fixture
def nobody_at_temporal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")


def banks(settings: Settings, path: Path) -> tuple[BankFileTaken, list[str]]:
    taken = asyncio.run(import_files(settings, [path], REAL_TIME))
    return taken.bank[0], import_text(taken)


def recorded(settings: Settings) -> Iterator[int]:
    database = Database(settings.database_url)
    with database.transaction() as session:
        for table in (BankFileRecord, BankStatementRecord, BankEntryRecord):
            yield len(session.exec(select(table)).all())
    database.close()


@pytest.mark.usefixtures("nobody_at_temporal")
@pytest.mark.parametrize("row", [row for row in manifest() if "wrong" not in row["file"]], ids=name)
def test_real_file_comes_in_with_what_its_list_says(
    row: Mapping[str, str], settings: Settings
) -> None:
    bank, told = banks(settings, SHARED / name(row))
    assert len(bank.statements) == int(row["statements"] or 0)
    assert sum(one.entries for one in bank.statements) == int(row["entries"] or 0)
    expected = [word == "yes" for word in row["balances_add_up"].split()]
    found = [one.adds_up for one in bank.statements if one.adds_up is not None]
    assert found == (expected or found)
    wrong = [line for line in told if "DOES NOT ADD UP" in line]
    assert len(wrong) == sum(up is False for up in found)


@pytest.mark.usefixtures("nobody_at_temporal")
def test_wrong_file_is_refused_and_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(FileMistake, match="expected at least one Stmt"):
        asyncio.run(import_files(settings, [SHARED / "genkgo_camt053.v2.wrong.xml"], REAL_TIME))
    assert not Path(settings.database_url.removeprefix("sqlite:///")).exists() or list(
        recorded(settings)
    ) == [0, 0, 0]


@pytest.mark.usefixtures("nobody_at_temporal")
def test_all_real_files_at_once_are_recorded_once(settings: Settings) -> None:
    paths = [SHARED / name(row) for row in manifest() if "wrong" not in row["file"]]
    asyncio.run(import_files(settings, paths, REAL_TIME))
    once = list(recorded(settings))
    again = asyncio.run(import_files(settings, paths[::-1], REAL_TIME))
    assert all(file.again for file in again.bank)
    assert list(recorded(settings)) == once
