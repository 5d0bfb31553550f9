"""`starter.py import --plan`: it says what would come, and leaves everything as it was."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import starter
from rules.errors import UserMistake
from tests.files.ledgers import invoice_text
from tests.methods.builders import CARD, MANDATE, write_methods

TODAY = datetime.now(UTC).date()
Run = Callable[..., str]


def long_ago(days: int = 100) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def owed(number: str, **changes: str) -> dict[str, str]:
    due = changes.get("due_date", long_ago())
    issued = (date.fromisoformat(due) - timedelta(days=14)).isoformat()
    row = {"customer_id": f"C{number}", "invoice_number": f"R{number}", "due_date": due}
    return {"issue_date": issued, **row, **changes}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `starter.py import WORDS...` in a folder of its own, without a Temporal server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUELY_DATABASE_URL", "sqlite:///books/duely.db")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    def run(*words: str) -> str:
        capsys.readouterr()
        starter.app(["import", *words], standalone_mode=False)
        return capsys.readouterr().out

    return run


def files(folder: Path, *rows: Mapping[str, str], name: str = "invoices.csv") -> str:
    (folder / name).write_text(invoice_text(*rows), "utf-8")
    return name


def everything(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def planned(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_without_a_database_none_is_made(tmp_path: Path, run: Run) -> None:
    name = files(tmp_path, owed("1"))
    before = everything(tmp_path)
    said = run("--plan", name)
    assert "Notices         1  (invoices of level 1: 1)" in said
    assert "R1  level 1  428.40 EUR  due since" in said
    assert everything(tmp_path) == before
    assert not (tmp_path / "books").exists()


def test_existing_database_counts_and_keeps_every_byte(tmp_path: Path, run: Run) -> None:
    run(files(tmp_path, owed("1")))
    before = everything(tmp_path)
    name = files(tmp_path, owed("1"), owed("2", customer_id="C1"))
    found = planned(run("--plan", "--json", name))
    assert (found["new"]["invoices"], found["known_invoices"]) == (1, 1)
    (notice,) = found["happenings"]
    assert notice["kind"] == "notice"
    assert notice["claims"] == {"EUR": "856.80"}
    assert [invoice["number"] for invoice in notice["invoices"]] == ["R1", "R2"]
    after = everything(tmp_path)
    assert {k: v for k, v in after.items() if k != name} == {
        k: v for k, v in before.items() if k != name
    }


def test_plan_of_the_next_import_is_what_the_last_one_left(tmp_path: Path, run: Run) -> None:
    name = files(tmp_path, *(owed(str(n), due_date=long_ago(90 + n)) for n in range(5)))
    before = planned(run("--plan", "--json", "--spread", "2", name))
    said = run("--spread", "2", name)
    assert "a backlog: 3 customers hear from us after" in said
    after = planned(run("--plan", "--json", name))
    assert after["held_back"] == before["held_back"]
    assert [h["invoices"] for h in after["happenings"]] == [
        h["invoices"] for h in before["happenings"]
    ]
    assert [one["customer_id"] for one in after["held_back"]] == ["C1", "C2", "C0"]
    days = [one["until"] for one in after["held_back"]]
    assert days[0] == days[1] < days[2]


def test_setting_says_how_many_a_day(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = files(tmp_path, *(owed(str(n)) for n in range(3)))
    monkeypatch.setenv("DUELY_BACKLOG_PER_DAY", "1")
    assert "Held back       2 customers until" in run("--plan", name)
    assert "Held back       nobody" in run("--plan", "--spread", "0", name)


def test_day_asked_for_is_planned(tmp_path: Path, run: Run) -> None:
    name = files(tmp_path, owed("1", due_date="2026-01-19"))
    early = planned(run("--plan", "--json", "--on", "2026-02-01", name))
    assert (early["day"], early["happenings"]) == ("2026-02-02", [])
    (notice,) = planned(run("--plan", "--json", "--on", "2026-03-02", name))["happenings"]
    assert (notice["at"], notice["to"]) == ("2026-03-02T08:00:00+00:00", "post@morgenrot.example")
    assert notice["invoices"][0]["why"] == "due since 2026-01-19; this is its day"


def test_mode_in_which_nothing_is_sent_is_said(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUELY_MAIL_MODE", "hold")
    assert "DUELY_MAIL_MODE is hold" in run("--plan", files(tmp_path, owed("1")))


def test_useless_address_and_missing_number_need_attention(tmp_path: Path, run: Run) -> None:
    rows = [
        owed("1", email="nobody"),
        owed("2", phone="", level="3", last_notice_date=long_ago(60)),
    ]
    said = run("--plan", files(tmp_path, *rows))
    assert "C1  Bäckerei Morgenrot: no usable address: 'nobody'" in said
    assert "C2  Bäckerei Morgenrot: no telephone number" in said


@pytest.mark.parametrize("words", [["--json"], ["--on", "2026-03-02"]], ids=str)
def test_options_of_the_plan_without_it_are_refused(
    tmp_path: Path, run: Run, words: list[str]
) -> None:
    with pytest.raises(UserMistake, match="expected --plan with them"):
        run(*words, files(tmp_path, owed("1")))
    assert not (tmp_path / "books").exists()


def test_file_is_refused_as_the_import_would(tmp_path: Path, run: Run) -> None:
    name = files(tmp_path, owed("1", level="7", last_notice_date=long_ago(60)))
    with pytest.raises(UserMistake) as planned_mistake:
        run("--plan", name)
    with pytest.raises(UserMistake) as mistake:
        run(name)
    assert str(planned_mistake.value) == str(mistake.value)
    assert "the policy standard has no notice of level 7" in str(mistake.value)


def signed(**changes: str) -> dict[str, str]:
    return {**MANDATE, "signed_on": "2025-01-05", **changes}


def test_announcement_that_nobody_can_be_sent_is_not_planned_and_needs_attention(
    tmp_path: Path, run: Run
) -> None:
    invoices = files(tmp_path, owed("1", due_date="2026-01-19", email=""))
    write_methods(tmp_path, signed())
    found = planned(run("--plan", "--json", "--on", "2026-01-16", "methods.csv", invoices))
    assert found["happenings"] == []
    assert [(one["customer_id"], one["trouble"]) for one in found["attention"]] == [
        ("C1", "address")
    ]


def test_methods_come_in_with_their_customers_and_their_debits_are_planned(
    tmp_path: Path, run: Run
) -> None:
    """The announcement of one that is overdue goes first; a card is debited at once."""
    invoices = files(tmp_path, owed("1", due_date="2026-01-19"), owed("2", due_date="2026-01-19"))
    write_methods(tmp_path, signed(), {**CARD, "customer_id": "C2"})
    words = ["--plan", "--json", "--on", "2026-01-16", "methods.csv", invoices]
    found = planned(run(*words))
    assert found["new"]["payment_methods"] == 2
    (announced,) = found["happenings"]
    assert (announced["kind"], announced["customer_id"]) == ("announcement", "C1")
    why = "due on 2026-01-19; to be debited by M-C1-1 on 2026-01-30"
    assert announced["invoices"][0]["why"] == why
    debited = planned(run("--plan", "--json", "--on", "2026-01-19", "methods.csv", invoices))
    assert [(one["kind"], one["customer_id"]) for one in debited["happenings"]] == [
        ("announcement", "C1"),
        ("debit", "C2"),
    ]
    said = run(*words[:1], *words[2:])
    assert "Payment methods  2 new, 0 known already" in said
    assert "Announcements of debits" in said
    assert not (tmp_path / "books").exists()


def test_methods_are_told_and_a_wrong_row_keeps_all_of_the_import_out(
    tmp_path: Path, run: Run
) -> None:
    invoices = files(tmp_path, owed("1"))
    write_methods(tmp_path, signed(), signed(customer_id="C9", reference="M-9"), name="wrong.csv")
    with pytest.raises(
        UserMistake, match=r"wrong.csv, line 3, column customer_id: no customer 'C9'"
    ):
        run("wrong.csv", invoices)
    write_methods(tmp_path, signed())
    said = run("methods.csv", invoices)
    assert "1 invoices and 0 payments recorded, 0 invoices were known already" in said
    assert "1 payment method put on file or completed, 0 known already" in said
    said = run("methods.csv")
    assert said.startswith("0 payment methods put on file or completed, 1 known already")
