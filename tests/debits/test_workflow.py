"""A bank's workflow and an invoice's: tried, written to a file before the cut-off, paid or tried again."""

from pathlib import Path

from models import names
from models.messages import DebitFiles
from models.tables import CollectionRecord, DebitFileRecord
from rules.statements import FileFormat
from tests.banking.files import Paid, camt
from tests.debits.files import Said, pain002
from tests.debits.house import BankHouse
from tests.debits.test_debit_files import said
from tests.workflows.debtors import letters


async def test_debit_is_in_the_file_before_the_cut_off_and_pays_when_it_came(
    tmp_path: Path,
) -> None:
    async with BankHouse(tmp_path) as house:
        await house.take_debits()
        await house.invoice("A")  # due on Monday 2 March
        await house.mandate()
        await house.at("2026-02-27", "13:29")
        assert house.files() == []
        await house.at("2026-02-27", "14:00")
        [path] = house.files()
        assert said(path, "ReqdColltnDt") == ["2026-03-02"]
        [key] = said(path, "EndToEndId")
        await house.at("2026-03-04", "10:00")
        assert await house.status("A") == "open"
        paid = Paid(10_000, e2e=key, day="2026-03-02", ref="C1")
        await house.hear(camt(tmp_path / "a.xml", [paid]), FileFormat.CAMT053)
        await house.settle_down()
        assert await house.status("A") == "settled"
        assert not await house.runs("A")


async def test_debit_that_was_refused_for_lack_of_money_is_in_a_later_file(tmp_path: Path) -> None:
    async with BankHouse(tmp_path) as house:
        await house.take_debits()
        await house.invoice("A")
        await house.mandate()
        await house.at("2026-02-27", "18:00")
        [first] = house.files()
        [message] = said(first, "MsgId")
        refused = Said("RJCT", "AM04", said(first, "EndToEndId")[0])
        await house.hear(pain002(tmp_path / "p.xml", message, refused), FileFormat.PAIN002)
        await house.at("2026-03-10")
        tries = await house.rows(CollectionRecord)
        assert [(one.state, one.file is not None) for one in tries][:2] == [
            ("failed_soft", True),
            ("pending", True),
        ]
        assert said(house.files()[1], "SeqTp") == ["FRST"]


async def test_debit_planned_before_the_bank_was_known_is_at_the_bank_in_time_all_the_same(
    tmp_path: Path,
) -> None:
    async with BankHouse(tmp_path) as house:
        await house.invoice("A")  # due on Monday 2 March; imported before a worker ever ran
        await house.mandate(notice_days=1)
        await house.take_debits()
        await house.at("2026-02-27", "18:00")
        [path] = house.files()
        assert said(path, "ReqdColltnDt") == ["2026-03-02"]
        assert len(await letters(house)) == 1  # announced once, for the day it is debited


async def test_bank_that_is_not_ours_any_more_has_no_workflow(tmp_path: Path) -> None:
    async with BankHouse(tmp_path) as house:
        bank = DebitFiles(bank="gone", clock=house._clock)
        await house.client.execute_workflow(
            names.DEBIT_FILES_WORKFLOW, bank, id="debit-files:gone", task_queue=names.QUEUE
        )
        assert await house.rows(DebitFileRecord) == []
