"""A customer to whom everything has happened that the pages show."""

from datetime import date

from sqlmodel import select

from activities.collection_runs import open_run
from activities.credit import set_off
from activities.journal import Journal
from activities.papers import notice_mail
from activities.refunding import Wanted, request
from models.messages import CallOutcome, Dispute
from models.tables import (
    CollectionRecord,
    InvoiceRecord,
    LegalCaseRecord,
    NoticeRecord,
    RefundRecord,
    Trouble,
)
from rules.calls import Outcome
from rules.clock import REAL_TIME
from rules.letters import Attachment
from rules.methods import MethodKind, Provider
from tests.commands.record import berlin
from tests.papers.builders import MESSAGE_ID, SENT, addressee, letter
from tests.web.console import Console
from tests.workflows.policies import BRISK, SHORT

NOTICE, TASK, CASE, REFUND = "N-C1-1", "T-C1-1", "C-C1-1", "F-C1-1"


def lived(console: Console, name: str | None = None, *, invoices: int = 0) -> None:
    """On 2026-03-11: I1 was reminded and phoned about, I2 is paid too much and partly refunded, I3
    is not due yet, I4 is disputed. `invoices`: so many more that are open."""
    record = console.record
    record.policy = SHORT
    for number, due in (("I1", "2026-03-02"), ("I2", "2026-03-02"), ("I3", "2026-04-01")):
        record.invoice(number, due, name=name)
    record.invoice("I4", "2026-03-02", "40.00", name=name)
    record.many(invoices)
    assert record.act(Dispute(by="anna", reason=name or "torn"), "I4") == ""
    record.pay("150.00", "I2", ref="PAY-7")
    record.send("2026-03-05")
    record.gather("2026-03-10")
    record.now = berlin("2026-03-10", "11:00")
    said = CallOutcome(outcome=Outcome.NO_ANSWER, by="ben", reason=name or "busy")
    assert record.call(said) == ""
    record.trouble(Trouble.PAPERS)
    _money(console)
    _papers(console, name or "Blumen Huber KG")


def debited(console: Console) -> None:
    """D1 of customer C2 is announced and was debited once, by a mandate; there is a card besides."""
    record = console.record
    record.policy = BRISK
    record.invoice("D1", "2026-03-20", customer="C2")
    account = {"iban": "DE89370400440532013000", "signed_on": date(2026, 1, 5)}
    mandate = record.method("C2", reference="MANDATE-2026-0001", **account)
    record.method("C2", kind=MethodKind.CARD, token="pm_1", provider=Provider.STRIPE)
    with record.writing() as journal:
        run = open_run(journal.session, "D1")
        assert run is not None
        run.announced_on, run.day, run.amount_minor = record.now.date(), date(2026, 3, 24), 10000
        journal.session.add(
            CollectionRecord(
                key="collect:D1:1",
                invoice_number="D1",
                attempt=1,
                method=mandate,
                day=date(2026, 3, 20),
                amount_minor=10000,
                currency="EUR",
                state="failed_soft",
                code="AM04",
                started_at=record.now,
            )
        )


def _money(console: Console) -> None:
    with console.desk.database.transaction() as session:
        journal = Journal(session, console.record.now, REAL_TIME, "anna")
        request(journal, Wanted("I2", 2000, "refund:I2/K", reason="too much"))
        set_off(journal, session.get_one(InvoiceRecord, "I1"), 1000, "credit:I1/K")


def _papers(console: Console, name: str) -> None:
    """What the store keeps of it all: the notice's mail, a PDF, a proof, a case."""
    words = letter(addressee=addressee(name=name))
    mail = notice_mail(
        words, [Attachment("I1.pdf", b"%PDF-1.7 one")], message_id=MESSAGE_ID, date=SENT
    )
    kept = {f"mail/{NOTICE}.eml": mail, "proof/F.pdf": b"%PDF proof", "case/C.zip": b"PK case"}
    for key, content in kept.items():
        console.documents.put(key, content)
    with console.desk.database.transaction() as session:
        session.get_one(NoticeRecord, NOTICE).document = f"mail/{NOTICE}.eml"
        session.exec(select(RefundRecord)).one().document = "proof/F.pdf"
        session.add(_case(console))


def _case(console: Console) -> LegalCaseRecord:
    return LegalCaseRecord(
        case=CASE,
        customer_id="C1",
        sequence=1,
        state="handed_over",
        document="case/C.zip",
        opened_at=console.record.now,
        handed_over_at=console.record.now,
    )
