"""What of a customer's methods is not for an invoice: what failed for it, and what is spoken for."""

from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, select

from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    RunState,
)
from rules.collecting import UNDER_WAY, Try
from rules.methods import Frequency, Method
from rules.returns import Consequence, reason_of


def unfit(session: Session, invoice: InvoiceRecord, methods: Iterable[Method]) -> set[str]:
    """The numbers of those that an invoice is not collected by."""
    taken = (one.number for one in methods if is_anothers(session, one, invoice.number))
    return {*taken, *_failed(session, invoice)}


def is_anothers(session: Session, method: Method, invoice_number: str) -> bool:
    """Whether a mandate for one debit is being used for another invoice."""
    if method.frequency is not Frequency.ONE_OFF:
        return False
    query = select(CollectionRunRecord.number).where(
        col(CollectionRunRecord.method) == method.number,
        col(CollectionRunRecord.invoice_number) != invoice_number,
        col(CollectionRunRecord.state) == RunState.OPEN.value,
    )
    return session.exec(query.limit(1)).first() is not None


def is_spent(session: Session, method: Method, invoice_number: str) -> bool:
    """Whether the one debit that a mandate is for was made, or is being made, for another invoice."""
    if method.frequency is not Frequency.ONE_OFF:
        return False
    query = select(CollectionRecord.key).where(
        col(CollectionRecord.method) == method.number,
        col(CollectionRecord.invoice_number) != invoice_number,
        col(CollectionRecord.state).in_([Try.SUCCEEDED.value, *(one.value for one in UNDER_WAY)]),
    )
    return session.exec(query.limit(1)).first() is not None


def _failed(session: Session, invoice: InvoiceRecord) -> Iterator[str]:
    """Methods that failed for an invoice, and those that were on file then for the same card or
    account: only what was agreed since is a new method."""
    table = PaymentMethodRecord
    query = (
        select(CollectionRunRecord, table)
        .join(table, col(table.number) == col(CollectionRunRecord.method))
        .where(
            col(CollectionRunRecord.invoice_number) == invoice.number,
            col(CollectionRunRecord.state) == RunState.FAILED.value,
        )
    )
    for run, method in session.exec(query).all():
        yield method.number
        if method.instrument and _is_the_instruments(session, run):
            yield from _on_file_then(session, run, method)


def _is_the_instruments(session: Session, run: CollectionRunRecord) -> bool:
    """Of a mandate that is none the account may be right; and what nobody was asked has not failed."""
    query = select(CollectionRecord).where(
        col(CollectionRecord.invoice_number) == run.invoice_number,
        col(CollectionRecord.run) == run.number,
        col(CollectionRecord.state) != Try.WITHDRAWN.value,
    )
    last = session.exec(query.order_by(col(CollectionRecord.attempt).desc()).limit(1)).first()
    if last is None:
        return False
    reason = reason_of(last.return_code or last.code)
    return reason is None or reason.consequence is not Consequence.STOP_METHOD


def _on_file_then(
    session: Session, run: CollectionRunRecord, method: PaymentMethodRecord
) -> Iterable[str]:
    table = PaymentMethodRecord
    query = select(table.number).where(
        col(table.customer_id) == method.customer_id,
        col(table.instrument) == method.instrument,
        col(table.recorded_at) <= (run.ended_at or run.begun_at),
    )
    return session.exec(query).all()
