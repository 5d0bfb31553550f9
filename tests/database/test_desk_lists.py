"""What the desk's pages read is read on both databases alike."""

from decimal import Decimal

from activities.banking.open_entries import open_page, statements_page
from activities.case_list import case_sheet, cases_page, count_by_state
from activities.parked import parked_page
from activities.refund_list import refunds_page
from models.messages import WriteOff
from models.tables import CaseState, Trouble
from rules.refunds import RefundState
from tests.commands.record import Record
from tests.workflows.policies import EARLY, HEAD, LEGAL, NOTICE

TO_LAWYER = HEAD + EARLY + NOTICE + LEGAL.replace("3, 8", "5, 8")


def test_lists_of_the_desk_are_read(database_url: str) -> None:
    record = Record(database_url)
    record.policy, record.limit = TO_LAWYER, Decimal(50)
    record.invoice()
    record.invoice("I2", customer="C2")
    record.send("2026-03-05")
    record.gather("2026-03-10")
    record.pay("40.00")
    assert record.act(WriteOff(by="anna"), "I2") == ""
    with record.writing() as journal:
        session = journal.session
        found = parked_page(session)
        assert found.counts == {Trouble.HANDED_OVER_CHANGED: 1, Trouble.WRITE_OFF: 1}
        assert found.parked[Trouble.HANDED_OVER_CHANGED][0].case == "C-C1-1"
        (given_up,) = found.parked[Trouble.WRITE_OFF]
        assert given_up.proposal is not None
        assert given_up.proposal.by == "anna"
        assert len(parked_page(session, Trouble.WRITE_OFF).parked) == 1
        (row,), _ = cases_page(session)
        assert (row.changed, count_by_state(session)) == (True, {CaseState.HANDED_OVER: 1})
        sheet = case_sheet(session, "C-C1-1")
        assert sheet is not None
        assert [event.event for event in sheet.events] == ["legal_handover", "case_corrected"]
        assert refunds_page(session, RefundState.SENT) == ([], False)
        assert (open_page(session), statements_page(session)) == (([], False), ([], False))
    record.close()
