"""`starter.py doctor`: what a person reads, what a program reads, and the status it ends with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.service import RPCError, RPCStatusCode

import starter
from commands.doctor import Report
from rules.errors import Unreachable
from rules.examination import Fault, Finding
from sandbox.server import free_port
from worker import services_that_answer

MISSING = [Finding(Fault.MISSING, f"invoice:{n}", "no workflow of this id runs") for n in range(12)]
BOOKS = Finding(Fault.BOOKS, "R-1", "balance 5, by its bookings 4")


def test_sound_house_is_one_line_and_status_0() -> None:
    report = Report(())
    assert report.text() == "Nothing is wrong: ledger and workflows agree"
    assert report.status == 0


def test_findings_are_grouped_with_their_entry_and_status_1() -> None:
    report = Report((*MISSING, BOOKS))
    text = report.text()
    assert "missing_workflow (12): Something open has no running workflow" in text
    assert "  invoice:9: no workflow of this id runs\n  and 2 more, --json has them\n" in text
    assert "  What to do: docs/runbook.md, books" in text
    assert text.endswith("--fix starts, delivers and wakes what can be mended safely")
    assert report.status == 1


def test_what_was_mended_is_said_and_what_is_left() -> None:
    text = Report((BOOKS,), mended=("2 messages delivered",)).text()
    assert text.startswith("Mended: 2 messages delivered\n\nbooks (1): ")
    assert "--fix" not in text


def test_json_has_every_finding() -> None:
    read = json.loads(Report((*MISSING, BOOKS)).json())
    assert len(read["findings"]) == 13
    assert read["mended"] is None
    assert read["findings"][-1] == {
        "fault": "books",
        "key": "R-1",
        "says": "balance 5, by its bookings 4",
        "runbook": "docs/runbook.md#books",
        "mendable": False,
    }


def test_temporal_that_goes_away_half_way_is_one_sentence() -> None:
    with pytest.raises(Unreachable) as unreachable, services_that_answer():
        raise RPCError("Namespace nowhere is not found.", RPCStatusCode.NOT_FOUND, b"")
    said = "Temporal does not answer (TEMPORAL_ADDRESS): Namespace nowhere is not found."
    assert str(unreachable.value) == said


def test_temporal_away_ends_with_status_3(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ends_with: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DUELY_DATABASE_URL", f"sqlite:///{tmp_path / 'duely.db'}")
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    assert ends_with("doctor") == 3
    said = capsys.readouterr().err
    assert "TEMPORAL_ADDRESS" in said
    assert said.count("\n") == 1


@pytest.fixture
def ends_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `starter.py WORDS...` up to where its process would end; the status it ends with."""

    class Ended(BaseException):
        """Stands for the end of the process."""

    def end_process(status: int) -> None:
        raise Ended(status)

    def run(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["starter.py", *words])
        with pytest.raises(Ended) as ended:
            starter.main()
        return int(ended.value.args[0])

    monkeypatch.setattr(starter, "end_process", end_process)
    return run
