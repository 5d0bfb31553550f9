"""The people around the ladder: what each says and pays follows from the record."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from activities.calls_record import open_task
from activities.holds import begin_hold
from activities.journal import Journal
from models.messages import CallOutcome, DisputeOutcome, SetAddress
from models.tables import CallItemRecord, HoldRecord, InvoiceRecord, PositionRecord, Trouble
from rules.calls import Outcome
from rules.case import HoldKind
from sandbox.office import (
    NEW_ADDRESSES,
    PAUSED_CUSTOMER,
    addresses_to_mend,
    disputes_to_decide,
    pause_and_resume,
)
from sandbox.payers import money_due
from sandbox.sample_customers import CUSTOMERS, Says
from sandbox.staff import calls_due, heard
from tests.sandbox.record import DAY, LADDER, NOW, invoice, record

TODAY = LADDER.today(NOW)


def who(says: Says) -> str:
    """The first sample customer who speaks like this."""
    return next(key for key, customer in CUSTOMERS.items() if customer.says is says)


def task_for(session: Session, journal: Journal, number: str) -> str:
    return open_task(journal, [session.get_one(InvoiceRecord, number)], journal.now)


def hold(session: Session, journal: Journal, number: str, kind: HoldKind) -> HoldRecord:
    begin_hold(journal, session.get_one(InvoiceRecord, number), kind, until=None, reason="")
    query = select(HoldRecord).order_by(col(HoldRecord.id).desc())
    return session.exec(query.limit(1)).one()


class TestStaff:
    @pytest.mark.parametrize(
        ("says", "outcome"),
        [
            (Says.NOTHING, Outcome.NO_ANSWER),
            (Says.PROMISES, Outcome.PROMISE),
            (Says.PROMISES_IN_VAIN, Outcome.PROMISE),
            (Says.CALL_ME_BACK, Outcome.CALL_BACK),
            (Says.HAS_PAID, Outcome.PAID),
            (Says.DISPUTES_RIGHTLY, Outcome.DISPUTE),
            (Says.DISPUTES_WRONGLY, Outcome.DISPUTE),
            (Says.WRONG_NUMBER, Outcome.WRONG_NUMBER),
        ],
    )
    def test_hear_what_the_customer_says(self, says: Says, outcome: Outcome) -> None:
        said = heard(says, called_back=False, now=NOW, today=TODAY)
        assert said.outcome is outcome

    def test_called_back_hear_a_promise(self) -> None:
        said = heard(Says.CALL_ME_BACK, called_back=True, now=NOW, today=TODAY)
        assert (said.outcome, said.day) == (Outcome.PROMISE, TODAY + 3 * DAY)

    def test_work_a_task_when_its_attempt_is_due_and_not_before(self, tmp_path: Path) -> None:
        customer = who(Says.PROMISES)
        with record(tmp_path / "a.db", invoice(customer, "1")) as (session, journal):
            task = task_for(session, journal, "1")
            (saying,) = calls_due(session, NOW, LADDER)
            assert (saying.workflow_id, saying.name) == (f"call:{task}", "outcome")
            session.get_one(CallItemRecord, (task, "1")).due_at = NOW + DAY
            session.flush()
            assert list(calls_due(session, NOW, LADDER)) == []

    def test_reach_nobody_in_the_second_task_of_who_disputed_in_the_first(
        self, tmp_path: Path
    ) -> None:
        customer = who(Says.DISPUTES_WRONGLY)
        with record(tmp_path / "a.db", invoice(customer, "1"), invoice(customer, "2")) as (
            session,
            journal,
        ):
            for number in ("1", "2"):
                task_for(session, journal, number)
            acts = [saying.act for saying in calls_due(session, NOW, LADDER)]
        outcomes = [act.outcome for act in acts if isinstance(act, CallOutcome)]
        assert outcomes == [Outcome.DISPUTE, Outcome.NO_ANSWER]


class TestOffice:
    @pytest.mark.parametrize(
        ("says", "decided"),
        [
            (Says.DISPUTES_WRONGLY, [(False, None), (False, None)]),
            (Says.DISPUTES_RIGHTLY, [(True, 3000), (True, None)]),
        ],
    )
    def test_decides_a_dispute_after_four_days(
        self, tmp_path: Path, says: Says, decided: list[tuple[bool, int | None]]
    ) -> None:
        rows = [invoice(who(says), number) for number in ("1", "2")]
        with record(tmp_path / "a.db", *rows) as (session, journal):
            for number in ("1", "2"):
                hold(session, journal, number, HoldKind.DISPUTE)
            assert list(disputes_to_decide(session, NOW + 3 * DAY)) == []
            acts = [saying.act for saying in disputes_to_decide(session, NOW + 4 * DAY)]
        found = [(a.upheld, a.credit_minor) for a in acts if isinstance(a, DisputeOutcome)]
        assert found == decided

    def test_mends_an_address_two_days_after_it_was_refused(self, tmp_path: Path) -> None:
        (customer,) = NEW_ADDRESSES
        with record(tmp_path / "a.db", invoice(customer, "1")) as (session, journal):
            journal.needs_attention(Trouble.ADDRESS, customer)
            session.flush()
            assert list(addresses_to_mend(session, NOW + DAY)) == []
            (saying,) = addresses_to_mend(session, NOW + 2 * DAY)
        assert isinstance(saying.act, SetAddress)
        assert saying.act.email == NEW_ADDRESSES[customer]

    def test_pauses_by_signal_once_and_resumes_later(self, tmp_path: Path) -> None:
        with record(tmp_path / "a.db", invoice(PAUSED_CUSTOMER, "1")) as (session, journal):
            assert list(pause_and_resume(session, NOW)) == []  # no notice went yet
            session.get_one(PositionRecord, "1").level = 1
            session.flush()
            (pause,) = pause_and_resume(session, NOW)
            assert (pause.name, pause.as_signal) == ("pause", True)
            begun = hold(session, journal, "1", HoldKind.PAUSE)
            assert list(pause_and_resume(session, NOW + DAY)) == []
            (resume,) = pause_and_resume(session, NOW + 8 * DAY)
            assert (resume.name, resume.as_signal) == ("resume", True)
            begun.ended_at = NOW + 8 * DAY
            session.flush()
            assert list(pause_and_resume(session, NOW + 9 * DAY)) == []


class TestPayers:
    @pytest.mark.parametrize(
        ("says", "kind", "days"),
        [
            (Says.PROMISES, HoldKind.PROMISE, 3),
            (Says.CALL_ME_BACK, HoldKind.PROMISE, 3),
            (Says.HAS_PAID, HoldKind.CLAIMED_PAID, 1),
        ],
    )
    def test_pay_whole_on_the_day_they_named(
        self, tmp_path: Path, says: Says, kind: HoldKind, days: int
    ) -> None:
        with record(tmp_path / "a.db", invoice(who(says), "1")) as (session, journal):
            hold(session, journal, "1", kind)
            before = NOW + timedelta(days=days - 1)
            assert list(money_due(session, before, LADDER)) == []
            (paid,) = money_due(session, NOW + days * DAY, LADDER)
        assert (paid.invoice_number, paid.amount_minor) == ("1", 9000)

    def test_who_promises_in_vain_never_pays(self, tmp_path: Path) -> None:
        with record(tmp_path / "a.db", invoice(who(Says.PROMISES_IN_VAIN), "1")) as (
            session,
            journal,
        ):
            hold(session, journal, "1", HoldKind.PROMISE)
            assert list(money_due(session, NOW + 60 * DAY, LADDER)) == []

    def test_who_was_right_pays_the_rest_when_the_dispute_is_over(self, tmp_path: Path) -> None:
        with record(tmp_path / "a.db", invoice(who(Says.DISPUTES_RIGHTLY), "1")) as (
            session,
            journal,
        ):
            dispute = hold(session, journal, "1", HoldKind.DISPUTE)
            assert list(money_due(session, NOW + 60 * DAY, LADDER)) == []
            dispute.ended_at = NOW + DAY
            session.flush()
            assert len(list(money_due(session, NOW + 3 * DAY, LADDER))) == 1
