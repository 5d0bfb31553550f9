"""How the demo ends: its links answer, and the replay beside it has to end in time."""

import io
from pathlib import Path

from rich.console import Console

from gateways.policy_files import read_policy
from models.settings import HOME
from sandbox.debits import Debits
from sandbox.ending import Ending, listed, numbers, silent
from sandbox.exactly import Beside
from sandbox.replay_summary import Summary, summarise
from sandbox.server import free_port
from tests.sandbox.record import POLICY


def told() -> Ending:
    return Ending(
        summary=nothing(),
        heard={"no_answer": 2},
        attention=["C-1 (wrong number)"],
        debits=Debits(
            mandates=4, cards=1, announced=9, collected=8, failed=3, retried=2, returned=1
        ),
        invoice="1",
        customer="C-1",
    )


def nothing() -> Summary:
    return summarise(read_policy(POLICY), [], mails=0)


def printed(exact: Summary | None) -> str:
    console = Console(file=io.StringIO(), record=True, width=160)
    console.print(numbers(told(), exact))
    return console.export_text()


class TestNumbers:
    def test_stand_beside_the_replays(self) -> None:
        text = printed(nothing())
        assert "by the replay, to the day" in text
        assert "no answer 2" in text
        assert "C-1 (wrong number)" in text
        assert "mandates 4, cards 1" in text
        assert "9 announced, 8 collected, 3 failed, 1 came back; 2 tried again" in text

    def test_stand_alone_where_the_replay_did_not_end(self) -> None:
        assert "replay" not in printed(None)


class TestLinks:
    def test_stand_in_one_line_each_however_long(self) -> None:
        links = {"A": "http://127.0.0.1:1/" + "x" * 300, "Longer": "b"}
        assert [line.split()[0] for line in listed(links).splitlines()] == ["A", "Longer"]

    async def test_that_lead_nowhere_are_named(self) -> None:
        nobody = f"http://127.0.0.1:{free_port()}/"
        assert await silent([nobody]) == [nobody]


def beside(folder: Path, seconds: float) -> Beside:
    """Of a ledger without a row."""
    for name in ("invoices", "payments", "methods"):
        header = (HOME / "samples" / f"{name}.csv").read_text("utf-8").splitlines()[0]
        (folder / f"{name}.csv").write_text(header + "\n", "utf-8")
    return Beside(
        invoices=folder / "invoices.csv",
        payments=folder / "payments.csv",
        methods=folder / "methods.csv",
        policy=POLICY,
        creditor=HOME / "creditor.toml",
        out=folder / "replay",
        seconds=seconds,
    )


class TestReplayBeside:
    async def test_gives_what_the_command_found(self, tmp_path: Path) -> None:
        summary = await beside(tmp_path, 120).summary()
        assert summary is not None
        assert (summary.policy, summary.invoices) == ("demo", 0)

    async def test_that_does_not_end_in_time_is_ended(self, tmp_path: Path) -> None:
        assert await beside(tmp_path, 0.05).summary() is None

    async def test_that_fails_gives_nothing_and_leaves_what_it_said(self, tmp_path: Path) -> None:
        job = beside(tmp_path, 120)
        job.invoices.write_text("no ledger\n", "utf-8")
        assert await job.summary() is None
        assert "invoices.csv" in job.log.read_text("utf-8")
