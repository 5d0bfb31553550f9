"""What one entry may pay, found without reading the whole ledger: for a page that comes at once.

Matching decides by a `Ledger` of all that is recorded. Of that one, only what the entry can touch is
read here, by a number of queries that does not grow; the numbers of all invoices, which never change,
are kept by the process. What comes out is what the whole ledger would say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row, and_, func, or_, select
from sqlmodel import Session

from activities import debits_on_account
from activities.matching import claim_of, entry_of
from models.tables import METADATA, BankEntryRecord
from rules.case import Status
from rules.matching import Candidate, Entry, Ledger, Share, match
from rules.matching.numbers import NumberIndex, compact
from rules.matching.reach import within_reach

_INVOICE = METADATA.tables["invoice"]
_PAYMENT = METADATA.tables["payment"]
_ENTRY = METADATA.tables["bank_entry"]
_CUSTOMER = METADATA.tables["customer"]
_ACCOUNT = METADATA.tables["payer_account"]
_REFUND = METADATA.tables["refund"]
_BY_BANK = ("bank", "collection")
_PAID = (*_BY_BANK, "manual")


@dataclass
class _Kept:
    """Of one database: every invoice's number, every customer's name. Nothing of them is ever taken
    away or changed, so there is more where there are more."""

    numbers: NumberIndex = field(default_factory=NumberIndex)
    names: dict[str, set[str]] = field(default_factory=dict)
    invoices: int = 0
    customers: int = 0
    turn: Lock = field(default_factory=Lock)

    def refresh(self, session: Session) -> None:
        invoices = _count(session, _INVOICE)
        customers = _count(session, _CUSTOMER)
        with self.turn:
            if invoices != self.invoices:
                for number in session.connection().execute(select(_INVOICE.c.number)).scalars():
                    self.numbers.add(number)
                self.invoices = invoices
            if customers != self.customers:
                query = select(_CUSTOMER.c.name, _CUSTOMER.c.customer_id)
                for name, customer_id in session.connection().execute(query):
                    self.names.setdefault(compact(name), set()).add(customer_id)
                self.customers = customers


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def keep_numbers(session: Session) -> NumberIndex:
    """Have the numbers at hand, so that whoever asks first does not wait for them."""
    return _kept(session).numbers


def _kept(session: Session) -> _Kept:
    kept = _KEPT.setdefault(session.connection().engine, _Kept())
    kept.refresh(session)
    return kept


def _count(session: Session, table: Any) -> int:
    return session.connection().execute(select(func.count()).select_from(table)).scalar_one()


def candidates(session: Session, record: BankEntryRecord) -> tuple[Candidate, ...]:
    """What an entry on the list may pay, the likeliest first."""
    entry = entry_of(record)
    return match(entry, narrow_ledger(session, entry)).candidates


def narrow_ledger(session: Session, entry: Entry) -> Ledger:
    """All that matching may look at for this one entry."""
    kept = _kept(session)
    ledger = Ledger()
    ledger.numbers = kept.numbers
    payers = _payers(session, ledger, kept, entry)
    orders = _orders(session, entry)
    debits = list(debits_on_account.named(session, entry.end_to_end_id, entry.batch))
    wanted = within_reach(entry, kept.numbers) | {row.invoice_number for row in orders}
    wanted |= {debit.invoice_number for debit in debits}
    invoices = _invoices(session, wanted, payers)
    payments = _payments(session, [row.number for row in invoices])
    for row in invoices:
        mine = [one for one in payments if one.invoice_number == row.number]
        ledger.take(claim_of(session, row, sum(p.amount_minor for p in mine if p.source in _PAID)))
    for one in payments:
        if one.source in _BY_BANK and one.amount_minor > 0:
            ledger.add_payment("", (Share(one.invoice_number, one.amount_minor),))
    theirs = debits_on_account.of_invoices(session, [row.number for row in invoices])
    for debit in (*debits, *theirs):
        ledger.add_debit(debit)
    _add_orders(ledger, entry, orders)
    _add_refund(session, ledger, entry)
    return ledger


def _payers(session: Session, ledger: Ledger, kept: _Kept, entry: Entry) -> set[str]:
    """Whose account it is, and who is called so; noted in the ledger."""
    query = select(_ACCOUNT.c.customer_id).where(
        _ACCOUNT.c.account == entry.party_account, _ACCOUNT.c.account != ""
    )
    owners = set(session.connection().execute(query).scalars())
    for customer_id in owners:
        ledger.add_account(entry.party_account, customer_id)
    called = kept.names.get(compact(entry.party_name), set()) if entry.party_name else set()
    for customer_id in called:
        ledger.add_name(entry.party_name, customer_id)
    return owners | called


def _invoices(session: Session, numbers: Iterable[str], payers: Iterable[str]) -> list[Row[Any]]:
    """Those of these numbers, and all that is open of the payers."""
    theirs = and_(_INVOICE.c.customer_id.in_(payers), _INVOICE.c.status == Status.OPEN.value)
    query = select(_INVOICE).where(or_(_INVOICE.c.number.in_(numbers), theirs))
    return list(session.connection().execute(query))


def _payments(session: Session, numbers: Sequence[str]) -> list[Row[Any]]:
    columns = [_PAYMENT.c[name] for name in ("invoice_number", "amount_minor", "source")]
    query = select(*columns).where(_PAYMENT.c.invoice_number.in_(numbers))
    return list(session.connection().execute(query))


def _orders(session: Session, entry: Entry) -> list[Row[Any]]:
    """What was paid under the entry's own end-to-end id, in the order it came."""
    query = (
        select(_PAYMENT.c.entry, _PAYMENT.c.invoice_number, _PAYMENT.c.amount_minor)
        .join_from(_PAYMENT, _ENTRY, _ENTRY.c.id == _PAYMENT.c.entry)
        .where(
            _ENTRY.c.end_to_end_id == entry.end_to_end_id,
            _ENTRY.c.end_to_end_id != "",
            _PAYMENT.c.source == "bank",  # a debit's is known by the debit
            _PAYMENT.c.amount_minor > 0,
        )
        .order_by(_PAYMENT.c.recorded_at, _PAYMENT.c.entry)
    )
    return list(session.connection().execute(query))


def _add_orders(ledger: Ledger, entry: Entry, orders: Iterable[Row[Any]]) -> None:
    found: dict[int, list[Share]] = {}
    for row in orders:
        found.setdefault(row.entry, []).append(Share(row.invoice_number, row.amount_minor))
    for shares in found.values():
        ledger.add_payment(entry.end_to_end_id, tuple(shares))


def _add_refund(session: Session, ledger: Ledger, entry: Entry) -> None:
    query = select(_REFUND.c.number, _REFUND.c.amount_minor).where(
        _REFUND.c.key == entry.end_to_end_id, _REFUND.c.key != ""
    )
    for number, amount in session.connection().execute(query):
        ledger.add_refund(entry.end_to_end_id, number, amount)
