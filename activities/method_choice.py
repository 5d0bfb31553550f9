"""What of a customer's methods is not for an invoice: what failed for it, and what is spoken for."""

from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, select

from activities.journal import Journal
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    RunState,
)
from rules.collecting import UNDER_WAY, Try
from rules.ladder import Ladder
from rules.methods import (
    Brand,
    Frequency,
    Method,
    MethodKind,
    MethodState,
    Provider,
    Scheme,
    choose,
)
from rules.returns import Consequence, reason_of


def method_of(record: PaymentMethodRecord) -> Method:
    """A method as the rules see it."""
    return Method(
        number=record.number,
        customer_id=record.customer_id,
        kind=MethodKind(record.kind),
        state=MethodState(record.state),
        preferred=record.preferred,
        provider=Provider(record.provider),
        reference=record.reference,
        iban=record.iban,
        bic=record.bic,
        holder=record.holder,
        signed_on=record.signed_on,
        scheme=Scheme(record.scheme),
        frequency=Frequency(record.frequency),
        token=record.token,
        provider_customer=record.provider_customer,
        brand=Brand(record.brand),
        instrument=record.instrument,
        expires_on=record.expires_on,
        notice_days=record.notice_days,
        bank=record.bank,
        last_used_on=record.last_used_on,
    )


def methods_of(session: Session, customer_id: str) -> list[Method]:
    """Every method a customer ever had on file, in the order they came."""
    query = select(PaymentMethodRecord).where(col(PaymentMethodRecord.customer_id) == customer_id)
    return [method_of(r) for r in session.exec(query.order_by(col(PaymentMethodRecord.sequence)))]


def choose_for(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, *but: str
) -> Method | None:
    """What an invoice is collected by as things stand: nothing that failed for it before, nor what
    is for one debit that is another invoice's; and none of `but`."""
    methods = methods_of(journal.session, invoice.customer_id)
    if not methods:
        return None
    day = max(invoice.due_date, ladder.today(journal.now))
    out = {*but, *unfit(journal.session, invoice, methods)}
    return choose(methods, day, named=invoice.mandate, but=out)


def unfit(session: Session, invoice: InvoiceRecord, methods: Iterable[Method]) -> set[str]:
    """The numbers of those that an invoice is not collected by."""
    taken = (
        one.number
        for one in methods
        if not one.takes(invoice.currency) or is_anothers(session, one, invoice.number)
    )
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
