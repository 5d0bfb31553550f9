"""Everything somebody who phones a customer has before them: the task, the debt, what went before.

A number of queries that does not grow with what is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlmodel import Session, col, select

from activities.evidence import notices_sent
from activities.facts import ladder_for, stands
from activities.papers.script import call_script, language_of_script
from models.tables import (
    CallAttemptRecord,
    CallItemRecord,
    CallTaskRecord,
    CustomerRecord,
    HoldRecord,
    InvoiceRecord,
    NoticeItemRecord,
    NoticeRecord,
    PositionRecord,
    TaskState,
)
from models.tables.base import by_text
from rules.calls import CallWords
from rules.case import HoldKind, Status
from rules.creditor import Creditor
from rules.ladder import Ladder
from rules.money import Money, totals


@dataclass(frozen=True)
class SheetInvoice:
    """One open invoice of the customer. `in_task`: the call is about it; `level` is its last notice;
    `attempts` have failed so far; `held_by` says why its ladder waits."""

    number: str
    due_date: date
    days_overdue: int
    amount: Money
    balance: Money
    level: int
    in_task: bool
    attempts: int
    held_by: tuple[HoldKind, ...]


@dataclass(frozen=True)
class SheetNotice:
    """One notice that went out. `concerns`: it named an invoice the call is about."""

    number: str
    day: date
    level: int
    state: str
    concerns: bool


@dataclass(frozen=True)
class SheetPromise:
    """`came_of_it`: stands, kept, broken, or ended (by something else)."""

    invoice_number: str
    made_on: date
    promised_for: date | None
    came_of_it: str
    by: str


@dataclass(frozen=True)
class SheetCall:
    """One attempt; `invoice_number` "" for all of its task."""

    at: datetime
    task: str
    invoice_number: str
    outcome: str
    by: str
    note: str
    heard: str


@dataclass(frozen=True)
class CallSheet:
    """Moments in the policy's zone. `due_at` None once nobody is to be phoned; `script` is HTML."""

    task: str
    customer_id: str
    customer_name: str
    phone: str
    language: str
    is_open: bool
    escalated: bool
    due_at: datetime | None
    taken_by: str
    taken_at: datetime | None
    zone: tzinfo
    today: date
    invoices: tuple[SheetInvoice, ...]
    notices: tuple[SheetNotice, ...]
    promises: tuple[SheetPromise, ...]
    calls: tuple[SheetCall, ...]
    script: str
    script_language: str

    @property
    def concerned(self) -> tuple[SheetInvoice, ...]:
        return tuple(one for one in self.invoices if one.in_task)

    @property
    def owed(self) -> tuple[Money, ...]:
        return totals(one.balance for one in self.concerned)


def call_sheet(session: Session, creditor: Creditor, task: str, now: datetime) -> CallSheet | None:
    """The sheet of a task; None for one that is not recorded."""
    record = session.get(CallTaskRecord, task)
    if record is None:
        return None
    customer = session.get_one(CustomerRecord, record.customer_id)
    items = session.exec(select(CallItemRecord).where(col(CallItemRecord.task) == task)).all()
    ladder = ladder_for(session, session.get_one(InvoiceRecord, items[0].invoice_number).policy)
    sheet = _Sheet(session, customer, ladder, now, {i.invoice_number: i for i in items})
    is_open = record.state == TaskState.OPEN.value
    due = [i.due_at for i in items if i.in_task]
    invoices, notices = sheet.invoices(), sheet.notices()
    return CallSheet(
        task=task,
        customer_id=customer.customer_id,
        customer_name=customer.name,
        phone=customer.phone,
        language=customer.language,
        is_open=is_open,
        escalated=record.escalated_at is not None,
        due_at=min(due).astimezone(ladder.zone) if due and is_open else None,
        taken_by=record.taken_by or "",
        taken_at=record.taken_at.astimezone(ladder.zone) if record.taken_at else None,
        zone=ladder.zone,
        today=ladder.today(now),
        invoices=invoices,
        notices=notices,
        promises=sheet.promises(),
        calls=sheet.calls(),
        script=call_script(_words(creditor, customer, invoices, notices)),
        script_language=language_of_script(customer.language),
    )


def _words(
    creditor: Creditor,
    customer: CustomerRecord,
    invoices: Sequence[SheetInvoice],
    notices: Sequence[SheetNotice],
) -> CallWords:
    concerned = [one for one in invoices if one.in_task]
    return CallWords(
        creditor=creditor.name,
        customer=customer.name,
        language=customer.language,
        country=customer.country,
        owed=totals(one.balance for one in concerned),
        invoices=len(concerned),
        oldest_due=min((one.due_date for one in concerned), default=None),
        notices=tuple(one.day for one in notices if one.concerns),
    )


@dataclass(frozen=True)
class _Sheet:
    """Reads one customer's part of the record."""

    session: Session
    customer: CustomerRecord
    ladder: Ladder
    now: datetime
    items: dict[str, CallItemRecord]

    def invoices(self) -> tuple[SheetInvoice, ...]:
        query = (
            select(InvoiceRecord, PositionRecord)
            .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
            .where(
                col(InvoiceRecord.customer_id) == self.customer.customer_id,
                col(InvoiceRecord.status) == Status.OPEN.value,
            )
            .order_by(col(InvoiceRecord.due_date), by_text(col(InvoiceRecord.number)))
        )
        held = self._held()
        return tuple(
            self._invoice(invoice, position, (*held.get(None, ()), *held.get(invoice.number, ())))
            for invoice, position in self.session.exec(query)
        )

    def _invoice(
        self, invoice: InvoiceRecord, position: PositionRecord, held_by: tuple[HoldKind, ...]
    ) -> SheetInvoice:
        item = self.items.get(invoice.number)
        today = ladder_for(self.session, invoice.policy).today(self.now)
        return SheetInvoice(
            number=invoice.number,
            due_date=invoice.due_date,
            days_overdue=max((today - invoice.due_date).days, 0),
            amount=Money(invoice.amount_minor, invoice.currency),
            balance=Money(invoice.balance_minor, invoice.currency),
            level=position.level,
            in_task=item is not None and item.in_task,
            attempts=item.attempts if item is not None else 0,
            held_by=held_by,
        )

    def _held(self) -> dict[str | None, tuple[HoldKind, ...]]:
        held: dict[str | None, tuple[HoldKind, ...]] = {}
        for hold in self._holds():
            if stands(hold, self.now):
                held[hold.invoice_number] = (
                    *held.get(hold.invoice_number, ()),
                    HoldKind(hold.kind),
                )
        return held

    def _holds(self) -> Sequence[HoldRecord]:
        query = select(HoldRecord).where(
            col(HoldRecord.customer_id) == self.customer.customer_id,
        )
        return self.session.exec(query.order_by(col(HoldRecord.id))).all()

    def notices(self) -> tuple[SheetNotice, ...]:
        named = select(NoticeItemRecord.notice_number).where(
            col(NoticeItemRecord.invoice_number).in_(
                [number for number, item in self.items.items() if item.in_task]
            )
        )
        about = set(self.session.exec(named))
        sent = notices_sent(self.session, self.customer.customer_id)
        return tuple(_notice(one, concerns=one.number in about) for one in sent)

    def promises(self) -> tuple[SheetPromise, ...]:
        query = (
            select(HoldRecord, InvoiceRecord.status)
            .join(InvoiceRecord, col(InvoiceRecord.number) == col(HoldRecord.invoice_number))
            .where(
                col(HoldRecord.customer_id) == self.customer.customer_id,
                col(HoldRecord.kind) == HoldKind.PROMISE.value,
            )
        )
        return tuple(
            SheetPromise(
                invoice_number=hold.invoice_number or "",
                made_on=self.ladder.today(hold.begins_at),
                promised_for=hold.promised_for,
                came_of_it=_came_of(hold, status, self.now),
                by=hold.actor,
            )
            for hold, status in self.session.exec(query.order_by(col(HoldRecord.id)))
        )

    def calls(self) -> tuple[SheetCall, ...]:
        query = (
            select(CallAttemptRecord)
            .join(CallTaskRecord, col(CallTaskRecord.task) == col(CallAttemptRecord.task))
            .where(col(CallTaskRecord.customer_id) == self.customer.customer_id)
            .order_by(col(CallAttemptRecord.id).desc())
        )
        return tuple(
            SheetCall(
                at=one.at.astimezone(self.ladder.zone),
                task=one.task,
                invoice_number=one.invoice_number,
                outcome=one.outcome,
                by=one.actor,
                note=one.note,
                heard=one.heard,
            )
            for one in self.session.exec(query)
        )


def _notice(notice: NoticeRecord, *, concerns: bool) -> SheetNotice:
    return SheetNotice(notice.number, notice.day, notice.level, notice.state, concerns)


def _came_of(hold: HoldRecord, status: str, now: datetime) -> str:
    """A promise that ran out was broken, whether or not its end is written down yet."""
    if stands(hold, now):
        return "stands"
    if hold.ended_at is None or hold.ended_at == hold.until:
        return "broken"
    return "kept" if status == Status.SETTLED else "ended"
