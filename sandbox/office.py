"""The rest of the office: who decides disputes, who mends an address, and the engineer on duty.

What is to be said follows from the record alone, so nothing is forgotten and nothing said twice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.messages import DisputeOutcome, Pause, Resume, SetAddress
from models.names import PAUSE, RESUME, customer_workflow_id, invoice_workflow_id
from models.tables import (
    AttentionRecord,
    HoldRecord,
    InvoiceRecord,
    PositionRecord,
    Trouble,
)
from rules.case import HoldKind, Status
from sandbox.sample_customers import Says
from sandbox.staff import Saying, says_of

LOST_DOMAIN = "before-the-move.example"  # the mailbox refuses it for good
NEW_ADDRESSES = {"C-1040": "buchhaltung@feinkost-tessmann.example"}
PAUSED_CUSTOMER = "C-1002"
_BOOKKEEPER, _OPERATOR, _ENGINEER = "anna", "carla", "dmitri"
_TO_LOOK_INTO_IT = timedelta(days=4)  # until a dispute is decided
_TO_ASK_AROUND = timedelta(days=2)  # until a new address is known
_PAUSE = timedelta(days=8)
CREDITED = 3  # a dispute that is right: one part in so many


def disputes_to_decide(session: Session, now: datetime) -> Iterator[Saying]:
    """Rejected, or upheld: a customer's first disputed invoice in part, the others as a whole."""
    query = (
        select(HoldRecord, InvoiceRecord)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(HoldRecord.invoice_number))
        .where(
            col(HoldRecord.kind) == HoldKind.DISPUTE.value,
            col(HoldRecord.ended_at).is_(None),
            col(HoldRecord.begins_at) <= now - _TO_LOOK_INTO_IT,
            col(InvoiceRecord.status) == Status.OPEN.value,
        )
    )
    for _, invoice in session.exec(query):
        yield Saying(
            invoice_workflow_id(invoice.number), "dispute_outcome", _decided(session, invoice)
        )


def _decided(session: Session, invoice: InvoiceRecord) -> DisputeOutcome:
    if says_of(invoice.customer_id) is not Says.DISPUTES_RIGHTLY:
        return DisputeOutcome(upheld=False, by=_BOOKKEEPER, reason="within the tolerance")
    disputed = select(HoldRecord.invoice_number).where(
        col(HoldRecord.kind) == HoldKind.DISPUTE.value,
        col(HoldRecord.customer_id) == invoice.customer_id,
    )
    if invoice.number == min(number or "" for number in session.exec(disputed)):
        credit = max(1, invoice.balance_minor // CREDITED)
        return DisputeOutcome(
            upheld=True, credit_minor=credit, by=_BOOKKEEPER, reason="one sheet was off"
        )
    return DisputeOutcome(upheld=True, by=_BOOKKEEPER, reason="made anew")


def addresses_to_mend(session: Session, now: datetime) -> Iterator[Saying]:
    """Where a notice was refused for good and somebody has found the new address."""
    query = select(AttentionRecord).where(
        col(AttentionRecord.trouble) == Trouble.ADDRESS.value,
        col(AttentionRecord.ended_at).is_(None),
        col(AttentionRecord.begins_at) <= now - _TO_ASK_AROUND,
    )
    for trouble in session.exec(query):
        if address := NEW_ADDRESSES.get(trouble.customer_id):
            act = SetAddress(email=address, by=_OPERATOR, reason="moved")
            yield Saying(customer_workflow_id(trouble.customer_id), "set_address", act)


def pause_and_resume(session: Session, now: datetime) -> Iterator[Saying]:
    """An engineer pauses an invoice once, when its first notice went, and resumes it later. A
    signal is not answered: its key keeps a second one from doing anything."""
    query = (
        select(InvoiceRecord.number, PositionRecord.level)
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(col(InvoiceRecord.customer_id) == PAUSED_CUSTOMER)
        .order_by(col(InvoiceRecord.number))
    )
    number, level = session.exec(query).first() or ("", 0)
    if not level:
        return
    pauses = select(HoldRecord).where(
        col(HoldRecord.invoice_number) == number, col(HoldRecord.kind) == HoldKind.PAUSE.value
    )
    pause = session.exec(pauses).first()
    workflow_id = invoice_workflow_id(number)
    if pause is None:
        act = Pause(key=f"{PAUSE}-once", by=_ENGINEER, reason="asked for time by telephone")
        yield Saying(workflow_id, PAUSE, act, as_signal=True)
    elif pause.ended_at is None and pause.begins_at <= now - _PAUSE:
        resume = Resume(key=f"{RESUME}-once", by=_ENGINEER)
        yield Saying(workflow_id, RESUME, resume, as_signal=True)
