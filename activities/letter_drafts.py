"""What a letter about debits says as the record now stands, and whether it may still say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, select

from activities import letters_record
from activities.collection_runs import method_of
from activities.facts import CaseOf, case_of, ladder_for
from activities.journal import Journal
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
        return None if _still_told(journal, items) else Void("nobody is to be told of it any more")
    ladder = _ladder(journal, items[0])
    if is_of_another_day(journal, letter):
        return Void("it was made for another day")
    if journal.now > ladder.closes(letter.day):
        return Void("not accepted within the hours of its day", anew_at_once=False)
    if not all(_still_announces(journal, letter, item) for item in items):
        return Void("what it announces changed before it was sent")
    return None


def _still_told(journal: Journal, items: Sequence[LetterItemRecord]) -> list[LetterItemRecord]:
    """Not what is paid by now, or with the lawyer; and nothing at all where the payer has died."""
    if not items or _has_died(journal, items[0]):
        return []
    cases = [(item, _case(journal, item)[0]) for item in items]
    return [item for item, facts in cases if not is_over(facts) and not facts.handed_over]


def _has_died(journal: Journal, item: LetterItemRecord) -> bool:
    """A bank said so of any debit of the customer's, and nobody has ended the pause that followed."""
    if not any(hold.kind is HoldKind.PAUSE for hold in _case(journal, item)[0].holds):
        return False
    invoice = journal.session.get_one(InvoiceRecord, item.invoice_number)
    codes = [code for code, one in REASONS.items() if one.consequence is Consequence.DECEASED]
    query = (
        select(CollectionRecord.key)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(CollectionRecord.invoice_number))
        .where(
            col(InvoiceRecord.customer_id) == invoice.customer_id,
            or_(
                col(CollectionRecord.code).in_(codes), col(CollectionRecord.return_code).in_(codes)
            ),
        )
    )
    return journal.session.exec(query.limit(1)).first() is not None


def is_of_another_day(journal: Journal, letter: LetterRecord) -> bool:
    item = letters_record.items_of(journal, letter)[0]
    return _ladder(journal, item).today(journal.now) != letter.day


def _case(journal: Journal, item: LetterItemRecord) -> CaseOf:
    return case_of(journal.session, item.invoice_number, journal.now)


def _ladder(journal: Journal, item: LetterItemRecord) -> Ladder:
    invoice = journal.session.get_one(InvoiceRecord, item.invoice_number)
    return ladder_for(journal.session, invoice.policy)


def _still_announces(journal: Journal, letter: LetterRecord, item: LetterItemRecord) -> bool:
    """Whether an announcement made now would say the same of an invoice."""
    facts, ladder = _case(journal, item)
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
        failed = tuple(_failed(journal, item) for item in _still_told(journal, items))
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


def _failed(journal: Journal, item: LetterItemRecord) -> FailedDebit:
    facts, ladder = _case(journal, item)
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
