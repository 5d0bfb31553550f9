"""What becomes of letters about debits, and of what they announce: sent, in doubt, void or refused.
Under the customer's lock, in the transaction of whoever calls."""

from collections.abc import Iterable

from activities import letters_record
from activities.facts import ladder_for
from activities.journal import Journal
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

_SENT = (LetterState.SENT.value, LetterState.IN_DOUBT.value)


def _announced_runs(
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
    items = letters_record.items_of(journal, letter)
    for item, run in _announced_runs(journal, letter, items):
        run.announced_on, run.day = letter.day, item.day
        run.amount_minor = item.amount_minor
    for item in items:
        _log(journal, letter, item)
    _announce_anew(journal, letter, [one for one in items if _comes_late(journal, one)])
    journal.session.flush()
    letters_record.tell(journal, items)


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
    items = letters_record.items_of(journal, letter)
    for _, run in _announced_runs(journal, letter, items):
        run.waits = False
        if anew_at_once:
            run.letter = None
    _announce_anew(journal, letter, items)
    journal.log_customer("letter_void", letter.customer_id, reference=letter.number, detail=reason)
    journal.session.flush()
    letters_record.tell(journal, items)


def refuse(journal: Journal, letter: LetterRecord, reason: str) -> None:
    """The address takes no mail: what was to be announced waits for a person (ladder.md, rule 11)."""
    letter.state, letter.reason = LetterState.REFUSED.value, reason
    items = letters_record.items_of(journal, letter)
    for _, run in _announced_runs(journal, letter, items):
        run.waits = True
    _announce_anew(journal, letter, items)
    journal.log_customer(
        "letter_refused", letter.customer_id, reference=letter.number, detail=reason
    )
    if not journal.troubles(letter.customer_id, Trouble.ADDRESS):
        journal.needs_attention(Trouble.ADDRESS, letter.customer_id, letter.number)
    journal.session.flush()
    letters_record.tell(journal, items)
