"""Letters about debits: which are to be written. `activities/lettering.py` writes and sends them.

waiting ──> sending ──> sent         accepted
   │           │ └────> in_doubt     nobody knows: counts as sent, and goes again, same Message-ID
   │           ├──────> waiting      surely not taken: tried again
   │           └──────> refused ──>  void, once the address is mended
   └──────────────────> void         it would not be true any more, or nothing leaves (`hold`)
"""

from collections.abc import Iterator
from datetime import date

from activities import letters_outcome, letters_record
from activities.facts import CaseOf, open_cases
from activities.journal import Journal
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    InvoiceRecord,
    LetterItemRecord,
    LetterKind,
)
from rules.announcing import day_to_announce
from rules.ladder import Ladder


def announce(journal: Journal, ladder: Ladder, invoice: InvoiceRecord) -> None:
    """Have one mail announce this invoice's debit and every other of the customer that is to be
    announced today: what comes due for it later in the day has a mail of its own."""
    today = ladder.today(journal.now)
    items = list(_to_announce(journal, invoice.customer_id, today))
    if not any(item.invoice_number == invoice.number for item in items):
        return
    letter = letters_record.make(
        journal, invoice.customer_id, LetterKind.ANNOUNCEMENT, today, items
    )
    for item in items:
        run = journal.session.get_one(CollectionRunRecord, (item.invoice_number, item.run))
        run.letter = letter.number
    journal.session.flush()


def _to_announce(journal: Journal, customer_id: str, today: date) -> Iterator[LetterItemRecord]:
    for facts, ladder in open_cases(journal.session, customer_id, journal.now):
        item = to_announce(journal, (facts, ladder))
        if item is not None and not facts.letter and ladder.today(journal.now) == today:
            yield item


def to_announce(journal: Journal, case: CaseOf) -> LetterItemRecord | None:
    """What an announcement says of an invoice as things stand; None where it has none to make."""
    facts, ladder = case
    day = day_to_announce(facts, ladder, journal.now)
    if day is None or facts.run is None:
        return None
    return LetterItemRecord(
        letter="",
        invoice_number=facts.number,
        run=facts.run.number,
        method=facts.run.method,
        amount_minor=facts.balance,
        currency=facts.currency,
        day=day,
    )


def tell_failed(
    journal: Journal, ladder: Ladder, attempt: CollectionRecord, again_on: date | None
) -> None:
    """Have a mail say kindly that a debit failed or went back, and whether it is tried again: the one
    that waits to say so of others, where a bank's file brings many, else one of its own.

    Safe to repeat: an attempt's failure for one reason is told once.
    """
    code = attempt.return_code or attempt.code
    if letters_record.is_told(journal, attempt.key, code):
        return
    run = journal.session.get_one(CollectionRunRecord, (attempt.invoice_number, attempt.run))
    item = LetterItemRecord(
        letter="",
        invoice_number=attempt.invoice_number,
        run=attempt.run,
        method=attempt.method or run.method,
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        day=again_on,
        key=attempt.key,
        code=code,
    )
    today = ladder.today(journal.now)
    waits = letters_record.about_failures(journal, run.customer_id, today)
    if waits is None or letters_record.names_invoice(journal, waits, item.invoice_number):
        letters_record.make(journal, run.customer_id, LetterKind.FAILED, today, [item])
    else:
        letters_record.add(journal, waits, [item])


def address_mended(journal: Journal, customer_id: str) -> None:
    """A person has seen to the address: what could not be announced is announced anew. What a refused
    letter had to say of a failed debit is old by now."""
    for letter in letters_record.refused(journal, customer_id):
        letters_outcome.void(journal, letter, "the address was mended")
