"""What a letter about debits says as the record now stands, and whether it may still say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, select

from activities import letters_record
from activities.facts import CaseOf, ladder_for, open_cases
from activities.journal import Journal
from activities.method_choice import method_of
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    CustomerRecord,
    InvoiceRecord,
    LetterItemRecord,
    LetterKind,
    LetterRecord,
    PaymentMethodRecord,
)
from rules.announcing import day_to_announce
from rules.case import HoldKind, is_over
from rules.creditor import Creditor
from rules.debit_reasons import why_told
from rules.ladder import Ladder
from rules.letters import (
    Addressee,
    AnnouncedDebit,
    AnnouncementLetter,
    Debited,
    DebitLetter,
    FailedDebit,
    FailedLetter,
)
from rules.methods import Brand, MethodKind
from rules.money import Money
from rules.returns import REASONS, Consequence


@dataclass(frozen=True)
class Draft:
    """A letter about to be written; `date` is its mail's."""

    letter: DebitLetter
    date: datetime


@dataclass(frozen=True)
class Void:
    """Why a letter must not go out any more."""

    reason: str
    anew_at_once: bool = True


def why_void(journal: Journal, letter: LetterRecord) -> Void | None:
    """None where everything in a letter that waits is still true."""
    items = letters_record.items_of(journal, letter)
    if letter.kind == LetterKind.FAILED:
        told = _still_told(journal, letter, items)
        return None if told else Void("nobody is to be told of it any more")
    ladder = _ladder(journal, items[0])
    if is_of_another_day(journal, letter):
        return Void("it was made for another day")
    if journal.now > ladder.closes(letter.day):
        return Void("not accepted within the hours of its day", anew_at_once=False)
    cases = _open_cases(journal, letter)
    if not all(_still_announces(journal, letter, item, cases) for item in items):
        return Void("what it announces changed before it was sent")
    return None


def _open_cases(journal: Journal, letter: LetterRecord) -> dict[str, CaseOf]:
    """All of the customer's at once, by their numbers: a letter may be about thousands."""
    found = open_cases(journal.session, letter.customer_id, journal.now)
    return {facts.number: (facts, ladder) for facts, ladder in found}


def _still_told(
    journal: Journal, letter: LetterRecord, items: Sequence[LetterItemRecord]
) -> list[tuple[LetterItemRecord, CaseOf]]:
    """Not what is paid by now, or with the lawyer; and nothing at all where the payer has died."""
    cases = _open_cases(journal, letter)
    told = [(item, cases[item.invoice_number]) for item in items if item.invoice_number in cases]
    told = [one for one in told if not is_over(one[1][0]) and not one[1][0].handed_over]
    is_paused = any(hold.kind is HoldKind.PAUSE for _, (facts, _) in told for hold in facts.holds)
    return [] if is_paused and _has_died(journal, letter.customer_id) else told


def _has_died(journal: Journal, customer_id: str) -> bool:
    """A bank said so of any debit of the customer's."""
    codes = [code for code, one in REASONS.items() if one.consequence is Consequence.DECEASED]
    query = (
        select(CollectionRecord.key)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(CollectionRecord.invoice_number))
        .where(
            col(InvoiceRecord.customer_id) == customer_id,
            or_(
                col(CollectionRecord.code).in_(codes), col(CollectionRecord.return_code).in_(codes)
            ),
        )
    )
    return journal.session.exec(query.limit(1)).first() is not None


def is_of_another_day(journal: Journal, letter: LetterRecord) -> bool:
    item = letters_record.items_of(journal, letter)[0]
    return _ladder(journal, item).today(journal.now) != letter.day


def _ladder(journal: Journal, item: LetterItemRecord) -> Ladder:
    invoice = journal.session.get_one(InvoiceRecord, item.invoice_number)
    return ladder_for(journal.session, invoice.policy)


def _still_announces(
    journal: Journal, letter: LetterRecord, item: LetterItemRecord, cases: dict[str, CaseOf]
) -> bool:
    """Whether an announcement made now would say the same of an invoice."""
    if item.invoice_number not in cases:
        return False
    facts, ladder = cases[item.invoice_number]
    if facts.run is None or facts.run.number != item.run or facts.balance != item.amount_minor:
        return False
    run = journal.session.get_one(CollectionRunRecord, (item.invoice_number, item.run))
    return run.letter == letter.number and day_to_announce(facts, ladder, journal.now) == item.day


def draft_of(journal: Journal, letter: LetterRecord, creditor: Creditor) -> Draft:
    """A letter that waits, as it would be written now."""
    items = letters_record.items_of(journal, letter)
    customer = journal.session.get_one(CustomerRecord, letter.customer_id)
    to = Addressee(
        customer.customer_id, customer.name, customer.email, customer.language, customer.country
    )
    date = letter.made_at.astimezone(_ladder(journal, items[0]).zone)
    if letter.kind == LetterKind.FAILED:
        failed = tuple(_failed(journal, *one) for one in _still_told(journal, letter, items))
        told = FailedLetter(number=letter.number, creditor=creditor, addressee=to, debits=failed)
        return Draft(told, date)
    debits = tuple(_announced(journal, item) for item in items)
    announcement = AnnouncementLetter(
        number=letter.number, creditor=creditor, addressee=to, debits=debits
    )
    return Draft(announcement, date)


def _announced(journal: Journal, item: LetterItemRecord) -> AnnouncedDebit:
    assert item.day is not None, "what is announced has its day"
    return AnnouncedDebit(
        invoice=item.invoice_number,
        amount=Money(item.amount_minor, item.currency),
        day=item.day,
        by=_debited(journal, item.method),
    )


def _debited(journal: Journal, number: str) -> Debited:
    """A method as its owner may read it in a mail."""
    method = method_of(journal.session.get_one(PaymentMethodRecord, number))
    if method.kind is MethodKind.CARD:
        card = "" if method.brand is Brand.OTHER else method.brand.value.capitalize()
        return Debited(kind=method.kind, card=card)
    return Debited(kind=method.kind, last_four=method.iban[-4:], mandate=method.reference)


def _failed(journal: Journal, item: LetterItemRecord, case: CaseOf) -> FailedDebit:
    facts, ladder = case
    attempt = journal.session.get_one(CollectionRecord, item.key)
    by = _debited(journal, item.method)
    # A run that has ended meanwhile tries nothing again, whatever was planned.
    run = facts.run
    again = item.day is not None and run is not None and run.number == item.run
    instead = run.method if run is not None and run.number != item.run else None
    lies_ahead = item.day is not None and item.day > ladder.today(journal.now)
    return FailedDebit(
        invoice=item.invoice_number,
        amount=Money(item.amount_minor, item.currency),
        owed=Money(facts.balance, facts.currency),
        day=attempt.day,
        by=by,
        why=why_told(item.code, by.kind),
        came_back=attempt.returned_on is not None,
        again=again,
        again_on=item.day if again and lies_ahead else None,
        another=_debited(journal, instead) if instead else None,
    )
