"""What is recorded of letters about debits: made with what they tell, then sent, in doubt, void or
refused. All under the customer's lock, in the transaction of whoever calls."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from activities.facts import ladder_for
from activities.journal import Journal
from models import names
from models.tables import (
    CollectionRunRecord,
    InvoiceRecord,
    LetterItemRecord,
    LetterKind,
    LetterRecord,
    LetterState,
    RunState,
    Trouble,
)
from models.tables.base import by_text

_UNDER_WAY = (LetterState.WAITING.value, LetterState.SENDING.value, LetterState.IN_DOUBT.value)
_SENT = (LetterState.SENT.value, LetterState.IN_DOUBT.value)


def make(
    journal: Journal,
    customer_id: str,
    kind: LetterKind,
    day: date,
    items: Sequence[LetterItemRecord],
) -> LetterRecord:
    """Record a letter with what it tells of, and tell each invoice's workflow that it waits."""
    sequence = _next_sequence(journal, customer_id)
    letter = LetterRecord(
        number=names.letter_number(customer_id, sequence),
        customer_id=customer_id,
        sequence=sequence,
        kind=kind.value,
        day=day,
        made_at=journal.now,
    )
    journal.session.add(letter)
    journal.session.flush()
    add(journal, letter, items)
    return letter


def add(journal: Journal, letter: LetterRecord, items: Sequence[LetterItemRecord]) -> None:
    """It tells of these, too. The items' `letter` is filled in here."""
    for item in items:
        item.letter = letter.number
        journal.session.add(item)
    journal.session.flush()
    tell(journal, items)


def _next_sequence(journal: Journal, customer_id: str) -> int:
    query = select(func.coalesce(func.max(LetterRecord.sequence), 0)).where(
        col(LetterRecord.customer_id) == customer_id
    )
    return int(journal.session.exec(query).one()) + 1


def tell(journal: Journal, items: Iterable[LetterItemRecord]) -> None:
    """The workflows of the invoices look at the record again."""
    for item in items:
        invoice = journal.session.get_one(InvoiceRecord, item.invoice_number)
        journal.tell_invoice(invoice, names.RECORD_CHANGED, "letter")


def items_of(journal: Journal, letter: LetterRecord) -> list[LetterItemRecord]:
    query = select(LetterItemRecord).where(col(LetterItemRecord.letter) == letter.number)
    return list(journal.session.exec(query.order_by(by_text(col(LetterItemRecord.invoice_number)))))


def under_way(journal: Journal, invoice_number: str) -> LetterRecord | None:
    """The oldest letter about a debit of the invoice that is not at its end."""
    query = (
        select(LetterRecord)
        .join(LetterItemRecord, col(LetterItemRecord.letter) == col(LetterRecord.number))
        .where(
            col(LetterItemRecord.invoice_number) == invoice_number,
            col(LetterRecord.state).in_(_UNDER_WAY),
        )
    )
    return journal.session.exec(query.order_by(col(LetterRecord.sequence)).limit(1)).first()


def about_failures(journal: Journal, customer_id: str, day: date) -> LetterRecord | None:
    """The customer's letter of a day about debits that failed, as long as it waits."""
    query = select(LetterRecord).where(
        col(LetterRecord.customer_id) == customer_id,
        col(LetterRecord.kind) == LetterKind.FAILED.value,
        col(LetterRecord.state) == LetterState.WAITING.value,
        col(LetterRecord.day) == day,
    )
    return journal.session.exec(query.order_by(col(LetterRecord.sequence))).first()


def names_invoice(journal: Journal, letter: LetterRecord, invoice_number: str) -> bool:
    key = (letter.number, invoice_number)
    return journal.session.get(LetterItemRecord, key) is not None


def leave_out(journal: Journal, letter: LetterRecord, *, but: Collection[str]) -> None:
    """What was to be told of other invoices is not: they were paid before it went."""
    for item in items_of(journal, letter):
        if item.invoice_number not in but:
            journal.session.delete(item)
    journal.session.flush()


def is_told(journal: Journal, key: str, code: str) -> bool:
    """Whether a letter tells, or told, of an attempt's failure for this reason."""
    query = select(LetterItemRecord.letter).where(
        col(LetterItemRecord.key) == key, col(LetterItemRecord.code) == code
    )
    return journal.session.exec(query.limit(1)).first() is not None


def announced_runs(
    journal: Journal, letter: LetterRecord, items: Iterable[LetterItemRecord]
) -> list[tuple[LetterItemRecord, CollectionRunRecord]]:
    """The runs that an announcement is the last word about, and that are still open."""
    found = []
    for item in items:
        run = journal.session.get_one(CollectionRunRecord, (item.invoice_number, item.run))
        if run.letter == letter.number and run.state == RunState.OPEN:
            found.append((item, run))
    return found


def count_as_sent(journal: Journal, letter: LetterRecord, state: LetterState) -> None:
    """The server accepted it, or nobody knows: what it announces is announced, each once.

    Repeated, it changes only the state.
    """
    first_time = letter.state not in _SENT
    letter.state, letter.sent_at = state.value, journal.now
    if not first_time:
        return
    items = items_of(journal, letter)
    for item, run in announced_runs(journal, letter, items):
        run.announced_on, run.day = letter.day, item.day
        run.amount_minor = item.amount_minor
    for item in items:
        _log(journal, letter, item)
    _announce_anew(journal, letter, [one for one in items if _comes_late(journal, one)])
    journal.session.flush()
    tell(journal, items)


def _log(journal: Journal, letter: LetterRecord, item: LetterItemRecord) -> None:
    announces = letter.kind == LetterKind.ANNOUNCEMENT
    journal.log(
        "collection_announced" if announces else "collection_failed_told",
        journal.session.get_one(InvoiceRecord, item.invoice_number),
        amount=item.amount_minor,
        reference=letter.number,
        detail=f"for {item.day}" if announces else item.code,
    )


def _comes_late(journal: Journal, item: LetterItemRecord) -> bool:
    invoice = journal.session.get_one(InvoiceRecord, item.invoice_number)
    today = ladder_for(journal.session, invoice.policy).today(journal.now)
    return item.day is not None and item.day <= today


def _announce_anew(
    journal: Journal, letter: LetterRecord, items: Iterable[LetterItemRecord]
) -> None:
    """A retry that the letter about the failure did not announce in time has an announcement of its
    own (docs/decisions/0019)."""
    if letter.kind != LetterKind.FAILED:
        return
    for item in items:
        run = journal.session.get_one(CollectionRunRecord, (item.invoice_number, item.run))
        if run.state == RunState.OPEN and (run.announced_on, run.day) == (letter.day, item.day):
            run.announced_on = run.day = run.amount_minor = None


def void(journal: Journal, letter: LetterRecord, reason: str, *, anew_at_once: bool = True) -> None:
    """It does not go out. What it was to announce is announced anew: at once, or on the business day
    after the one it was made for (`rules.collecting.Run.letter_day`)."""
    letter.state, letter.reason = LetterState.VOID.value, reason
    items = items_of(journal, letter)
    for _, run in announced_runs(journal, letter, items):
        run.waits = False
        if anew_at_once:
            run.letter = None
    _announce_anew(journal, letter, items)
    journal.log_customer("letter_void", letter.customer_id, reference=letter.number, detail=reason)
    journal.session.flush()
    tell(journal, items)


def refuse(journal: Journal, letter: LetterRecord, reason: str) -> None:
    """The address takes no mail: what was to be announced waits for a person (ladder.md, rule 11)."""
    letter.state, letter.reason = LetterState.REFUSED.value, reason
    items = items_of(journal, letter)
    for _, run in announced_runs(journal, letter, items):
        run.waits = True
    _announce_anew(journal, letter, items)
    journal.log_customer(
        "letter_refused", letter.customer_id, reference=letter.number, detail=reason
    )
    if not journal.troubles(letter.customer_id, Trouble.ADDRESS):
        journal.needs_attention(Trouble.ADDRESS, letter.customer_id, letter.number)
    journal.session.flush()
    tell(journal, items)


def refused(journal: Journal, customer_id: str) -> list[LetterRecord]:
    """Those that no address took, and that nobody has seen to yet."""
    query = select(LetterRecord).where(
        col(LetterRecord.customer_id) == customer_id,
        col(LetterRecord.state) == LetterState.REFUSED.value,
    )
    return list(journal.session.exec(query.order_by(col(LetterRecord.sequence))))
