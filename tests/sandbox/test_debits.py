"""The demo's debits are counted from the record."""

from datetime import date
from pathlib import Path

from sqlmodel import Session

from activities import methods
from activities.journal import Journal
from models.tables import CollectionRecord, PaymentMethodRecord
from rules.collecting import Try
from rules.methods import MethodKind, Wanted
from sandbox.debits import Debits, debits_of
from tests.sandbox.record import DUE, NOW, invoice, record


def on_file(journal: Journal, customer: str) -> PaymentMethodRecord:
    wanted = Wanted(
        kind=MethodKind.MANDATE,
        reference=f"FT-{customer}",
        iban="DE02500105170137075030",
        signed_on=date(2025, 3, 17),
    )
    return methods.add(journal, customer, wanted)


def debit(
    session: Session, number: str, attempt: int, state: Try, returned_on: date | None = None
) -> None:
    session.add(
        CollectionRecord(
            key=f"collect:{number}:{attempt}",
            invoice_number=number,
            attempt=attempt,
            day=DUE,
            amount_minor=9000,
            currency="EUR",
            state=state.value,
            returned_on=returned_on,
            started_at=NOW,
        )
    )
    session.flush()


def test_what_stays_what_failed_and_what_came_back_are_told_apart(tmp_path: Path) -> None:
    rows = [invoice(f"C-{n}", f"R-{n}") for n in (1, 2, 3)]
    with record(tmp_path / "duely.db", *rows) as (session, journal):
        on_file(journal, "C-1")
        debit(session, "R-1", 1, Try.FAILED_SOFT)
        debit(session, "R-1", 2, Try.SUCCEEDED)
        debit(session, "R-2", 1, Try.FAILED_HARD)
        debit(session, "R-3", 1, Try.SUCCEEDED, returned_on=DUE)
        debit(session, "R-3", 2, Try.SUCCEEDED)
        assert debits_of(session) == Debits(
            mandates=1, announced=0, collected=2, failed=2, retried=2, returned=1
        )
