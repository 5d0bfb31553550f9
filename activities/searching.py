"""Find what somebody typed: a number of any kind, a customer's name, an amount, or parts of them.

Each kind is asked for once and answered with its first hits, so that a search costs the same
whatever it finds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, union_all
from sqlmodel import Session, col

from models.tables import (
    BankEntryRecord,
    CallTaskRecord,
    CustomerRecord,
    InvoiceRecord,
    LegalCaseRecord,
    NoticeRecord,
    PaymentRecord,
    RefundRecord,
)
from models.tables.base import by_text
from rules.money import Money, currencies_with
from rules.searching import LONGEST, is_same_number, name_parts, number_parts
from rules.typed_amounts import Amounts, amounts

SHOWN = 20  # hits of a kind
COUNTED = 1_000  # more are not counted: nobody reads them


class Kind(StrEnum):
    INVOICE = "invoice"
    CUSTOMER = "customer"
    PAYMENT = "payment"
    NOTICE = "notice"
    TASK = "task"
    CASE = "case"
    REFUND = "refund"


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `invoice` is the one it is about, "" for none; `owed` what is left
    of `amount`, both None where it is no money; `day` is when it was due or booked."""

    kind: Kind
    key: str
    customer_id: str
    name: str
    invoice: str = ""
    state: str = ""
    day: date | None = None
    amount: Money | None = None
    owed: Money | None = None


@dataclass(frozen=True)
class Group:
    """The first hits of one kind, and how many there are; COUNTED: so many, or more."""

    kind: Kind
    hits: tuple[Hit, ...]
    count: int

    @property
    def is_capped(self) -> bool:
        return self.count >= COUNTED


def exact(session: Session, typed: str) -> Hit | None:
    """The one thing whose number this is, whatever kind it is of; None where none or several are."""
    typed = typed.strip()[:LONGEST]
    for kind in _KINDS:
        if found := _rows(session, kind, {typed, typed.upper()}):
            return found[0] if len(found) == 1 else None
    return None


def only_one(groups: Sequence[Group], typed: str) -> Hit | None:
    """The one invoice or customer whose number was typed with other separators, or without leading
    zeros."""
    kinds = (Kind.INVOICE, Kind.CUSTOMER)
    hits = (hit for group in groups if group.kind in kinds for hit in group.hits)
    same = [hit for hit in hits if is_same_number(hit.key, typed)]
    return same[0] if len(same) == 1 else None


def search(session: Session, typed: str) -> tuple[Group, ...]:
    """All that has some of what was typed, by kind; only kinds that have hits."""
    typed = typed.strip()[:LONGEST]
    if not number_parts(typed) and not name_parts(typed) and not amounts(typed):
        return ()
    found = (_group(session, kind, typed) for kind in _KINDS)
    return tuple(group for group in found if group.count)


@dataclass(frozen=True)
class _Kind:
    """How one kind is found: `columns` of what is shown, `key` the column of its number, `meant` what
    of a typed text makes a row a hit, each condition by an index of its own."""

    kind: Kind
    query: Any  # a select of columns named as in `Hit`
    key: Any
    meant: Callable[[str], Sequence[ColumnElement[bool]]]


def _group(session: Session, one: _Kind, typed: str) -> Group:
    """First the keys alone, no more than are counted; then the rows of the few that are shown."""
    meant = one.meant(typed)
    if not meant:
        return Group(one.kind, (), 0)
    each = (select(one.key.label("key")).where(this).limit(COUNTED).subquery() for this in meant)
    keys = {row.key for row in session.execute(union_all(*(select(this.c.key) for this in each)))}
    shown = sorted(keys, key=lambda key: _place(key, typed))[:SHOWN]
    hits = _rows(session, one, set(shown))
    return Group(
        one.kind,
        tuple(sorted(hits, key=lambda hit: shown.index(hit.key))),
        min(len(keys), COUNTED),
    )


def _place(key: str, typed: str) -> tuple[bool, bool, str]:
    """What was typed whole comes first, then what begins with it."""
    begins = key.upper().startswith(typed.upper())
    return (not is_same_number(key, typed), not begins, key)


def _rows(session: Session, one: _Kind, keys: set[str]) -> list[Hit]:
    if not keys:
        return []
    return [_hit(one.kind, row) for row in session.execute(one.query.where(one.key.in_(keys)))]


def _hit(kind: Kind, row: Row[Any]) -> Hit:
    """Columns a kind does not have stay as they are where there are none."""
    told = row._asdict()
    currency = told.pop("currency", "")
    for name in ("amount", "owed"):
        if name in told:
            told[name] = Money(told[name], currency)
    return Hit(kind, **told)


def _invoices_meant(typed: str) -> list[ColumnElement[bool]]:
    key = col(InvoiceRecord.search_key)
    meant = [key.contains(part, autoescape=True) for part in number_parts(typed)]
    for one in amounts(typed):
        meant.append(_within(InvoiceRecord.balance_minor, InvoiceRecord.currency, one))
        meant.append(_within(InvoiceRecord.amount_minor, InvoiceRecord.currency, one))
    return meant


def _within(column: Any, currency: Any, meant: Amounts) -> ColumnElement[bool]:
    codes = {meant.currency} if meant.currency else currencies_with(meant.decimals)
    return and_(col(column).between(meant.low, meant.high), col(currency).in_(codes))


def _customers_meant(typed: str) -> list[ColumnElement[bool]]:
    """Every word of a name, in any order; or a part of the key or the mail address."""
    key, words = col(CustomerRecord.search_key), name_parts(typed)
    meant = [key.contains(part, autoescape=True) for part in number_parts(typed)]
    if words:
        meant.append(and_(*(key.contains(word, autoescape=True) for word in words)))
    if "@" in typed:
        meant.append(col(CustomerRecord.email).icontains(typed, autoescape=True))
    return meant


def _payments_meant(typed: str) -> list[ColumnElement[bool]]:
    """By its reference, ours or the bank's, or what it brought."""
    meant = [_begins(PaymentRecord.payment_id, typed)]
    entries = select(col(BankEntryRecord.id)).where(
        or_(
            col(BankEntryRecord.end_to_end_id) == typed,
            col(BankEntryRecord.bank_reference) == typed,
        )
    )
    meant.append(col(PaymentRecord.entry).in_(entries))
    for one in amounts(typed):
        meant.append(_within(PaymentRecord.amount_minor, PaymentRecord.currency, one))
    return meant


def _begins(column: Any, typed: str) -> ColumnElement[bool]:
    """From the first sign on, capitals as they are: SQLite has an index for that."""
    text = by_text(col(column))
    return and_(text >= typed, text < typed + _LAST_SIGN)


_LAST_SIGN = "\U0010fffd"  # after every sign that somebody types


def _numbered(kind: Kind, table: Any, key: Any, state: Any, *columns: Any) -> _Kind:
    """What we give numbers to: they are found by how they begin."""
    query = select(col(key).label("key"), col(state).label("state"), *_WHOSE, *columns).join_from(
        table, CustomerRecord, col(CustomerRecord.customer_id) == col(table.customer_id)
    )
    return _Kind(kind, query, col(key), lambda typed: [_begins(key, typed.upper())])


_WHOSE = (col(CustomerRecord.customer_id), col(CustomerRecord.name))
_INVOICE = _Kind(
    Kind.INVOICE,
    select(
        col(InvoiceRecord.number).label("key"),
        col(InvoiceRecord.status).label("state"),
        col(InvoiceRecord.due_date).label("day"),
        col(InvoiceRecord.amount_minor).label("amount"),
        col(InvoiceRecord.balance_minor).label("owed"),
        col(InvoiceRecord.currency),
        *_WHOSE,
    ).join_from(
        InvoiceRecord,
        CustomerRecord,
        col(CustomerRecord.customer_id) == col(InvoiceRecord.customer_id),
    ),
    col(InvoiceRecord.number),
    _invoices_meant,
)
_CUSTOMER = _Kind(
    Kind.CUSTOMER,
    select(col(CustomerRecord.customer_id).label("key"), *_WHOSE),
    col(CustomerRecord.customer_id),
    _customers_meant,
)
_PAYMENT = _Kind(
    Kind.PAYMENT,
    select(
        col(PaymentRecord.payment_id).label("key"),
        col(PaymentRecord.invoice_number).label("invoice"),
        col(PaymentRecord.source).label("state"),
        col(PaymentRecord.booked_on).label("day"),
        col(PaymentRecord.amount_minor).label("amount"),
        col(PaymentRecord.currency),
        *_WHOSE,
    )
    .join_from(
        PaymentRecord,
        InvoiceRecord,
        col(InvoiceRecord.number) == col(PaymentRecord.invoice_number),
    )
    .join(CustomerRecord, col(CustomerRecord.customer_id) == col(InvoiceRecord.customer_id)),
    col(PaymentRecord.payment_id),
    _payments_meant,
)
_KINDS = (
    _INVOICE,
    _CUSTOMER,
    _PAYMENT,
    _numbered(Kind.NOTICE, NoticeRecord, NoticeRecord.number, NoticeRecord.state),
    _numbered(Kind.TASK, CallTaskRecord, CallTaskRecord.task, CallTaskRecord.state),
    _numbered(Kind.CASE, LegalCaseRecord, LegalCaseRecord.case, LegalCaseRecord.state),
    _numbered(
        Kind.REFUND,
        RefundRecord,
        RefundRecord.number,
        RefundRecord.state,
        col(RefundRecord.invoice_number).label("invoice"),
        col(RefundRecord.amount_minor).label("amount"),
        col(RefundRecord.currency),
    ),
)
