"""What our bank answers to a file of debits (pain.002): kept as it was said, and what it refuses moves
the debits it speaks of, and no other.

That an order was accepted is no money yet: only a statement's credit says that it came.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col
from sqlmodel import select as select_records

from activities import collecting
from activities.journal import Journal
from gateways.payments import CollectionAnswer, CollectionStatus
from models.tables import (
    METADATA,
    CollectionRecord,
    DebitFileRecord,
    InvoiceRecord,
    PaymentStatusRecord,
    Trouble,
)
from models.tables.base import by_text
from rules.collecting import UNDER_WAY
from rules.returns import Consequence, Reason, reason_of
from rules.statements import PaymentStatus
from rules.status_codes import UNSTATED

_REFUSED = "RJCT"
_AT_ONCE = 500  # below every database's limit of parameters
_UNDER_WAY = [state.value for state in UNDER_WAY]


def take_answers(journal: Journal, file: str, answers: Sequence[PaymentStatus]) -> int:
    """Record what a bank's file answers and what follows; how many answers are to nothing that we
    sent. Safe to repeat: what has an outcome keeps it."""
    journal.session.add_all(_record(file, one) for one in answers)
    journal.session.flush()
    strangers = _strangers(journal.session, answers)
    if strangers:
        journal.log_customer("answer_to_no_order", "", reference=file[:12], detail=str(strangers))
    _note_files(journal, answers)
    _refuse(journal, answers)
    return strangers


def _record(file: str, one: PaymentStatus) -> PaymentStatusRecord:
    return PaymentStatusRecord(
        file=file,
        status=one.status,
        message=one.message,
        batch=one.batch,
        instruction=one.instruction,
        order=one.order,
        reasons=" ".join(one.reasons),
        detail=one.detail,
        amount_minor=one.amount.minor if one.amount else None,
        currency=one.amount.currency if one.amount else "",
    )


def _strangers(session: Session, answers: Sequence[PaymentStatus]) -> int:
    """Each order, batch and file that is answered and is none of ours, once. An order that has no name
    is its batch's."""
    orders = {one.order for one in answers if one.order}
    batches = {one.batch for one in answers if _is_of_batch(one)}
    files = {one.message for one in answers if _is_of_file(one)}
    ours = [
        (orders, METADATA.tables["collection"].c.key),
        (orders, METADATA.tables["refund"].c.key),
        (batches, METADATA.tables["collection"].c.batch),
        (files, METADATA.tables["debit_file"].c.message),
    ]
    found = len(orders) + len(batches) + len(files)
    return found - sum(_known(session, column, named) for named, column in ours)


def _known(session: Session, column: ColumnElement[str], named: set[str]) -> int:
    names, found = sorted(named), 0
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        query = select(column).where(column.in_(some)).distinct()
        found += len(session.connection().execute(query).all())
    return found


def _is_of_batch(one: PaymentStatus) -> bool:
    return bool(one.batch) and not one.is_order


def _is_of_file(one: PaymentStatus) -> bool:
    return not one.batch and not one.is_order


def _note_files(journal: Journal, answers: Sequence[PaymentStatus]) -> None:
    """The bank's last word on each of our files as a whole."""
    for one in answers:
        file = journal.session.get(DebitFileRecord, one.message) if _is_of_file(one) else None
        if file is not None and file.status != one.status:
            file.status = one.status
            journal.log_customer(
                "debit_file_answered", "", reference=file.message, detail=one.status
            )


def _refuse(journal: Journal, answers: Sequence[PaymentStatus]) -> None:
    """Orders first, then batches, then files: the nearest word counts, and each debit hears one."""
    refusals = sorted(
        (one for one in answers if one.status == _REFUSED),
        key=lambda one: (not one.is_order, not one.batch),
    )
    spoken_of = [(one, _meant(journal.session, one)) for one in refusals]
    numbers = {attempt.invoice_number for _, meant in spoken_of for attempt in meant}
    journal.lock(*_customers(journal.session, numbers))
    heard: set[str] = set()
    for one, meant in spoken_of:
        for attempt in meant:
            if attempt.key not in heard:
                heard.add(attempt.key)
                _hear(journal, attempt, _code(one, answers))


def _meant(session: Session, one: PaymentStatus) -> list[CollectionRecord]:
    """The debits that an answer speaks of, of those that stand in a file of ours."""
    if one.order:
        return _in_files(session, col(CollectionRecord.key) == one.order)
    if one.is_order:
        return _unnamed(session, one)
    if one.batch:
        return _in_files(session, col(CollectionRecord.batch) == one.batch)
    return _in_files(session, col(CollectionRecord.file) == one.message)


def _in_files(session: Session, which: ColumnElement[bool]) -> list[CollectionRecord]:
    query = select_records(CollectionRecord).where(which, col(CollectionRecord.file).is_not(None))
    found = session.exec(query.order_by(by_text(col(CollectionRecord.key))))
    return list(found)


def _unnamed(session: Session, one: PaymentStatus) -> list[CollectionRecord]:
    """An order without a name is known by its amount, where one alone of its batch has it."""
    of_batch = _in_files(session, col(CollectionRecord.batch) == one.batch) if one.batch else []
    found = [
        attempt
        for attempt in of_batch
        if one.amount and attempt.amount_minor == one.amount.minor and attempt.state in _UNDER_WAY
    ]
    return found if len(found) == 1 else []


def _customers(session: Session, invoices: set[str]) -> Iterator[str]:
    for number in sorted(invoices):
        yield session.get_one(InvoiceRecord, number).customer_id


def _code(one: PaymentStatus, answers: Sequence[PaymentStatus]) -> str:
    """The first reason that is known, else the first; of an answer without one, what all others about
    the same file agree on."""
    codes = one.reasons or _agreed(one, answers)
    return next((code for code in codes if reason_of(code)), codes[0] if codes else UNSTATED)


def _agreed(one: PaymentStatus, answers: Sequence[PaymentStatus]) -> tuple[str, ...]:
    same_file = (other for other in answers if other.message == one.message)
    found = {code for other in same_file for code in other.reasons}
    return tuple(found) if len(found) == 1 else ()


def _hear(journal: Journal, attempt: CollectionRecord, code: str) -> None:
    if attempt.state not in _UNDER_WAY:
        return
    reason = reason_of(code)
    if reason is None:
        unknown(journal, attempt, code)
    else:
        collecting.hear(journal, attempt.key, CollectionAnswer(status_of(reason), code))


def status_of(reason: Reason) -> CollectionStatus:
    """Soft or hard, as the protocol of every gateway has it."""
    if reason.consequence is Consequence.RETRY:
        return CollectionStatus.DECLINED_SOFT
    return CollectionStatus.DECLINED_HARD


def unknown(journal: Journal, attempt: CollectionRecord, code: str) -> None:
    """A reason that nobody knows changes nothing: a person finds out what the bank means."""
    invoice = journal.session.get_one(InvoiceRecord, attempt.invoice_number)
    journal.log("unknown_reason", invoice, reference=attempt.key, detail=code)
    journal.needs_attention(
        Trouble.COLLECTION, invoice.customer_id, invoice.number, f"reason {code} is not known"
    )
