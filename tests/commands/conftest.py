"""A record, and a command line that reads it at a chosen hour."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import starter
from commands import (
    acts,
    bank,
    calls,
    methods,
    payments,
    preview,
    printing,
    refunds,
    status,
    unmatched,
    why,
)
from tests.commands.record import Record, berlin
from tests.migrated import put
from tests.workflows.policies import SHORT


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ended]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    found = Record(f"sqlite:///{put(tmp_path / 'duely.db')}")
    yield found
    found.close()


@pytest.fixture
def called(record: Record) -> Record:
    """The same record on the day a customer's call is due, its task open: Tuesday 2026-03-10."""
    record.policy = SHORT
    record.invoice()
    record.send("2026-03-05")
    record.gather("2026-03-10")
    record.now = berlin("2026-03-10", "11:00")
    return record


@pytest.fixture
def no_record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database that cannot be opened: its file is a folder."""
    (tmp_path / "folder.db").mkdir()
    monkeypatch.setenv("DUELY_DATABASE_URL", f"sqlite:///{tmp_path / 'folder.db'}")


@pytest.fixture
def command(
    record: Record, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs `starter.py WORDS...` in this process, at the record's hour, with Temporal away."""
    monkeypatch.setenv("DUELY_DATABASE_URL", record.url)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("LOGNAME", "anna")
    monkeypatch.setattr(printing.out, "width", 150)
    for module in (acts, bank, calls, methods, payments, preview, refunds, status, unmatched, why):
        monkeypatch.setattr(module, "now", lambda: record.now)

    def run(*words: str) -> Ended:
        capsys.readouterr()
        code = starter._status_of(
            lambda: starter.app(list(words), standalone_mode=False, prog_name="duely")
        )
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run
