"""What the record says about itself: books, positions, notices, messages, documents.

Each question is one query over all of it, and answers findings; nothing is changed.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import and_, exists, func, or_
from sqlmodel import Session, col, select

from gateways.files import DocumentStore
from models.settings import MailMode
from models.tables import (
    AttentionRecord,
    CreditRecord,
    DocumentRecord,
    EventRecord,
    InvoiceRecord,
    NoticeItemRecord,
    NoticeRecord,
    NoticeState,
    OutboxRecord,
    PaymentRecord,
    PositionRecord,
    Trouble,
)
from rules.case import Status
from rules.examination import Fault, Finding

_SENT = (NoticeState.SENT.value, NoticeState.IN_DOUBT.value)
_TAKES_THE_DAY = (*_SENT, NoticeState.MADE.value, NoticeState.SENDING.value)


def books(session: Session) -> Iterator[Finding]:
    """Balance = amount - what was booked; nothing owed is settled; what was not booked is credit."""
    moved = (
        select(
            col(PaymentRecord.invoice_number).label("number"),
            func.sum(PaymentRecord.allocated_minor).label("minor"),
        )
        .group_by(col(PaymentRecord.invoice_number))
        .subquery()
    )
    right = InvoiceRecord.amount_minor - func.coalesce(moved.c.minor, 0)
    query = (
        select(InvoiceRecord.number, InvoiceRecord.balance_minor, right)
        .outerjoin(moved, moved.c.number == col(InvoiceRecord.number))
        .where(col(InvoiceRecord.balance_minor) != right)
    )
    for number, balance, owed in session.exec(query):
        yield Finding(Fault.BOOKS, number, f"balance {balance}, by its bookings {int(owed)}")
    yield from _wrong_status(session)
    yield from _wrong_credit(session)


def _wrong_status(session: Session) -> Iterator[Finding]:
    owes = col(InvoiceRecord.balance_minor) > 0
    status = col(InvoiceRecord.status)
    query = select(InvoiceRecord.number, InvoiceRecord.status, InvoiceRecord.balance_minor).where(
        or_(and_(status == Status.OPEN.value, ~owes), and_(status == Status.SETTLED.value, owes))
    )
    for number, stands, balance in session.exec(query):
        yield Finding(Fault.BOOKS, number, f"it is {stands} and its balance is {balance}")


def _wrong_credit(session: Session) -> Iterator[Finding]:
    credited = (
        select(
            col(CreditRecord.payment_id).label("payment"),
            func.sum(CreditRecord.amount_minor).label("minor"),
        )
        .group_by(col(CreditRecord.payment_id))
        .subquery()
    )
    left = PaymentRecord.amount_minor - PaymentRecord.allocated_minor
    query = (
        select(PaymentRecord.invoice_number, PaymentRecord.payment_id)
        .outerjoin(credited, credited.c.payment == col(PaymentRecord.payment_id))
        .where(func.coalesce(credited.c.minor, 0) != left)
    )
    for number, payment in session.exec(query):
        yield Finding(Fault.BOOKS, number, f"payment {payment} is neither booked nor credit")


def contradictions(session: Session) -> Iterator[Finding]:
    """A level comes from a notice that was sent, and a sent notice moves what advances in it."""
    position, event = PositionRecord, EventRecord
    reached = exists().where(
        col(event.invoice_number) == col(position.invoice_number),
        col(event.level) == col(position.level),
    )
    query = select(col(position.invoice_number), col(position.level)).where(
        col(position.level) > 0, ~reached
    )
    for number, level in session.exec(query):
        yield Finding(Fault.CONTRADICTION, number, f"level {level}, and no event says so")
    unmoved = (
        select(col(position.invoice_number), col(NoticeRecord.number))
        .join(
            NoticeItemRecord,
            col(NoticeItemRecord.invoice_number) == col(position.invoice_number),
        )
        .join(NoticeRecord, col(NoticeRecord.number) == col(NoticeItemRecord.notice_number))
        .where(
            col(NoticeItemRecord.advances).is_(True),
            col(NoticeRecord.state).in_(_SENT),
            col(position.stage) <= col(NoticeItemRecord.stage),
        )
    )
    for number, notice in session.exec(unmoved):
        yield Finding(Fault.CONTRADICTION, number, f"notice {notice} went and it did not advance")


def sent_twice(session: Session) -> Iterator[Finding]:
    """Two notices to a customer on one day, or a level of an invoice twice."""
    days = (
        select(col(NoticeRecord.customer_id), col(NoticeRecord.day))
        .where(col(NoticeRecord.state).in_(_TAKES_THE_DAY))
        .group_by(col(NoticeRecord.customer_id), col(NoticeRecord.day))
        .having(func.count() > 1)
    )
    for customer, day in session.exec(days):
        yield Finding(Fault.SENT_TWICE, customer, f"two notices on {day}")
    levels = (
        select(EventRecord.invoice_number, EventRecord.level)
        .where(col(EventRecord.event) == "notice_sent")
        .group_by(col(EventRecord.invoice_number), col(EventRecord.level))
        .having(func.count() > 1)
    )
    for number, level in session.exec(levels):
        yield Finding(Fault.SENT_TWICE, number, f"level {level} was sent twice")


def stale_notices(session: Session, before: datetime, mode: MailMode) -> Iterator[Finding]:
    """Notices that were on their way before a moment and still are. In mode `hold` a notice that is
    only made is meant to stay; one in doubt that a person has seen stays so for good."""
    seen = exists().where(
        col(AttentionRecord.reference) == col(NoticeRecord.number),
        col(AttentionRecord.trouble) == Trouble.PAPERS.value,
    )
    since = func.coalesce(NoticeRecord.sent_at, NoticeRecord.sending_at, NoticeRecord.made_at)
    waiting = [NoticeState.SENDING.value, NoticeState.IN_DOUBT.value]
    if mode is not MailMode.HOLD:
        waiting.append(NoticeState.MADE.value)
    query = select(NoticeRecord).where(col(NoticeRecord.state).in_(waiting), since < before, ~seen)
    for notice in session.exec(query.order_by(col(NoticeRecord.number))):
        at = notice.sent_at or notice.sending_at or notice.made_at
        says = f"{notice.state} since {at:%Y-%m-%d %H:%M} UTC, customer {notice.customer_id}"
        yield Finding(Fault.STALE_NOTICE, notice.number, says)


def undelivered(session: Session) -> Iterator[Finding]:
    """Every message that waits: in a house at work none is there for two looks."""
    query = select(OutboxRecord.id, OutboxRecord.workflow_id, OutboxRecord.signal)
    for number, workflow_id, signal in session.exec(query.order_by(col(OutboxRecord.id))):
        yield Finding(
            Fault.UNDELIVERED, f"{workflow_id} #{number}", f"{signal or 'start'} is not delivered"
        )


def unattended(session: Session, before: datetime) -> Iterator[Finding]:
    """What has waited for a person since before a moment."""
    query = select(AttentionRecord).where(
        col(AttentionRecord.ended_at).is_(None), col(AttentionRecord.begins_at) < before
    )
    for one in session.exec(query.order_by(col(AttentionRecord.begins_at))):
        about = f"{one.trouble} {one.reference}".strip()
        yield Finding(Fault.UNATTENDED, one.customer_id, f"{about} since {one.begins_at:%Y-%m-%d}")


def digests(session: Session) -> dict[str, str]:
    """Every document the record names by its key, with its SHA-256; "" where none was noted."""
    originals = select(InvoiceRecord.document).where(col(InvoiceRecord.document) != "")
    kept = dict.fromkeys(session.exec(originals), "")
    return kept | dict(session.exec(select(DocumentRecord.key, DocumentRecord.sha256)).all())


def documents(store: DocumentStore, wanted: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Reads each kept file: whether it is there, and what was kept."""
    for key, digest in wanted:
        try:
            content = store.get(key)
        except FileNotFoundError:
            yield Finding(Fault.DOCUMENT, key, "it is missing")
            continue
        if digest and hashlib.sha256(content).hexdigest() != digest:
            yield Finding(Fault.DOCUMENT, key, "its content is another than was kept")
