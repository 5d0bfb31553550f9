"""Our own debits on the account: their credit is their success, and what comes back of them a return.

Called in the transaction that decides an entry. Safe to repeat: an outcome is recorded once, and each
debit's payment names the one entry that brought it.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from activities import allocating, collecting
from activities.journal import Journal
from gateways.payments import CollectionAnswer, CollectionStatus
from models.tables import METADATA, BankEntryRecord, InvoiceRecord, PaymentRecord
from rules.collecting import Try
from rules.matching import Debit, Rule, Share

_DEBIT = METADATA.tables["collection"]
_PAYMENT = METADATA.tables["payment"]
_CAME = CollectionAnswer(CollectionStatus.SUCCEEDED)
_AT_ONCE = 500  # below every database's limit of parameters
_FAILED = {Try.FAILED_SOFT, Try.FAILED_HARD, Try.REJECTED, Try.WITHDRAWN}


def read(journal: Journal, keys: Sequence[str] | None = None) -> Iterator[Debit]:
    """Debits as matching looks at them, of these keys or (None) all: those that stand in a file, and
    those whose payment is booked."""
    journal.session.flush()
    if keys is None:
        yield from _read(journal.session)
    for first in range(0, len(keys or ()), _AT_ONCE):
        some = (keys or ())[first : first + _AT_ONCE]
        yield from _read(journal.session, _DEBIT.c.key.in_(some))


def named(session: Session, end_to_end_id: str, batch: str) -> Iterator[Debit]:
    """Those that an entry names."""
    if end_to_end_id or batch:
        one = (_DEBIT.c.key == end_to_end_id) & (_DEBIT.c.key != "")
        yield from _read(session, or_(one, (_DEBIT.c.batch == batch) & (_DEBIT.c.batch != "")))


def of_invoices(session: Session, numbers: Sequence[str]) -> Iterator[Debit]:
    """Those of these invoices."""
    if numbers:
        yield from _read(session, _DEBIT.c.invoice_number.in_(numbers))


def _read(session: Session, *which: ColumnElement[bool]) -> Iterator[Debit]:
    names = ("key", "invoice_number", "amount_minor", "currency", "batch", "state", "returned_on")
    query = (
        select(*(_DEBIT.c[name] for name in names), _PAYMENT.c.payment_id, _PAYMENT.c.entry)
        .outerjoin(_PAYMENT, _PAYMENT.c.payment_id == _DEBIT.c.key)
        .where(or_(_DEBIT.c.file.is_not(None), _PAYMENT.c.payment_id.is_not(None)), *which)
    )
    for row in session.connection().execute(query):
        yield Debit(
            key=row.key,
            invoice_number=row.invoice_number,
            amount=row.amount_minor,
            currency=row.currency,
            batch=row.batch,
            is_booked=row.payment_id is not None,
            is_seen=row.entry is not None,
            is_back=row.returned_on is not None,
            is_refused=row.state in _FAILED,
        )


def came(
    journal: Journal,
    entry: BankEntryRecord,
    debits: Sequence[Debit],
    reason: str,
    rule: Rule = Rule.COLLECTION,
) -> None:
    """An entry, or a part of it, is the money of these debits: each succeeds, and its payment names the
    entry."""
    _lock(journal, debits)
    for debit in debits:
        _succeed(journal, debit)
        paid = journal.session.get_one(PaymentRecord, debit.key)
        paid.entry, paid.entry_minor = entry.id, paid.amount_minor
    used = sum(debit.amount for debit in debits)
    allocating.decided(journal, entry, used, rule=rule, reason=reason)


def went_back(
    journal: Journal,
    entry: BankEntryRecord,
    shares: Sequence[Share],
    debits: Sequence[Debit],
    reason: str,
    rule: Rule = Rule.RETURN,
) -> None:
    """What goes back had come: the debit succeeds first where nobody has said so yet. The return is
    booked as every other, and then its reason decides what follows."""
    _lock(journal, debits)
    for debit in debits:
        _succeed(journal, debit)
    allocating.allocate(journal, entry, shares, rule=rule, reason=reason)
    for debit in debits:
        collecting.came_back(journal, debit.key, entry.return_code, entry.booked_on)


def assign(
    journal: Journal, entry: BankEntryRecord, shares: Sequence[Share], reason: str
) -> list[Share]:
    """What a person gives to invoices, where it is debits of ours that the entry names: they come or go
    back as if a rule had said so. The shares that are left to be allocated."""
    journal.session.flush()
    debits = {one.invoice_number: one for one in named(journal.session, *_names(entry))}
    mine = [(share, debits.get(share.invoice_number)) for share in shares]
    coming = [d for s, d in mine if d and s.amount == d.amount and not d.is_seen]
    going = [(s, d) for s, d in mine if d and s.amount == -d.amount and not d.is_back]
    if coming:
        came(journal, entry, coming, reason, Rule.PERSON)
    for share, debit in going:
        went_back(journal, entry, [share], [debit], reason, Rule.PERSON)
    done = {debit.invoice_number for debit in coming} | {share.invoice_number for share, _ in going}
    return [share for share in shares if share.invoice_number not in done]


def _names(entry: BankEntryRecord) -> tuple[str, str]:
    return entry.end_to_end_id, entry.batch


def _succeed(journal: Journal, debit: Debit) -> None:
    if not debit.is_booked:
        collecting.hear(journal, debit.key, _CAME)


def _lock(journal: Journal, debits: Sequence[Debit]) -> None:
    """A batch is of many customers; in one order, all at once."""
    get = journal.session.get_one
    journal.lock(*{get(InvoiceRecord, debit.invoice_number).customer_id for debit in debits})
