"""`debit-files`: which files there are, and one that is written at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

import starter
from commands import debit_files, printing
from tests.debits.house import creditor_file
from tests.debits.ledger import NOON, DebitBooks

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    books: DebitBooks,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command at noon, on these books; Temporal is away."""
    monkeypatch.setenv("DUELY_DATABASE_URL", str(books.database.engine.url))
    monkeypatch.setenv("DUELY_DOCUMENTS_DIR", str(tmp_path / "documents"))
    monkeypatch.setenv("DUELY_CREDITOR", str(creditor_file(tmp_path)))
    monkeypatch.setenv("DUELY_DEBIT_FILES", str(books.outbox))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setattr(debit_files, "now", lambda: NOON)
    monkeypatch.setattr(printing.out, "width", 150)

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        app = starter.app
        status = starter._status_of(
            lambda: app(["debit-files", *words], standalone_mode=False, prog_name="duely")
        )
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_files_are_listed_with_their_day_bank_count_sum_and_status(
    books: DebitBooks, run: Run
) -> None:
    assert run() == (0, "No file of debits was ever written.\n")
    books.debited("R-1", "R-2")
    books.write()
    _, listed = run()
    for word in ("house-260304-1", "2026-03-04", " 2 ", "200.00 EUR", "handed over"):
        assert word in listed
    assert '"debits": 2' in run("--json")[1]


def test_what_waits_is_written_at_once_and_once(books: DebitBooks, run: Run) -> None:
    books.debited("R-1")
    written = run("--write", "house")
    assert written == (0, "house-2026-03-04-house-260304-1.xml: 1 debit, 100.00 EUR.\n")
    assert len(books.files()) == 1
    again = run("--write", "house")
    assert again == (0, "Nothing has to be at house by its next cut-off.\n")
    assert len(books.files()) == 1


def test_bank_that_takes_none_is_one_sentence(run: Run) -> None:
    status, said = run("--write", "other")
    assert (status, said) == (2, "bank 'other' takes no debits, expected house\n")


def test_folder_that_is_not_named_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DUELY_DEBIT_FILES")
    status, said = run("--write", "house")
    expected = "DUELY_DEBIT_FILES names no folder, expected where files of debits go\n"
    assert (status, said) == (2, expected)


def test_folder_that_is_not_there_is_a_service_not_reached(books: DebitBooks, run: Run) -> None:
    books.debited("R-1")
    books.outbox.rmdir()
    status, said = run("--write", "house")
    assert status == 3
    assert said.count("\n") == 1
    assert "(DUELY_DEBIT_FILES) cannot be written to: No such file or directory" in said
