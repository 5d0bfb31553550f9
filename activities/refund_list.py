"""Refunds as whoever pays them back by hand needs them, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from activities.facts import ladder_for
from models.tables import CustomerRecord, InvoiceRecord, RefundRecord
from models.tables.base import by_text
from rules.money import Money
from rules.refunds import RefundState

A_PAGE = 50


@dataclass(frozen=True)
class RefundRow:
    """One refund; `mailed_at` in the policy's zone. `key` is what a transfer by hand carries as its
    end-to-end id, `proof` what the store has its proof under, "" for none."""

    number: str
    customer_id: str
    customer_name: str
    invoice_number: str
    payment_id: str
    amount: Money
    state: RefundState
    reference: str
    code: str
    key: str
    reason: str
    by: str
    asked_on: date
    done_on: date | None
    proof: str
    mail_state: str
    mailed_at: datetime | None

    @property
    def can_be_done(self) -> bool:
        """Whether a person may say that they paid it."""
        return self.state not in (RefundState.CONFIRMED, RefundState.SENT)

    @property
    def can_be_retried(self) -> bool:
        unsent = self.state is RefundState.CONFIRMED and self.mailed_at is None
        return unsent or self.state in (RefundState.FAILED, RefundState.BY_HAND)


def refunds_page(
    session: Session, state: RefundState | None = None, page: int = 1
) -> tuple[list[RefundRow], bool]:
    """The newest first, and whether another page follows. One query, and one per policy."""
    query = _ALL.order_by(col(RefundRecord.requested_at).desc(), by_text(col(RefundRecord.number)))
    if state is not None:
        query = query.where(col(RefundRecord.state) == state.value)
    found = session.exec(query.offset((page - 1) * A_PAGE).limit(A_PAGE + 1)).all()
    return [_row(session, *one) for one in found[:A_PAGE]], len(found) > A_PAGE


def known_row(session: Session, number: str) -> RefundRow | None:
    found = session.exec(_ALL.where(col(RefundRecord.number) == number)).first()
    return _row(session, *found) if found else None


_ALL = (
    select(RefundRecord, CustomerRecord, InvoiceRecord)
    .join(CustomerRecord, col(CustomerRecord.customer_id) == col(RefundRecord.customer_id))
    .join(InvoiceRecord, col(InvoiceRecord.number) == col(RefundRecord.invoice_number))
)


def _row(
    session: Session, one: RefundRecord, customer: CustomerRecord, invoice: InvoiceRecord
) -> RefundRow:
    zone = ladder_for(session, invoice.policy).zone
    return RefundRow(
        number=one.number,
        customer_id=customer.customer_id,
        customer_name=customer.name,
        invoice_number=one.invoice_number,
        payment_id=one.payment_id,
        amount=Money(one.amount_minor, one.currency),
        state=RefundState(one.state),
        reference=one.reference,
        code=one.code,
        key=one.key,
        reason=one.reason,
        by=one.actor,
        asked_on=one.requested_at.astimezone(zone).date(),
        done_on=one.done_on,
        proof=one.document,
        mail_state=one.mail_state,
        mailed_at=one.mailed_at.astimezone(zone) if one.mailed_at else None,
    )
