"""The judge of collections: the bank's book against ours, debit by debit."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlmodel import Session, col, select

from gateways.payments import CollectionStatus
from models.tables import (
    BankEntryRecord,
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    PaymentRecord,
    PositionRecord,
    RunState,
)
from rules.case import Status, What
from rules.collecting import UNDER_WAY, Try
from sandbox.bank import Attempt

_ON_THE_LADDER = (What.STAGE, What.HELD, What.CALLED, What.PROPOSED, What.HANDED_OVER)


@dataclass(frozen=True)
class Judgement:
    """What is wrong, in sentences. `difference` is how far the two books are apart, in minor units:
    the sum over all debits, so that one mistake never hides another."""

    collections: int
    double: tuple[str, ...]
    forgotten: tuple[str, ...]
    difference: int

    @property
    def is_good(self) -> bool:
        return not (self.double or self.forgotten or self.difference)


def judge(
    session: Session, book: Sequence[Attempt], today: date, awake: Collection[str]
) -> Judgement:
    """What the bank's book says by `today`, held against the record. `awake` are the invoices whose
    workflows run."""
    tries = {record.key: record for record in session.exec(select(CollectionRecord))}
    bank = {attempt.key: _moved(attempt, today) for attempt in book}
    ours = _booked(session)
    apart = sum(abs(bank.get(key, 0) - ours.get(key, 0)) for key in bank.keys() | ours.keys())
    forgotten = (
        *_unheard(book, tries, today),
        *_without_outcome(session, tries.values()),
        *_nowhere(session, awake),
    )
    return Judgement(len(tries), tuple(_doubled(book, tries, today)), forgotten, apart)


def _has_paid(attempt: Attempt, today: date) -> bool:
    return attempt.as_of(today).status is CollectionStatus.SUCCEEDED


def _is_back(attempt: Attempt, today: date) -> bool:
    back = attempt.returned_on
    return _has_paid(attempt, today) and back is not None and back <= today


def _moved(attempt: Attempt, today: date) -> int:
    """What the bank has given us by it, in minor units, less what it took back."""
    stays = _has_paid(attempt, today) and not _is_back(attempt, today)
    return attempt.amount.minor if stays else 0


def _booked(session: Session) -> Counter[str]:
    """What our books have of each debit, less what went back."""
    booked: Counter[str] = Counter()
    for payment in session.exec(
        select(PaymentRecord).where(col(PaymentRecord.source) == "collection")
    ):
        booked[payment.payment_id] += payment.amount_minor
    query = (
        select(BankEntryRecord.end_to_end_id, PaymentRecord.amount_minor)
        .join(BankEntryRecord, col(BankEntryRecord.id) == col(PaymentRecord.entry))
        .where(col(PaymentRecord.amount_minor) < 0)
    )
    for key, amount in session.exec(query):
        booked[key] += amount
    return booked


def _doubled(
    book: Sequence[Attempt], tries: dict[str, CollectionRecord], today: date
) -> Iterator[str]:
    """Debits of one debt while another stood, and keys that were debited twice."""
    for key, times in Counter(attempt.key for attempt in book).items():
        if times > 1:
            yield f"{key} was debited {times} times"
    debits = defaultdict(list)
    for attempt in book:
        if _has_paid(attempt, today):
            debits[_debt(attempt, tries)].append(attempt)
    for invoice, made in debits.items():
        made.sort(key=lambda attempt: (attempt.settles_on, attempt.key))
        for before, after in pairwise(made):
            back = before.returned_on
            if before.key != after.key and (back is None or back > after.settles_on):
                yield f"invoice {invoice}: {after.key} while the money of {before.key} was here"


def _debt(attempt: Attempt, tries: dict[str, CollectionRecord]) -> str:
    known = tries.get(attempt.key)
    of_the_key = attempt.key.removeprefix("collect:").rpartition(":")[0]
    return known.invoice_number if known else of_the_key


def _unheard(
    book: Sequence[Attempt], tries: dict[str, CollectionRecord], today: date
) -> Iterator[str]:
    """Money that the bank has given or taken back, of which the record does not know."""
    for attempt in book:
        known = tries.get(attempt.key)
        if _has_paid(attempt, today) and (known is None or known.state != Try.SUCCEEDED):
            state = known.state if known else "unknown"
            yield f"{attempt.key} was paid on {attempt.settles_on}, our record says {state}"
        elif _is_back(attempt, today) and known is not None and known.returned_on is None:
            yield f"{attempt.key} went back on {attempt.returned_on}, our record does not say so"


def _without_outcome(session: Session, tries: Collection[CollectionRecord]) -> Iterator[str]:
    for one in tries:
        if one.state in UNDER_WAY:
            yield f"{one.key} of {one.day} is still {one.state}"
    opened = col(CollectionRunRecord.state) == RunState.OPEN.value
    for run in session.exec(select(CollectionRunRecord).where(opened)):
        yield f"run {run.number} of invoice {run.invoice_number} is still open"


def _nowhere(session: Session, awake: Collection[str]) -> Iterator[str]:
    """Open invoices that nothing will move any more. One with an open run is told of above."""
    collecting = select(CollectionRunRecord.invoice_number).where(
        col(CollectionRunRecord.state) == RunState.OPEN.value
    )
    query = (
        select(InvoiceRecord.number, PositionRecord.next_what)
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(
            col(InvoiceRecord.status) == Status.OPEN.value,
            col(InvoiceRecord.number).not_in(collecting),
        )
    )
    for number, next_what in session.exec(query):
        if next_what not in _ON_THE_LADDER:
            yield f"invoice {number} is open and on no ladder: {next_what or 'never looked at'}"
        elif number not in awake:
            yield f"invoice {number} is open and its workflow does not run"
