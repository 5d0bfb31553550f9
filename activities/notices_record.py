"""What is recorded of notices: made with what they claim, then sent, in doubt, lapsed or refused."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from activities.creditors import record_creditor
from activities.facts import open_cases
from activities.journal import Journal
from activities.steps import noted_step
from models import names
from models.tables import (
    CustomerRecord,
    InvoiceRecord,
    NoticeItemRecord,
    NoticeRecord,
    NoticeState,
    PositionRecord,
    Trouble,
)
from models.tables.base import by_text
from rules.case import Facts, is_held, is_overdue
from rules.creditor import Creditor
from rules.gathering import Waiting
from rules.ladder import Ladder

_UNSENT = (NoticeState.MADE.value, NoticeState.SENDING.value)
_SENT = (NoticeState.SENT.value, NoticeState.IN_DOUBT.value)


def unsent(journal: Journal, customer_id: str) -> NoticeRecord | None:
    """The customer's notice that is made and still to be sent, or was sent but for further parts;
    one whose hours are over lapses."""
    for notice in _on_its_way(journal, customer_id):
        if notice.state == NoticeState.MADE and journal.now > notice.closes_at:
            lapse(journal, notice, "not accepted within the hours of its day")
        else:
            return notice
    return None


def day_is_taken(journal: Journal, customer_id: str, today: Collection[date]) -> bool:
    """Whether a notice went to this customer today: no second one does."""
    query = select(NoticeRecord.number).where(
        col(NoticeRecord.customer_id) == customer_id,
        col(NoticeRecord.state).in_(_SENT),
        col(NoticeRecord.day).in_(today),
    )
    return bool(today) and journal.session.exec(query.limit(1)).first() is not None


def asked_for_and_lapsed(journal: Journal, customer_id: str, ladder: Ladder) -> str | None:
    """Who wanted the customer's last notice sent at once, where that one lapsed today or on the
    business day before: it is made anew (rule 10). None for nobody."""
    query = select(NoticeRecord).where(col(NoticeRecord.customer_id) == customer_id)
    last = journal.session.exec(query.order_by(col(NoticeRecord.sequence).desc()).limit(1)).first()
    if last is None or last.state != NoticeState.LAPSED:
        return None
    is_recent = ladder.days.add(last.day, 1) >= ladder.today(journal.now)
    return last.asked_by if is_recent else None


def _on_its_way(journal: Journal, customer_id: str) -> list[NoticeRecord]:
    query = select(NoticeRecord).where(
        col(NoticeRecord.customer_id) == customer_id,
        or_(
            col(NoticeRecord.state).in_(_UNSENT),
            and_(col(NoticeRecord.state).in_(_SENT), col(NoticeRecord.parts_left) > 0),
        ),
    )
    return list(journal.session.exec(query.order_by(col(NoticeRecord.sequence))))


def make(
    journal: Journal,
    customer: CustomerRecord,
    creditor: Creditor,
    going: Sequence[Waiting],
    also: Sequence[Facts],
    *,
    planned: datetime,
    closes: datetime,
    asked_by: str | None = None,
) -> NoticeRecord:
    """Record a notice with every balance it claims (rule 6). Nothing advances until it is sent."""
    head = max(going, key=lambda waiting: waiting.stage.level)
    ladder, today = head.ladder, head.ladder.today(journal.now)
    following = ladder.stage(head.facts.stage + 1)
    sequence = _next_sequence(journal, customer.customer_id)
    number = names.notice_number(customer.customer_id, sequence)
    notice = NoticeRecord(
        number=number,
        customer_id=customer.customer_id,
        sequence=sequence,
        day=today,
        level=head.stage.level,
        pay_by=ladder.pay_by(head.stage, today),
        next_kind=following.kind.value if following else "",
        email=customer.email,
        message_id=_message_id(number, creditor),
        creditor=record_creditor(journal, creditor),
        asked_by=asked_by,
        planned_at=planned,
        closes_at=closes,
        made_at=journal.now,
    )
    journal.session.add(notice)
    journal.session.flush()
    for waiting in going:
        _add_item(journal, number, waiting.facts, waiting.stage.level, advances=True)
    for facts in also:
        _add_item(journal, number, facts, facts.level, advances=False)
    return notice


def _next_sequence(journal: Journal, customer_id: str) -> int:
    query = select(func.coalesce(func.max(NoticeRecord.sequence), 0)).where(
        col(NoticeRecord.customer_id) == customer_id
    )
    return int(journal.session.exec(query).one()) + 1


def _message_id(number: str, creditor: Creditor) -> str:
    """Stable for a notice, whatever happens to its mail; says nothing about the customer."""
    domain = creditor.sender.rpartition("@")[2].strip(" >")
    return f"<{hashlib.sha256(number.encode()).hexdigest()[:32]}@{domain}>"


def _add_item(journal: Journal, notice: str, facts: Facts, level: int, *, advances: bool) -> None:
    journal.session.add(
        NoticeItemRecord(
            notice_number=notice,
            invoice_number=facts.number,
            advances=advances,
            stage=facts.stage,
            level=level,
            balance_minor=facts.balance,
            currency=facts.currency,
        )
    )


def items_of(journal: Journal, notice: str) -> list[NoticeItemRecord]:
    query = select(NoticeItemRecord).where(col(NoticeItemRecord.notice_number) == notice)
    return list(journal.session.exec(query.order_by(by_text(col(NoticeItemRecord.invoice_number)))))


def still_claims_what_is_owed(journal: Journal, notice: NoticeRecord) -> bool:
    """Whether every balance claimed is still the balance, and nothing in it was closed, held or
    given another due date. What was handed over since stays listed (rule 7)."""
    cases = open_cases(journal.session, notice.customer_id, journal.now)
    standing = {facts.number: (facts, ladder) for facts, ladder in cases}
    return all(
        item.invoice_number in standing
        and _still_stands(item, *standing[item.invoice_number], journal.now)
        for item in items_of(journal, notice.number)
    )


def _still_stands(item: NoticeItemRecord, facts: Facts, ladder: Ladder, now: datetime) -> bool:
    return (
        facts.balance == item.balance_minor
        and is_overdue(facts, ladder.today(now))
        and not is_held(facts, ladder)
        and (facts.stage == item.stage or not item.advances)
    )


def lapse(journal: Journal, notice: NoticeRecord, reason: str) -> None:
    """Nothing advances; it is made anew with a new number and fresh balances (rule 10)."""
    notice.state = NoticeState.LAPSED.value
    notice.reason = reason
    journal.log_customer(
        "notice_lapsed", notice.customer_id, reference=notice.number, detail=reason
    )
    journal.session.flush()


def refuse(
    journal: Journal,
    notice: NoticeRecord,
    reason: str,
    *,
    trouble: Trouble = Trouble.ADDRESS,
    detail: str = "",
) -> None:
    """The address takes no mail, or (`trouble`) something else is in its way: no level advances, a
    person is needed (rule 11)."""
    notice.state = NoticeState.REFUSED.value
    notice.reason = reason
    journal.log_customer(
        "notice_refused", notice.customer_id, reference=notice.number, detail=reason
    )
    journal.needs_attention(trouble, notice.customer_id, notice.number, detail)


def count_as_sent(journal: Journal, notice: NoticeRecord, state: NoticeState) -> None:
    """The server accepted it, or nobody knows: its invoices advance, each once.

    Repeated, it changes only the state: an invoice advances from the stage it stood at.
    """
    first_time = notice.state not in _SENT
    notice.state = state.value
    notice.sent_at = journal.now
    if first_time:
        advanced = [
            invoice
            for item, invoice, position in _claims(journal, notice.number)
            if _advance(journal, notice, item, invoice, position)
        ]
        _tell(journal, notice, advanced)


def _tell(journal: Journal, notice: NoticeRecord, advanced: Sequence[InvoiceRecord]) -> None:
    """Each invoice's workflow learns what comes next together with the news: it need not look."""
    cases = open_cases(journal.session, notice.customer_id, journal.now)
    standing = {facts.number: (facts, ladder) for facts, ladder in cases}
    for invoice in advanced:
        step = None
        if invoice.number in standing:
            step = noted_step(journal.session, *standing[invoice.number], journal.now)
        journal.tell_invoice(invoice, names.NOTICE_SENT, notice.number, step=step)


def _claims(
    journal: Journal, notice: str
) -> list[tuple[NoticeItemRecord, InvoiceRecord, PositionRecord]]:
    """Each item with what it is about, in one query: a retail chain has thousands."""
    invoice_number = col(NoticeItemRecord.invoice_number)
    query = (
        select(NoticeItemRecord, InvoiceRecord, PositionRecord)
        .join(InvoiceRecord, col(InvoiceRecord.number) == invoice_number)
        .join(PositionRecord, col(PositionRecord.invoice_number) == invoice_number)
        .where(col(NoticeItemRecord.notice_number) == notice)
        .order_by(invoice_number)
    )
    return list(journal.session.exec(query))


def _advance(
    journal: Journal,
    notice: NoticeRecord,
    item: NoticeItemRecord,
    invoice: InvoiceRecord,
    position: PositionRecord,
) -> bool:
    """Whether the invoice advanced."""
    journal.log(
        "notice_sent" if item.advances else "notice_listed",
        invoice,
        at=notice.planned_at,
        level=item.level,
        amount=item.balance_minor,
        balance=item.balance_minor,
        reference=notice.number,
    )
    advances = item.advances and position.stage == item.stage
    if advances:
        position.stage += 1
        position.anchor = notice.day
        position.level = item.level
        position.not_before = None
    return advances
