"""All that is recorded of one invoice, for whoever opens its page. Read in one transaction, by a
number of queries that does not grow with what there is."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from activities.customer_sheet import Attempt, RefundLine, attempts_in, refund_line
from activities.documents import known_among
from activities.explaining import Told, circumstances, notices_about, why_notice
from activities.facts import ladder_for
from activities.happened import Happened, happened
from activities.letter_list import LetterLine, letters_about
from activities.method_list import AttemptLine, MethodLine, RunLine, attempts, lines_of, runs_of
from activities.paging import Page, page_of
from activities.papers import attachment_name
from activities.refunding import account_of
from activities.whereabouts import Whereabouts, whereabouts_of
from models.settings import MailMode
from models.tables import (
    BankEntryRecord,
    CallItemRecord,
    CustomerRecord,
    HoldRecord,
    InvoiceLineRecord,
    InvoiceRecord,
    PaymentRecord,
    RefundRecord,
)
from models.tables.base import by_text
from rules.money import Money
from rules.reasons import Reason, why_not_reminded

MOVES_SHOWN = 50


@dataclass(frozen=True)
class Line:
    description: str
    amount: Money


@dataclass(frozen=True)
class Move:
    """Money that moved. `allocated` of `amount` moved the balance, the rest is credit. `rule` and
    `why` say how a bank's entry was matched, "" where no entry brought it."""

    payment_id: str
    booked_on: date
    value_date: date
    amount: Money
    allocated: Money
    source: str
    reason: str
    actor: str
    entry: int | None
    rule: str
    why: str
    bank_reference: str


@dataclass(frozen=True)
class PastHold:
    """A hold, whether it stands or not. `until` is the day as which it ends by itself."""

    kind: str
    since: datetime
    until: date | None
    ended_at: datetime | None
    whole_customer: bool
    promised_for: date | None
    reason: str
    actor: str


@dataclass(frozen=True)
class InvoiceSheet:
    """Moments in the zone of its policy. `refundable` is what could be paid back by one refund at
    most, `paper` the store's key of its PDF, "" where none was made. `why` says why it is not reminded
    now, `why_sent` why the last notice it was in was sent. `methods` are those of its customer that may
    be debited today."""

    at: Whereabouts
    customer_name: str
    today: date
    lines: tuple[Line, ...]
    moves: Page[Move]
    refundable: Money
    holds: tuple[PastHold, ...]
    notices: tuple[Told, ...]
    letters: tuple[LetterLine, ...]
    calls: tuple[Attempt, ...]
    refunds: tuple[RefundLine, ...]
    runs: tuple[RunLine, ...]
    debits: tuple[AttemptLine, ...]
    methods: tuple[MethodLine, ...]
    paper: str
    why: tuple[Reason, ...]
    why_sent: tuple[Reason, ...]
    events: Page[Happened]


def invoice_sheet(
    session: Session,
    number: str,
    now: datetime,
    mode: MailMode,
    *,
    moves: int = 1,
    events: int = 1,
) -> InvoiceSheet | None:
    """`moves` and `events`: which pages of them. None for a number that is not recorded."""
    invoice = session.get(InvoiceRecord, number)
    if invoice is None:
        return None
    ladder = ladder_for(session, invoice.policy)
    account = account_of(session, invoice)
    notices = notices_about(session, number)
    refundable = min(account.left, account.credit) if account.is_open else account.left
    return InvoiceSheet(
        at=whereabouts_of(session, number, now),
        customer_name=session.get_one(CustomerRecord, invoice.customer_id).name,
        today=ladder.today(now),
        lines=_lines(session, invoice),
        moves=_moves(session, invoice, moves),
        refundable=Money(max(0, refundable), invoice.currency),
        holds=_holds(session, invoice, ladder.zone),
        notices=notices,
        letters=letters_about(session, number, ladder.zone),
        calls=_calls(session, number, ladder.zone),
        refunds=_refunds(session, number, ladder.zone),
        runs=tuple(runs_of(session, number)),
        debits=tuple(attempts(session, number)),
        methods=_usable(session, invoice.customer_id, ladder.today(now)),
        paper=paper_of_invoice(session, invoice),
        why=why_not_reminded(circumstances(session, number, now, mode)),
        why_sent=why_notice(session, notices[-1].notice) if notices else (),
        events=happened(session, ladder.zone, events, invoice=number),
    )


def _usable(session: Session, customer_id: str, today: date) -> tuple[MethodLine, ...]:
    return tuple(one for one in lines_of(session, customer_id, today) if not one.why_not)


def paper_of_invoice(session: Session, invoice: InvoiceRecord) -> str:
    """The original where the ledger named one, else the copy that went with a notice."""
    key = invoice.document or f"copy/{attachment_name(invoice.number)}"
    return key if key in known_among(session, [key]) else ""


def _lines(session: Session, invoice: InvoiceRecord) -> tuple[Line, ...]:
    query = select(InvoiceLineRecord).where(col(InvoiceLineRecord.invoice_number) == invoice.number)
    found = session.execute(query.order_by(col(InvoiceLineRecord.line))).scalars()
    return tuple(Line(one.description, Money(one.amount_minor, invoice.currency)) for one in found)


def _moves(session: Session, invoice: InvoiceRecord, page: int) -> Page[Move]:
    """The newest first."""
    payment = (PaymentRecord.payment_id, PaymentRecord.booked_on, PaymentRecord.value_date)
    more = (PaymentRecord.amount_minor, PaymentRecord.allocated_minor, PaymentRecord.source)
    said = (PaymentRecord.reason, PaymentRecord.actor, PaymentRecord.entry)
    query = (
        select(
            *_columns(*payment, *more, *said),
            col(BankEntryRecord.rule),
            col(BankEntryRecord.reason).label("why"),
            col(BankEntryRecord.bank_reference),
        )
        .outerjoin(BankEntryRecord, col(BankEntryRecord.id) == col(PaymentRecord.entry))
        .where(col(PaymentRecord.invoice_number) == invoice.number)
        .order_by(col(PaymentRecord.recorded_at).desc(), by_text(PaymentRecord.payment_id))
    )
    found = page_of(session, query, page, MOVES_SHOWN)
    rows = tuple(_move(row, invoice.currency) for row in found.rows)
    return Page(rows, found.number, found.total, found.size)


def _columns(*columns: Any) -> list[Any]:
    return [col(column) for column in columns]


def _move(row: Any, currency: str) -> Move:
    return Move(
        payment_id=row.payment_id,
        booked_on=row.booked_on,
        value_date=row.value_date,
        amount=Money(row.amount_minor, currency),
        allocated=Money(row.allocated_minor, currency),
        source=row.source,
        reason=row.reason,
        actor=row.actor,
        entry=row.entry,
        rule=row.rule or "",
        why=row.why or "",
        bank_reference=row.bank_reference or "",
    )


def _holds(session: Session, invoice: InvoiceRecord, zone: tzinfo) -> tuple[PastHold, ...]:
    """All that ever held it: its own, and the customer's from its day of issue on."""
    query = select(HoldRecord).where(
        col(HoldRecord.customer_id) == invoice.customer_id,
        or_(
            col(HoldRecord.invoice_number).is_(None),
            col(HoldRecord.invoice_number) == invoice.number,
        ),
    )
    return tuple(
        PastHold(
            kind=one.kind,
            since=one.begins_at.astimezone(zone),
            until=one.until.astimezone(zone).date() if one.until else None,
            ended_at=one.ended_at.astimezone(zone) if one.ended_at else None,
            whole_customer=one.invoice_number is None,
            promised_for=one.promised_for,
            reason=one.reason,
            actor=one.actor,
        )
        for one in session.execute(query.order_by(col(HoldRecord.id).desc())).scalars()
    )


def _calls(session: Session, number: str, zone: tzinfo) -> tuple[Attempt, ...]:
    """Attempts about it alone, and those about the whole of a task it was in."""
    query = select(col(CallItemRecord.task)).where(col(CallItemRecord.invoice_number) == number)
    tasks = session.execute(query).scalars().all()
    return tuple(one for one in attempts_in(session, tasks, zone) if one.invoice in ("", number))


def _refunds(session: Session, number: str, zone: tzinfo) -> tuple[RefundLine, ...]:
    query = select(RefundRecord).where(col(RefundRecord.invoice_number) == number)
    found = session.execute(query.order_by(col(RefundRecord.sequence).desc())).scalars()
    return tuple(refund_line(one, zone) for one in found)
