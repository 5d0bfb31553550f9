"""Money that nobody could place: what waits, and what a person says of it.

Everything a person does has a key, as every act has (docs/messages.md): the same one again changes
nothing and gets the first answer. Nothing here needs a workflow; those it concerns are told.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from activities import allocating, debits_on_account
from activities.credit import credit_in
from activities.journal import Journal
from activities.matching import candidates_of
from models.tables import (
    BankEntryRecord,
    CustomerRecord,
    EntryState,
    InvoiceRecord,
    MessageRecord,
    PaymentRecord,
)
from rules.errors import UserMistake
from rules.matching import Candidate, Rule, Share
from rules.money import Money
from rules.refunds import PAID

_SHOWN = 3  # candidates of an entry in the list


@dataclass(frozen=True)
class Unmatched:
    """One entry on the list. `unmatched` is what of `amount` is nobody's yet; `reason` says why a
    person is asked, `candidates` what it may pay, the likeliest first."""

    id: int
    booked_on: date
    amount: Money
    unmatched: Money
    party: str
    account: str
    text: str
    bank_reference: str
    reason: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a person's word came to: the entry's money left on the list, and whether it was `again`,
    the same word under the same key."""

    left: Money
    again: bool = False


def unmatched(journal: Journal, *, with_candidates: bool = True) -> tuple[Unmatched, ...]:
    """Everything on the list, the oldest first."""
    query = (
        select(BankEntryRecord)
        .where(col(BankEntryRecord.state) == EntryState.OPEN.value)
        .order_by(col(BankEntryRecord.booked_on), col(BankEntryRecord.id))
    )
    entries = journal.session.exec(query).all()
    found = candidates_of(journal, entries) if with_candidates and entries else {}
    return tuple(_listed(entry, found.get(entry.id or 0, ())) for entry in entries)


def _listed(entry: BankEntryRecord, found: Sequence[Candidate]) -> Unmatched:
    assert entry.id is not None, "it is recorded"
    texts = (*entry.creditor_references.splitlines(), *entry.remittance.splitlines())
    return Unmatched(
        id=entry.id,
        booked_on=entry.booked_on,
        amount=Money(entry.amount_minor, entry.currency),
        unmatched=Money(entry.unmatched_minor, entry.currency),
        party=entry.party_name,
        account=entry.party_account,
        text=" ".join(texts),
        bank_reference=entry.bank_reference,
        reason=entry.reason,
        candidates=tuple(found[:_SHOWN]),
    )


def assign(
    journal: Journal, entry_id: int, shares: Sequence[tuple[str, int | None]], *, key: str
) -> Told:
    """Give an entry's money to invoices: amounts in minor units of the entry's currency, None: as
    much as is left. Raises UserMistake where that makes no sense; nothing is recorded then."""

    def do(entry: BankEntryRecord) -> None:
        wanted = list(_shares(journal, entry, shares))
        names = " and ".join(share.invoice_number for share in wanted)
        reason = f"{journal.actor or 'A person'} assigned it to {names}"
        if rest := debits_on_account.assign(journal, entry, wanted, reason):
            learn = entry.amount_minor > 0
            allocating.allocate(journal, entry, rest, rule=Rule.PERSON, reason=reason, learn=learn)

    return _once(journal, entry_id, "assign_entry", {"shares": shares}, key, do)


def _shares(
    journal: Journal, entry: BankEntryRecord, wanted: Sequence[tuple[str, int | None]]
) -> Iterator[Share]:
    left = entry.unmatched_minor
    for number, asked in wanted:
        invoice = journal.session.get(InvoiceRecord, number)
        if invoice is None:
            raise UserMistake(f"no invoice {number!r} is recorded")
        if invoice.currency != entry.currency:
            raise UserMistake(
                f"entry {entry.id} is in {entry.currency} and invoice {number} in "
                f"{invoice.currency}, expected one currency"
            )
        amount = left if asked is None else _signed(entry, asked)
        _refuse_more(entry, amount, left)
        _refuse_unpaid(journal, number, Money(amount, entry.currency))
        left -= amount
        yield Share(number, amount)


def _signed(entry: BankEntryRecord, amount: int) -> int:
    """People type what of a returned payment is meant without its sign."""
    return -abs(amount) if entry.amount_minor < 0 else amount


def _refuse_more(entry: BankEntryRecord, amount: int, left: int) -> None:
    is_within = 0 < amount <= left if left > 0 else left <= amount < 0
    if not is_within:
        raise UserMistake(
            f"{Money(amount, entry.currency)} of entry {entry.id} cannot be given away, "
            f"{Money(left, entry.currency)} of it is nobody's yet"
        )


def _refuse_unpaid(journal: Journal, number: str, amount: Money) -> None:
    """Of a payment that went back no more than came in."""
    query = select(func.coalesce(func.sum(PaymentRecord.amount_minor), 0)).where(
        col(PaymentRecord.invoice_number) == number, col(PaymentRecord.source).in_(PAID)
    )
    paid = Money(int(journal.session.exec(query).one()), amount.currency)
    if paid.minor + amount.minor < 0 and amount.minor < 0:
        back = Money(-amount.minor, amount.currency)
        raise UserMistake(f"{back} went back, and on invoice {number} only {paid} was paid")


def credit_entry(
    journal: Journal, entry_id: int, customer_id: str, amount: int | None, *, key: str
) -> Told:
    """What came for no invoice (yet) is a customer's credit; what went back of it is no more.
    `amount` None: all that is left."""

    def do(entry: BankEntryRecord) -> None:
        if journal.session.get(CustomerRecord, customer_id) is None:
            raise UserMistake(f"no customer {customer_id!r} is recorded")
        left = entry.unmatched_minor
        given = left if amount is None else _signed(entry, amount)
        _refuse_more(entry, given, left)
        there = credit_in(journal.session, customer_id, entry.currency)
        if there.minor + given < 0:
            back = Money(-given, entry.currency)
            raise UserMistake(f"{back} went back, and customer {customer_id} has {there} of credit")
        did = "credited it to" if given > 0 else "took it from the credit of"
        reason = f"{journal.actor or 'A person'} {did} {customer_id}"
        allocating.credit(journal, entry, customer_id, given, reason=reason)

    said = {"customer": customer_id, "amount": amount}
    return _once(journal, entry_id, "credit_entry", said, key, do)


def set_aside(journal: Journal, entry_id: int, reason: str, *, key: str) -> Told:
    """What is left of an entry is no customer's money, for a reason."""
    if not reason.strip():
        raise UserMistake("expected a --reason, it is all that later tells why")

    def do(entry: BankEntryRecord) -> None:
        allocating.set_aside(journal, entry, rule=Rule.PERSON, reason=reason.strip())

    return _once(journal, entry_id, "set_aside_entry", {"reason": reason}, key, do)


def known_entry(journal: Journal, entry_id: int) -> BankEntryRecord:
    """Raises UserMistake where there is none."""
    entry = journal.session.get(BankEntryRecord, entry_id, with_for_update=True)
    if entry is None:
        raise UserMistake(f"no entry {entry_id} is recorded, expected an id from `unmatched`")
    return entry


def _once(
    journal: Journal,
    entry_id: int,
    name: str,
    said: Mapping[str, object],
    key: str,
    do: Callable[[BankEntryRecord], None],
) -> Told:
    """Do it unless the key was taken. What is refused raises, and leaves its key free."""
    entry = known_entry(journal, entry_id)
    about = f"entry:{entry_id}"
    taken = journal.session.get(MessageRecord, f"{about}/{key}")
    if taken is not None:
        if (taken.name, taken.payload) != (name, json.dumps(said)):
            raise UserMistake(f"key {key} names another act, expected one of its own")
        return Told(Money(entry.unmatched_minor, entry.currency), again=True)
    if entry.state != EntryState.OPEN:
        raise UserMistake(
            f"entry {entry_id} is not on the list: it is {_WORDS[EntryState(entry.state)]}"
        )
    do(entry)
    journal.session.add(
        MessageRecord(
            key=f"{about}/{key}",
            about=about,
            name=name,
            payload=json.dumps(said),
            actor=journal.actor,
            came_in=journal.now,
        )
    )
    journal.session.flush()
    left = entry.unmatched_minor if entry.state == EntryState.OPEN else 0
    return Told(Money(left, entry.currency))


_WORDS = {
    EntryState.MATCHED: "matched",
    EntryState.SET_ASIDE: "set aside",
    EntryState.TAKEN_APART: "taken apart into its single transactions",
}
